import { sendTo } from "./api";
import { refuseOtherProjects, remains, suitePrefix } from "./objects";
import { readSettings } from "./settings";

/** Ends the run before its first write, unless the environment names a project made for it. */
export default async function globalSetup(): Promise<void> {
    try {
        const settings = readSettings(process.env);
        const projectIds = [settings.projectId, settings.otherProjectId].filter((id) => id !== undefined);
        for (const send of projectIds.map((id) => sendTo(settings, id))) {
            await refuseOtherProjects(send);
            const left = await remains(send, suitePrefix);
            if (left.length > 0) process.stderr.write(`Left by other runs of the live suite: ${left.join(", ")}\n`);
        }
    } catch (error) {
        const { message, cause } = error as Error;
        // One sentence: jest would add a stack and its own configuration.
        process.stderr.write(`${message}${cause instanceof Error ? `: ${cause.message}` : ""}\n`);
        process.exit(1);
    }
}
