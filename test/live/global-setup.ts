import { ConfigurationError } from "../../provider/config";
import { sendTo } from "./api";
import { refuseOtherProjects } from "./objects";
import { readSettings, Refusal } from "./settings";

/** Ends the run before its first write, unless the environment names a project made for it. */
export default async function globalSetup(): Promise<void> {
    try {
        const settings = readSettings(process.env);
        const projectIds = [settings.projectId, settings.otherProjectId].filter((id) => id !== undefined);
        for (const id of projectIds) await refuseOtherProjects(sendTo(settings, id));
    } catch (error) {
        if (!(error instanceof Refusal || error instanceof ConfigurationError)) throw error;
        // One sentence: jest would add a stack and its own configuration.
        process.stderr.write(`${error.message}\n`);
        process.exit(1);
    }
}
