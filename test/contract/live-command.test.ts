import path from "node:path";
import { RunningCommand } from "../support/command";
import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { held, newRequests, writesIn } from "../support/seen";

/** `npm run test:live`, but for the installation that it begins with. */

const ROOT = path.resolve(__dirname, "../..");

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    const rules = { replacedJobStatus: "completed", emptySsl: "omitted" } as const;
    emulator = await startTestEmulator({ transitionMs: 0, rules });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await newRequests(emulator);
});
afterAll(() => emulator.close());

function run(more: Record<string, string> = {}) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("POLARIS_"));
    const env = {
        ...Object.fromEntries(inherited),
        POLARIS_BASE_URL: emulator.url,
        POLARIS_API_KEY: emulator.apiKey,
        POLARIS_PROJECT_ID: emulator.projectId,
        POLARIS_LIVE_WAIT_SECONDS: "10",
        ...more,
    };
    const args = [path.join(ROOT, "node_modules/jest/bin/jest.js"), "--config", "jest.live.config.js"];
    return new RunningCommand("jest", process.execPath, args, { cwd: ROOT, env, limitMs: 110_000 }).done;
}

const ofProject = () => ({ POLARIS_LIVE_PROJECT_ID: emulator.projectId });

it("refuses with one sentence, and without a request, where no project is named by id", async () => {
    const { code, text } = await run();
    expect({ code, text }).toEqual({
        code: 1,
        text: "The live suite writes to a project made for it, whose id is in POLARIS_PROJECT_ID and again in POLARIS_LIVE_PROJECT_ID; set POLARIS_LIVE_PROJECT_ID.\n",
    });
    expect(await newRequests(emulator)).toEqual([]);
});

it("refuses a project that holds what it did not create, and only reads it", async () => {
    await emulator.api("POST", "/connections", kafka("orders"));
    await newRequests(emulator);
    const { code, text } = await run(ofProject());
    expect({ code, text }).toEqual({
        code: 1,
        text: 'The project holds a connection "orders", which the live suite did not create; use a project made for it.\n',
    });
    expect(writesIn(await newRequests(emulator))).toEqual([]);
});

it.each([
    ["an address that nobody serves", { POLARIS_BASE_URL: "http://127.0.0.1:9" }, /^fetch failed: .*\n$/],
    ["a key that is refused", { POLARIS_API_KEY: "pok_of-nobody" }, /^The API answered 401 to GET \/connections\.\n$/],
])("ends with one sentence at %s", async (_, change, message) => {
    const { code, text } = await run({ ...ofProject(), ...change });
    expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(message) as string });
});

it("prints each question with its answer, marks what differs, names what others left, and removes all of its own", async () => {
    await emulator.api("POST", "/connections", kafka("live-of-another-run"));
    await newRequests(emulator);
    const { code, text, stdout } = await run(ofProject());
    expect({ code, text }).toEqual({ code: 0, text });
    expect(text).toContain("Left by other runs of the live suite: connection live-of-another-run\n");
    const rows = stdout.split("\n").map((line) => line.split(" | "));
    const answers = rows.flatMap(([id = "", , answer]) => (id.startsWith("| `") ? [[id.slice(3, -1), answer]] : []));
    expect(Object.fromEntries(answers)).toMatchObject({
        patchNull: "clears",
        emptySsl: "**omitted** (differs)",
        replacedJobStatus: "**completed** (differs)",
        pausedJobStatus: "not asked: the API cannot pause a project",
    });
    const { connections, tables } = await held(emulator);
    expect([...connections, ...tables].map(({ name }) => name)).toEqual(["live-of-another-run"]);
    const created = (await newRequests(emulator)).filter(
        ({ method, path: at, status }) => method === "POST" && at.endsWith("/connections") && status === 201,
    );
    const prefixes = created.map(({ body }) => /^live-[0-9a-f]{8}-/.exec(String(body?.name))?.[0]);
    expect(new Set(prefixes).size).toBe(2);
    expect(prefixes).not.toContain(undefined);
});
