import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "../../../emulator/start";
import { findObjects } from "../../../provider/import/connect";
import { repository } from "../../support/project";
import { pythonWithSdk } from "./python-environment";

const run = promisify(execFile);

let python: string;

beforeAll(async () => {
    python = await pythonWithSdk();
}, 600_000);

it("imports 50 pairs of mixed kinds that Imply's own client has made, in 53 requests, and leaves out tables alone", async () => {
    const emulator = await startEmulator({ transitionMs: 30 });
    try {
        const certificate = join(repository, "test/support/tls/root.pem");
        const script = join(__dirname, "pairs.py");
        await run(python, [script, emulator.url, emulator.projectId, emulator.apiKey, certificate]);
        const settings = new Map([
            ["polaris:projectId", emulator.projectId],
            ["polaris:baseUrl", emulator.url],
            ["polaris:apiKey", emulator.apiKey],
        ]);
        const filter = { only: [], exclude: [], tables: false };
        const { items, leftOut, project } = await findObjects(settings, filter, () => undefined);
        expect(items).toHaveLength(100);
        expect(project.requests).toBe(53);
        expect(new Set(leftOut.map(({ why }) => why))).toEqual(new Set(["tables are imported with --tables"]));
    } finally {
        await emulator.close();
    }
});
