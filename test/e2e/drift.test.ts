import fc from "fast-check";
import { basic, kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { answer, startFaultProxy, type FaultProxy } from "../support/fault-proxy";
import { fleet, kinesis } from "../support/fixtures";
import { each, inventory, liveJobIds, recorded } from "../support/fleet";
import { connectionArguments, jobArguments, secretVariables, type Arguments } from "../support/handler-arguments";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { connectionIn, expectSettled, newRequests, plannedIn, writesIn } from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);
import { without } from "../support/handler-meaning";

const somebodyElse = "pok_of-somebody-else";
const other = { authorization: basic(somebodyElse) };
let emulator: EmulatorUnderTest;
let proxy: FaultProxy;
let env: Record<string, string | undefined>;

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-program", somebodyElse], transitionMs: 50 });
    proxy = await startFaultProxy(emulator.url);
    env = { ...envOf({ ...emulator, url: proxy.url }), ...secretVariables };
});
beforeEach(async () => {
    proxy.react = () => undefined;
    await emulator.control("POST", "reset");
    for (const name of ["source", "orders-source", "returns-source"])
        await emulator.api("POST", "/connections", kafka(name), other);
    await emulator.api("POST", "/connections", kinesis("kinesis-source"), other);
});
afterAll(async () => {
    await proxy.close();
    await emulator.close();
});

const theirs = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const { status, text, json } = await emulator.api(method, path, body, other);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return json;
};
const settle = async (id: unknown, status: string) => {
    for (let found = ""; found !== status;) {
        found = String((await emulator.api("GET", `/jobs/${String(id)}/status`)).json.executionStatus);
    }
};

const connections = ["c-edited", "c-deleted", "c-recreated", "c-rotated"];
const jobs = ["j-replaced", "j-suspended", "j-canceled", "j-failed", "j-deleted", "j-recreated"];

/** Somebody else changes everything; answers the jobs' ids by table as they are then. */
async function driftEverything(ids: Record<string, unknown>): Promise<void> {
    await theirs("PATCH", "/connections/c-edited", {
        type: "kafka",
        topicNameIsPattern: false,
        description: "theirs",
        clientRack: "a",
    });
    await theirs("DELETE", "/connections/c-deleted");
    await theirs("DELETE", "/connections/c-recreated");
    await theirs("POST", "/connections", kafka("c-recreated", { topicName: "theirs" }));
    const secrets = { type: "sasl_scram", password: "of-somebody-else" };
    await theirs("PATCH", "/connections/c-rotated", { type: "kafka", topicNameIsPattern: false, secrets });

    const wish = (table: string, desiredExecutionStatus: string) =>
        theirs("POST", `/jobs/${String(ids[table])}/status`, { desiredExecutionStatus });
    await theirs(
        "POST",
        "/jobs",
        streaming("j-replaced", "source", { filterExpression: "TRUE", replaceRunning: true }),
    );
    await wish("j-suspended", "suspended");
    for (const table of ["j-canceled", "j-deleted", "j-recreated"]) await wish(table, "canceled");
    for (const table of ["j-canceled", "j-deleted", "j-recreated"]) await settle(ids[table], "canceled");
    await settle(ids["j-suspended"], "suspended");
    await emulator.control("POST", `jobs/${String(ids["j-failed"])}`, { executionStatus: "failed" });
    await theirs("POST", "/jobs", streaming("j-recreated", "source"));
    // The API has no DELETE for jobs; records of old ones may be purged.
    const purged = `/jobs/${String(ids["j-deleted"])}`;
    proxy.react = ({ path }) =>
        path.startsWith(purged) ? { misbehave: answer(404, '{"code":"X","message":"none"}') } : undefined;
}

test("whatever was edited, suspended, canceled, failed, deleted or created again outside is shown by a refresh, planned as a repair, and repaired by up", async () => {
    const args = { connections: each(connections), jobs: each(jobs) };
    await withStack({ program: fleet, args, env }, async (stack) => {
        await stack.up();
        const before = recorded(stack);
        await expectSettled(stack);
        await driftEverything(before.jobIds);

        await newRequests(emulator);
        await expectNoChanges(stack);
        expect(await newRequests(emulator)).toEqual([]);
        const planned = [
            "+ KafkaConnection c-deleted create",
            "+ StreamingJob j-canceled create",
            "+ StreamingJob j-deleted create",
            "+ StreamingJob j-failed create",
            "~ KafkaConnection c-edited update [diff: -clientRack,description~secrets]",
            "~ KafkaConnection c-recreated update [diff: ~secrets,topicName]",
            "~ KafkaConnection c-rotated update [diff: ~secrets]",
            "~ StreamingJob j-replaced update [diff: -filterExpression]",
            "~ StreamingJob j-suspended update [diff: -desiredExecutionStatus]",
        ];
        const ahead = await stack.preview(["--refresh"]);
        expect(plannedIn(ahead)).toEqual(expect.arrayContaining(planned));
        expect(changes(ahead)).toEqual({ create: 4, update: 5, unchanged: 2 });
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        expect(recorded(stack)).toEqual(before);

        expect(changes(await stack.refresh())).toEqual({ delete: 4, update: 5, unchanged: 2 });
        const left = ["c-edited", "c-recreated", "c-rotated"];
        expect(recorded(stack)).toMatchObject({
            connections: left,
            jobs: ["j-recreated", "j-replaced", "j-suspended"],
        });
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        const preview = await stack.preview();
        expect(plannedIn(preview)).toEqual(planned);
        for (const name of left) {
            expect(preview.text).toContain(
                `KafkaConnection "${name}": the connection was changed since this resource's last recorded write, and secrets cannot be read back: sets secrets.password again`,
            );
        }

        await stack.up();
        proxy.react = () => undefined;
        expect(recorded(stack)).toEqual({
            connections: [...connections].sort(),
            jobs: [...jobs].sort(),
            jobIds: await liveJobIds(emulator),
        });
        const { connections: inApi, jobs: live } = await inventory(emulator);
        expect([inApi, live]).toEqual([
            [...connections, "kinesis-source", "orders-source", "returns-source", "source"].sort(),
            [...jobs].sort(),
        ]);
        // Both have the program's password now; the fingerprint is all that the emulator tells of it.
        const passwordOf = async (name: string) =>
            (await connectionIn(emulator, name))!.credentials["secrets.password"]!.fingerprint;
        expect(await passwordOf("c-rotated")).toBe(await passwordOf("source"));
        await expectSettled(stack);
    });
});

/** How many random programs go through the engine; each is an update of the one before, of twelve pairs. */
const programs = Number(process.env.POLARIS_ENGINE_PROGRAMS ?? 5);

test("a random program, created or updated by the engine, never shows a change afterwards, neither with nor without a refresh", async () => {
    await theirs("POST", "/connections", {
        ...{ type: "confluent_schema_registry", name: "registry", urls: ["https://registry.example.com"] },
        secrets: { type: "basic", username: "u", password: "p" },
    });
    const slots = Array.from({ length: 12 }, (_, slot) => slot);
    const seed = Number(process.env.POLARIS_ENGINE_SEED ?? Date.now() % 1_000_000);
    const [randomConnections, randomJobs] = [connectionArguments, jobArguments].map((arbitrary) =>
        fc.sample(arbitrary, { seed, numRuns: programs * slots.length }),
    );
    const inSlots = (
        prefix: string,
        round: number,
        values: Arguments[],
        fixed: (name: string, value: Arguments) => Arguments,
    ) =>
        Object.fromEntries(
            slots.map((slot) => {
                const name = `${prefix}-${slot}`;
                return [name, fixed(name, values[round * slots.length + slot]!)];
            }),
        );
    await withStack({ program: fleet, env }, async (stack) => {
        for (let round = 0; round < programs; round += 1) {
            const args = {
                connections: inSlots("c", round, randomConnections!, (name, value) => ({ ...value, name })),
                // A connection that is named by a text cannot be followed.
                jobs: inSlots("j", round, randomJobs!, (tableName, value) => ({
                    ...without(value, "restartOnConnectionChange"),
                    target: { tableName },
                })),
            };
            stack.args(args);
            const told = await stack.run(["up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive"]);
            if (told.code !== 0)
                throw new Error(`POLARIS_ENGINE_SEED=${seed}, program ${round}: ${JSON.stringify(args)}\n${told.text}`);
            await expectSettled(stack).catch((error: unknown) => {
                throw new Error(`POLARIS_ENGINE_SEED=${seed}, program ${round}: ${JSON.stringify(args)}`, {
                    cause: error,
                });
            });
        }
        expect(recorded(stack).jobIds).toEqual(await liveJobIds(emulator));
        await stack.destroy();
        expect(await inventory(emulator)).toEqual({
            connections: ["kinesis-source", "orders-source", "registry", "returns-source", "source"],
            jobs: [],
        });
    });
});
