import { readFileSync } from "node:fs";
import path from "node:path";
import { DEFAULT_RULES, RULES, type RuleName, type Rules } from "../../emulator/rules";
import { FakeDruid } from "../support/fake-druid";
import { kafka, send, basic, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";

const PROJECTS = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const KEY = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ projectId: PROJECTS, transitionMs: 300 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await emulator.control("POST", "clock", { freeze: true });
});
afterAll(() => emulator.close());

interface State {
    projects: { checkpoints: unknown[] }[];
}

const pass = () => emulator.control("POST", "clock", { advanceMs: 300 });
const get = async (path: string) => (await emulator.api("GET", path)).json;

const post = async (more: Record<string, unknown> = {}, connection = "orders") => {
    const { status, json } = await emulator.api("POST", "/jobs", streaming("sales", connection, more));
    return { status, id: String(json.id), target: json.target, spec: json.spec };
};

const ask = async (id: string, desiredExecutionStatus: string) =>
    (await emulator.api("POST", `/jobs/${id}/status`, { desiredExecutionStatus })).status;

/** A connection and a job on it, in the given status. */
const job = async (executionStatus = "running") => {
    await emulator.api("POST", "/connections", kafka("orders"));
    const { id } = await post();
    await pass();
    await emulator.control("POST", `jobs/${id}`, { executionStatus });
    return id;
};

const drop = async () => {
    const target = { type: "table", tableName: "sales" };
    const { status } = await emulator.api("POST", "/jobs", { type: "drop_table", target });
    await pass();
    return status;
};

const statusOf = async (id: string) => (await get(`/jobs/${id}`)).executionStatus;

/** For each rule what shows its value, and what is seen with each of its values. */
const observations: { [Name in RuleName]: { observe: () => Promise<unknown>; results: [Rules[Name], unknown][] } } = {
    patchNull: {
        observe: async () => {
            const truststore = { type: "pem", certificates: PEM };
            const set = { description: "d", clientRack: "r", ssl: { truststore } };
            await emulator.api("POST", "/connections", kafka("orders", set));
            const body = { type: "kafka", topicName: "payments", clientRack: null, ssl: { truststore: null } };
            const { status, json } = await emulator.api("PATCH", "/connections/orders", body);
            const { topicName, clientRack, ssl } = await get("/connections/orders");
            return { status, target: json.target, topicName, clientRack, hasSsl: ssl !== undefined };
        },
        results: [
            ["clears", { status: 200, topicName: "payments", clientRack: undefined, hasSsl: false }],
            ["ignored", { status: 200, topicName: "payments", clientRack: "r", hasSsl: true }],
            ["refused", { status: 400, target: "clientRack", topicName: "orders", clientRack: "r", hasSsl: true }],
        ],
    },
    secretsTypeChange: {
        observe: async () => {
            await emulator.api("POST", "/connections", kafka("orders"));
            const secrets = { type: "sasl_plain", username: "polaris", password: "p" };
            return (await emulator.api("PATCH", "/connections/orders", { type: "kafka", secrets })).status;
        },
        results: [
            ["allowed", 200],
            ["refused", 400],
        ],
    },
    secretsRequired: {
        observe: async () =>
            (await emulator.api("POST", "/connections", kafka("orders", { secrets: undefined }))).status,
        results: [
            [true, 400],
            [false, 201],
        ],
    },
    emptySsl: {
        observe: async () => {
            const keystore = { type: "pem", certificates: PEM, key: KEY };
            const { json } = await emulator.api("POST", "/connections", kafka("orders", { ssl: { keystore } }));
            const { values } = await get("/connections");
            return [json.ssl, (await get("/connections/orders")).ssl, (values as { ssl?: unknown }[])[0]!.ssl];
        },
        results: [
            ["returned", [{}, {}, {}]],
            ["omitted", [undefined, undefined, undefined]],
        ],
    },
    connectionNameScope: {
        observe: async () => {
            await emulator.api("POST", "/connections", kafka("orders"));
            const url = `${emulator.url}/v1/projects/${PROJECTS[1]!}/connections`;
            return (await send(url, "POST", kafka("orders"), { authorization: basic(emulator.apiKey) })).status;
        },
        results: [
            ["project", 201],
            ["organization", 409],
        ],
    },
    suspendedConnectionInUse: {
        observe: async () => {
            const id = await job("suspended");
            const { status } = await emulator.api("DELETE", "/connections/orders");
            await ask(id, "running");
            await pass();
            return [status, await statusOf(id)];
        },
        results: [
            [true, [400, "running"]],
            [false, [200, "failed"]],
        ],
    },
    suspendedOccupies: {
        observe: async () => {
            const id = await job("suspended");
            const { status } = await post();
            return [status, await statusOf(id)];
        },
        results: [
            [true, [400, "suspended"]],
            [false, [201, "canceled"]],
        ],
    },
    jobCreateDials: {
        observe: async () => {
            await emulator.api("POST", "/connections", kafka("orders"));
            await emulator.control("POST", "connections/orders", { testError: "no route to host" });
            const { status, target } = await post();
            return [status, target];
        },
        results: [
            [false, [201, { type: "table", tableName: "sales" }]],
            [true, [400, "source.connectionName"]],
        ],
    },
    isAggregationInSpec: {
        observe: async () => {
            await emulator.api("POST", "/connections", kafka("orders"));
            const schema = [
                { type: "dimension", name: "city", dataType: "string" },
                { type: "measure", name: "total", dataType: "double" },
            ];
            await emulator.api("POST", "/tables", { type: "aggregate", name: "sales", schema });
            const mappings = [
                { columnName: "__time", expression: "x" },
                { columnName: "city", expression: '"city"', isAggregation: null },
                { columnName: "total", expression: 'SUM("t")', isAggregation: null },
                { columnName: "other", expression: 'SUM("o")' },
                { columnName: "plain", expression: 'SUM("p")', isAggregation: false },
            ];
            const { spec } = await post({ mappings });
            return (spec as { mappings: { isAggregation?: unknown }[] }).mappings.map(
                ({ isAggregation }) => isAggregation,
            );
        },
        results: [
            ["sent", [undefined, null, null, undefined, false]],
            ["filled", [false, false, true, true, false]],
        ],
    },
    replacedJobStatus: {
        observe: async () => {
            const id = await job();
            await post({ replaceRunning: true });
            return statusOf(id);
        },
        results: [
            ["canceled", "canceled"],
            ["completed", "completed"],
            ["failed", "failed"],
        ],
    },
    pausedJobStatus: {
        observe: async () => {
            const id = await job();
            await emulator.control("POST", "project", { state: "paused" });
            return statusOf(id);
        },
        results: [
            ["canceled", "canceled"],
            ["failed", "failed"],
        ],
    },
    terminalStatusPost: {
        observe: async () => {
            const id = await job("failed");
            return [await ask(id, "canceled"), await ask(id, "running"), await statusOf(id)];
        },
        results: [
            ["strict", [400, 400, "failed"]],
            ["lenient", [200, 200, "failed"]],
        ],
    },
    unknownDuringTransition: {
        observe: async () => {
            await emulator.api("POST", "/connections", kafka("orders"));
            const { id } = await post();
            const first = await statusOf(id);
            await emulator.control("POST", "clock", { advanceMs: 299 });
            const start = await statusOf(id);
            await emulator.control("POST", "clock", { advanceMs: 1 });
            await ask(id, "suspended");
            const before = await statusOf(id);
            await pass();
            const suspended = await statusOf(id);
            await ask(id, "running");
            const again = await statusOf(id);
            await pass();
            return [first, start, before, suspended, again, await statusOf(id)];
        },
        results: [
            [false, ["pending", "pending", "running", "suspended", "suspended", "running"]],
            [true, ["pending", "unknown", "unknown", "suspended", "unknown", "running"]],
        ],
    },
    resetAccepts: {
        observe: async () => {
            const id = await job();
            const statuses: number[] = [];
            for (const executionStatus of ["running", "suspended", "canceled"]) {
                await emulator.control("POST", `jobs/${id}`, { executionStatus });
                statuses.push((await emulator.api("POST", `/jobs/${id}/reset`)).status);
            }
            return statuses;
        },
        results: [
            ["live", [200, 200, 400]],
            ["running", [200, 400, 400]],
            ["any", [200, 200, 200]],
        ],
    },
    dropWithActiveJob: {
        observe: async () => {
            const id = await job();
            const status = await drop();
            return [status, await statusOf(id), (await emulator.api("GET", "/tables/sales")).status];
        },
        results: [
            ["refused", [400, "running", 200]],
            ["cancels", [201, "canceled", 404]],
        ],
    },
    checkpointAfterDrop: {
        observe: async () => {
            await job("canceled");
            await drop();
            return (await emulator.control<State>("GET", "state")).projects[0]!.checkpoints.length;
        },
        results: [
            ["removed", 0],
            ["kept", 1],
        ],
    },
    schemaModeDefault: {
        observe: async () => {
            const { json } = await emulator.api("POST", "/tables", { type: "detail", name: "sales" });
            await emulator.api("POST", "/tables", { type: "detail", name: "other", schemaMode: "strict" });
            await emulator.api("POST", "/connections", kafka("orders"));
            await post({ target: { type: "table", tableName: "automatic" } });
            const others = [await get("/tables/other"), await get("/tables/automatic")];
            return [json.schemaMode, ...others.map(({ schemaMode }) => schemaMode)];
        },
        results: [
            ["flexible", ["flexible", "strict", "flexible"]],
            ["strict", ["strict", "strict", "flexible"]],
        ],
    },
    awsIam: {
        observe: async () => {
            const { awsIam } = await emulator.control<Rules>("GET", "rules");
            const druid = await FakeDruid.start();
            const behind = await startTestEmulator({ druid: { url: druid.url }, rules: { awsIam } });
            const secrets = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/msk" };
            await behind.api("POST", "/connections", kafka("msk", { secrets, bootstrapServers: "127.0.0.1:1" }));
            const { status } = await behind.api("POST", "/connections/msk/test");
            await behind.close();
            await druid.close();
            return status;
        },
        results: [
            ["refused", 400],
            ["plaintext", 200],
        ],
    },
    cloud: {
        observe: async () => Object.keys(await get("/connectionsMeta")).sort(),
        results: [
            ["aws", ["externalId", "implyArn"]],
            ["azure", []],
        ],
    },
};

const names = Object.keys(RULES) as RuleName[];

const cases = names.flatMap((name) =>
    observations[name].results.map(([value, expected]) => ({
        name,
        value,
        expected,
        observe: observations[name].observe,
    })),
);

it.each(cases)("is seen to have $name = $value", async ({ name, value, expected, observe }) => {
    await emulator.control("POST", "rules", { [name]: value });
    expect(await observe()).toEqual(expected);
});

it.each(names)("shows every value of %s, the default first", (name) => {
    expect(observations[name].results.map(([value]) => value)).toEqual(RULES[name].values);
    expect(DEFAULT_RULES[name]).toBe(RULES[name].values[0]);
});

it("goes back to the rules of its start by a reset", async () => {
    const strict = await startTestEmulator({ rules: { patchNull: "refused" } });
    const changed = await strict.control("POST", "rules", { patchNull: "ignored", cloud: "azure" });
    expect(changed).toEqual({ ...DEFAULT_RULES, patchNull: "ignored", cloud: "azure" });
    await strict.control("POST", "reset");
    expect(await strict.control("GET", "rules")).toEqual({ ...DEFAULT_RULES, patchNull: "refused" });
    await strict.close();
});

it("refuses an unknown rule or value at its start", async () => {
    const rules = { patchNull: "sometimes" } as unknown as Partial<Rules>;
    await expect(startTestEmulator({ rules })).rejects.toThrow(/^patchNull: /);
});

it("names the member that must not be null, however deep, and takes null where it always may be", async () => {
    await emulator.control("POST", "rules", { patchNull: "refused" });
    expect((await emulator.api("POST", "/connections", kafka("orders", { description: null }))).status).toBe(201);
    const body = { type: "kafka", ssl: { keystore: null } };
    expect(await emulator.api("PATCH", "/connections/orders", body)).toMatchObject({
        status: 400,
        json: { target: "ssl.keystore", message: "ssl.keystore: must not be null." },
    });
});

it("has a row in the README for each rule", () => {
    const readme = readFileSync(path.join(__dirname, "../../emulator/README.md"), "utf8");
    const rows = readme.split("\n").map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));
    for (const [name, { values, help }] of Object.entries(RULES)) {
        expect(rows).toContainEqual(["", name, values.join(", "), help, ""]);
    }
});
