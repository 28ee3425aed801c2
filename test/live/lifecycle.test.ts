import { linesTold, ProviderProcess } from "../support/handler";
import { expectLifecycle } from "./lifecycle";
import { Live, randomPrefix } from "./live";
import { readSettings } from "./settings";

const settings = readSettings(process.env);

linesTold();

it("creates, updates, suspends, resumes, swaps and removes a connection and a job, quiet in between", async () => {
    const live = new Live(settings, randomPrefix());
    const { baseUrl: url, projectId, apiKey, requestTimeoutMs } = settings;
    const engine = await ProviderProcess.start({ url, projectId, apiKey }, { requestTimeout: requestTimeoutMs / 1000 });
    try {
        const unchecked = await expectLifecycle(live, engine);
        process.stdout.write(unchecked.map((line) => `Not seen in its desired status: ${line}\n`).join(""));
    } finally {
        expect(await live.remove()).toEqual([]);
    }
});
