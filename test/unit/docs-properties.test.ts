import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import * as polaris from "../../provider";
import * as kafkaConnection from "../../provider/handlers/kafka-connection";
import * as streamingJob from "../../provider/handlers/streaming-job";
import { valueAt } from "../../provider/lifecycle/json";
import { formatSettings } from "../../provider/schemas/format-settings";
import { kafkaConnectionInputs } from "../../provider/schemas/kafka-connection";
import { streamingJobInputs } from "../../provider/schemas/streaming-job";
import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";

type Properties = Record<string, unknown>;
type Handler = typeof kafkaConnection;

const page = readFileSync(path.join(__dirname, "../../docs/properties.md"), "utf8");

/** The rows of the tables under a heading, table by table, without their heads. */
function tablesOf(heading: string): string[][][] {
    const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
    return [...section.matchAll(/(?:^\|.*\n?)+/gm)].map(([table]) => {
        const rows = table.trimEnd().split("\n");
        return rows.slice(2).map((row) => row.split("|").slice(1, -1).map(unquoted));
    });
}

const unquoted = (cell: string) => cell.trim().replace(/^`([^`]*)`$/, "$1");

const [connectionRows = [], connectionOutputs = []] = tablesOf("KafkaConnection");
const [jobRows = [], jobOutputs = []] = tablesOf("StreamingJob");
const [formatRows = [], providerRows = []] = tablesOf("Formats");
const [settingRows = []] = tablesOf("Configuration and options");

/** All arguments of a schema by their paths; lists as `mappings[].columnName`. */
function pathsOf(schema: unknown, at = ""): string[] {
    if (schema instanceof z.ZodOptional) return pathsOf(schema.unwrap(), at);
    if (schema instanceof z.ZodPipe) return pathsOf(schema.in, at);
    if (schema instanceof z.ZodArray) return pathsOf(schema.element, `${at}[]`);
    if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((option) => pathsOf(option, at)))];
    if (!(schema instanceof z.ZodObject)) return [];
    return Object.entries<unknown>(schema.shape).flatMap(([name, member]) => {
        const there = at === "" ? name : `${at}.${name}`;
        return [there, ...pathsOf(member, there)];
    });
}

const stepsOf = (there: string) => there.replaceAll("[]", ".0").split(".");

/** The arguments with another value at a path, or with none if it is undefined. */
function withAt(args: Properties, there: string, value: unknown): Properties {
    const copy = structuredClone(args);
    const steps = stepsOf(there);
    const last = steps.pop() ?? "";
    const holder = valueAt(copy, steps) as Properties;
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else holder[last] = value;
    return copy;
}

const pem = (label: string, text: string) =>
    `-----BEGIN ${label}-----\n${Buffer.from(text).toString("base64")}\n-----END ${label}-----\n`;
const certificates = pem("CERTIFICATE", "one");
const variables = { DOCS_SECRET: pem("PRIVATE KEY", "first"), DOCS_OTHER_SECRET: pem("PRIVATE KEY", "second") };
const [from, fromOther] = [{ env: "DOCS_SECRET" }, { env: "DOCS_OTHER_SECRET" }];

const scram = { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "polaris", password: "first" };
const plain = { type: "sasl_plain", username: "polaris", password: "first" };
const scramFrom = { ...plain, type: "sasl_scram", mechanism: "SCRAM-SHA-512", password: undefined, passwordFrom: from };
const role = (name: string) => ({ type: "aws_iam", awsAssumedRoleArn: `arn:aws:iam::123456789012:role/${name}` });
const keystore = { certificates, key: variables.DOCS_SECRET };

const connection = (more: Properties = {}): Properties => ({
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    secrets: scram,
    ...more,
});
const withKeystore = (more: Properties) => connection({ ssl: { keystore: { ...keystore, ...more } } });

const field = { name: "amount", dataType: "double" };
const time = { columnName: "__time", expression: "MILLIS_TO_TIMESTAMP(0)" };
const job = (more: Properties = {}): Properties => ({
    target: { tableName: "replaced by the test" },
    source: { connectionName: "orders", formatSettings: { format: "nd-json" }, inputSchema: [field] },
    mappings: [{ columnName: "amount", expression: '"amount"' }, time],
    createTableIfNotExists: true,
    ...more,
});
const upserts = { enableUpserts: true, upsertKeyColumns: ["amount"] };

/** For each argument: arguments that hold it (or may), another value of it, and what has to change with it. */
type Cases = Record<string, [base: Properties, value: unknown, besides?: Properties]>;

const connectionCases: Cases = {
    name: [connection(), "other"],
    description: [connection(), "Orders of all shops"],
    bootstrapServers: [connection(), "b-2.example.com:9096"],
    topicName: [connection(), "returns"],
    topicNameIsPattern: [connection(), true],
    clientRack: [connection(), "use1-az4"],
    secrets: [connection(), plain],
    "secrets.type": [connection(), "sasl_plain", { secrets: plain }],
    "secrets.username": [connection(), "other"],
    "secrets.password": [connection(), "second"],
    "secrets.passwordFrom": [connection({ secrets: scramFrom }), fromOther],
    "secrets.passwordFrom.env": [connection({ secrets: scramFrom }), fromOther.env],
    "secrets.mechanism": [connection(), "SCRAM-SHA-256"],
    "secrets.awsAssumedRoleArn": [connection({ secrets: role("one") }), role("two").awsAssumedRoleArn],
    ssl: [connection(), { truststore: { certificates } }],
    "ssl.truststore": [withKeystore({}), { certificates }],
    "ssl.truststore.type": [connection({ ssl: { truststore: { certificates } } }), "jks"],
    "ssl.truststore.certificates": [connection({ ssl: { truststore: { certificates } } }), pem("CERTIFICATE", "two")],
    "ssl.keystore": [connection({ ssl: { truststore: { certificates } } }), keystore],
    "ssl.keystore.type": [withKeystore({}), "jks"],
    "ssl.keystore.certificates": [withKeystore({}), pem("CERTIFICATE", "two")],
    "ssl.keystore.key": [withKeystore({}), pem("PRIVATE KEY", "second")],
    "ssl.keystore.keyFrom": [withKeystore({ key: undefined, keyFrom: from }), fromOther],
    "ssl.keystore.keyFrom.env": [withKeystore({ key: undefined, keyFrom: from }), fromOther.env],
    "ssl.keystore.keyPassword": [withKeystore({ keyPassword: "first" }), "second"],
    "ssl.keystore.keyPasswordFrom": [withKeystore({ keyPasswordFrom: from }), fromOther],
    "ssl.keystore.keyPasswordFrom.env": [withKeystore({ keyPasswordFrom: from }), fromOther.env],
    testConnection: [connection(), "error"],
    adopt: [connection(), true],
};

const jobCases: Cases = {
    target: [job(), { tableName: "other" }],
    "target.type": [job(), "lookup"],
    "target.tableName": [job(), "other"],
    source: [job(), { connectionName: "returns", formatSettings: { format: "nd-json" }, inputSchema: [field] }],
    "source.type": [job(), "s3"],
    "source.connectionName": [job(), "returns"],
    "source.formatSettings": [job(), { format: "csv", columns: ["amount"] }],
    "source.inputSchema": [job(), [field, { name: "country", dataType: "string" }]],
    "source.inputSchema[].name": [job(), "total", { mappings: [time] }],
    "source.inputSchema[].dataType": [job(), "float"],
    mappings: [job(), [time]],
    "mappings[].columnName": [job(), "total"],
    "mappings[].expression": [job(), 'ROUND("amount")'],
    "mappings[].isAggregation": [job(), true],
    createTableIfNotExists: [job(), false],
    readFromPoint: [job(), "earliest"],
    lateMessageRejectionPeriod: [job(), "P7D"],
    earlyMessageRejectionPeriod: [job(), "P7D"],
    filterExpression: [job(), '"amount" > 0'],
    dimensionExclusions: [job(), ["country"]],
    useSchemaDiscovery: [job(), true],
    partitionedBy: [job(), "hour"],
    clusteringColumns: [job(), ["amount"]],
    maxParseExceptions: [job(), 0],
    enableUpserts: [job(), true, upserts],
    upsertKeyColumns: [job(upserts), ["amount", "__time"]],
    upsertVersionColumn: [job(upserts), "amount"],
    desiredExecutionStatus: [job(), "suspended"],
    restartTrigger: [job(), "2"],
    resetTrigger: [job(), "2"],
    adopt: [job(), true],
};

const minimal: Record<string, Properties> = {
    "nd-json": {},
    csv: { columns: ["amount"] },
    avro_stream: { parseSchemaProvider: { type: "inline-avro", schema: {} } },
    protobuf: { parseSchemaProvider: { type: "connection", connectionName: "registry" } },
    kafka: { valueFormat: { format: "nd-json" } },
    kinesis: { valueFormat: { format: "nd-json" } },
};
const providers: Record<string, Properties> = {
    connection: { connectionName: "registry" },
    "inline-avro": { schema: {} },
    "inline-protobuf": { descriptor: "Cg==" },
};

let emulator: EmulatorUnderTest;

function configure(handler: Handler, more: Properties = {}): void {
    const settings: Properties = {
        "polaris:baseUrl": emulator.url,
        "polaris:projectId": emulator.projectId,
        "polaris:apiKey": emulator.apiKey,
        ...more,
    };
    const get = (key: string) => settings[key] as string | undefined;
    void handler.configure({ config: { get, require: (key) => get(key) ?? "" } });
}

/** What the check makes of a program's arguments, which have to be right. */
async function checked(handler: Handler, olds: Properties, args: Properties): Promise<Properties> {
    const { inputs, failures } = await handler.check(olds, args);
    expect(failures ?? []).toEqual([]);
    return inputs ?? {};
}

const fails = async (handler: Handler, args: Properties) =>
    ((await handler.check({}, args)).failures ?? []).map(({ reason }) => reason).join("\n");

interface Change {
    changes: boolean;
    replaces: string[];
    outs: Properties;
}

/** Makes an object, then changes its arguments as an `up` would. */
async function apply(handler: Handler, before: Properties, after: Properties): Promise<Change> {
    const inputs = await checked(handler, {}, before);
    const { id, outs = {} } = await handler.create(inputs);
    const news = await checked(handler, inputs, after);
    const { changes = false, replaces = [] } = await handler.diff(id, outs, news);
    const isUpdate = changes && replaces.length === 0;
    const answer = isUpdate ? await handler.update(id, outs, news) : undefined;
    return { changes, replaces, outs: answer?.outs ?? outs };
}

interface Seen {
    method: string;
    path: string;
    body?: { target?: { tableName?: string }; replaceRunning?: boolean; desiredExecutionStatus?: string };
}

/** What the API was asked to do, in the words of the page. */
function effectOf({ changes, replaces }: Change, seen: Seen[]): string {
    if (replaces.length > 0) return "replaced";
    if (!changes) return "nothing";
    const statuses = seen.flatMap(({ body }) => body?.desiredExecutionStatus ?? []).join(" to ");
    const effects = [
        seen.some(({ method }) => method === "PATCH") && "updated in place",
        seen.some(({ body }) => body?.replaceRunning === true) && "hot-swapped",
        /^(suspended|running)$/.test(statuses) && "suspended or resumed",
        statuses === "suspended to running" && "restarted",
        seen.some(({ path: at }) => at.endsWith("/reset")) && "offsets reset",
    ];
    return effects.filter(Boolean).join(", ");
}

/** Applies every case at once, each to an object of its own, and tells what came of it by the argument's path. */
async function applyAll(handler: Handler, cases: Cases, prefix: string, named: (name: string) => Properties) {
    const changes = await Promise.all(
        Object.entries(cases).map(async ([there, [base, value, besides]], index) => {
            const before = { ...base, ...named(`${prefix}-${index}`) };
            const after = { ...withAt(before, there, value), ...besides };
            const isChange = !/\.type$/.test(there) || there === "secrets.type";
            return [there, isChange ? await apply(handler, before, after) : undefined, `${prefix}-${index}`] as const;
        }),
    );
    const { requests } = await emulator.control<{ requests: Seen[] }>("GET", "requests");
    return new Map(
        changes.flatMap(([there, change, name]) => {
            if (!change) return [];
            const about = [`/connections/${name}`, `/jobs/${String(change.outs.jobId)}`];
            const ours = requests.filter(
                ({ path: at, body }) =>
                    body?.target?.tableName === name || about.some((text) => `${at}/`.includes(`${text}/`)),
            );
            return [[there, effectOf(change, ours)] as const];
        }),
    );
}

beforeAll(async () => {
    jest.spyOn(console, "log").mockImplementation(() => undefined);
    for (const name of Object.keys(process.env)) {
        if (name.startsWith("POLARIS_")) Reflect.deleteProperty(process.env, name);
    }
    Object.assign(process.env, variables);
    emulator = await startTestEmulator({ transitionMs: 0 });
    for (const name of ["orders", "returns"]) await emulator.api("POST", "/connections", kafka(name));
    for (const handler of [kafkaConnection, streamingJob]) configure(handler);
});
afterAll(async () => {
    for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
    await emulator.close();
});

describe.each([
    ["KafkaConnection", connectionRows, connectionCases, kafkaConnectionInputs, kafkaConnection],
    ["StreamingJob", jobRows, jobCases, streamingJobInputs, streamingJob],
] as const)("the table of %s", (noun, rows, cases, schema, handler) => {
    const isConnection = noun === "KafkaConnection";
    const named = (name: string) => (isConnection ? { name } : { target: { tableName: name } });

    it("has a row for each argument of the schema, and no other", () => {
        const isFormat = (there: string) => there.startsWith("source.formatSettings.");
        const paths = pathsOf(schema).filter((there) => !isFormat(there));
        expect(rows.map(([there]) => there).sort()).toEqual(paths.sort());
        expect(Object.keys(cases).sort()).toEqual(paths);
    });

    it("says of each argument what a change of it asks the API to do", async () => {
        const effects = await applyAll(handler, cases, noun, named);
        for (const [there = "", , , change = ""] of rows) {
            const [said] = change.split(/[;,]/);
            expect([there, effects.get(there) ?? "one value"]).toEqual([there, said]);
        }
    });

    it("says “one value” where any other is refused", async () => {
        const single = rows.filter(([, , , change]) => change === "one value");
        expect(single).toHaveLength(2);
        for (const [there = "", , standard = ""] of single) {
            const [base, value] = cases[there]!;
            const other = await fails(handler, { ...withAt(base, there, value), ...(isConnection && { name: "a" }) });
            expect(other).toBe(`${there}: expected ${standard}`);
        }
    });

    it("says of each argument whether it can be left out", async () => {
        for (const [there = "", , standard = ""] of rows) {
            const [base, value] = cases[there]!;
            const isThere = valueAt(base, stepsOf(there)) !== undefined;
            const args = { name: "a", ...withAt(isThere ? base : withAt(base, there, value), there, undefined) };
            if (!isConnection || there === "name") Reflect.deleteProperty(args, "name");
            const isNeeded = /^(required|this or)/.test(standard) || there === "name";
            expect([there, (await fails(handler, args)) !== ""]).toEqual([there, isNeeded]);
        }
    });

    it("says defaults that mean the same as leaving the argument out", async () => {
        for (const [there = "", , standard = ""] of rows) {
            const literal = /^(".*"|false|\d+|\[\])/.exec(standard.replaceAll("`", ""))?.[0];
            if (literal === undefined) continue;
            const base = { ...cases[there]![0], ...named("orders") };
            const said = withAt(base, there, JSON.parse(literal));
            const facts = { submittedOnTimestamp: "then", jobId: "a-job" };
            const answer = await handler.diff("orders", { ...said, ...facts }, withAt(base, there, undefined));
            expect([there, answer.changes]).toEqual([there, false]);
        }
    });

    it("names the outputs that are no arguments", async () => {
        const mocks = {
            newResource: ({ name, inputs }: { name: string; inputs: unknown }) => ({ id: name, state: inputs }),
        };
        await pulumi.runtime.setMocks({ ...mocks, call: () => ({}) } as pulumi.runtime.Mocks);
        const args = { ...(isConnection ? connection() : job()) } as never;
        const resource = new polaris[noun]("docs", args);
        const outputs = Object.keys(resource).filter((name) => !/^(__|id$|urn$)/.test(name) && !(name in schema.shape));
        const documented = isConnection ? connectionOutputs : jobOutputs;
        expect(documented.map(([name]) => name).sort()).toEqual(outputs.sort());
    });
});

it("a trigger that is taken away asks the API for nothing", async () => {
    const target = { tableName: "untriggered" };
    const before = job({ target, restartTrigger: "1", resetTrigger: "1" });
    const inputs = await checked(streamingJob, {}, before);
    const { id, outs = {} } = await streamingJob.create(inputs);
    await emulator.control("DELETE", "requests");
    await streamingJob.update(id, outs, await checked(streamingJob, inputs, job({ target })));
    expect(await emulator.control("GET", "requests")).toMatchObject({ requests: [] });
});

it("another value of an environment variable that an argument names is a change", async () => {
    const args = { name: "variable", ...connectionCases["secrets.passwordFrom"]![0] };
    const inputs = await checked(kafkaConnection, {}, args);
    const facts = { submittedOnTimestamp: "then" };
    const again = await checked(kafkaConnection, inputs, args);
    expect(await kafkaConnection.diff("variable", { ...inputs, ...facts }, again)).toMatchObject({ changes: false });
    process.env.DOCS_SECRET = "rotated";
    const rotated = await checked(kafkaConnection, inputs, args);
    process.env.DOCS_SECRET = variables.DOCS_SECRET;
    expect(await kafkaConnection.diff("variable", { ...inputs, ...facts }, rotated)).toMatchObject({
        changes: true,
        replaces: [],
    });
});

describe.each([
    ["formats", formatRows, formatSettings, minimal, "format"],
    ["schema providers", providerRows, formatSettings.options[2].shape.parseSchemaProvider, providers, "type"],
] as const)("the table of %s", (_title, rows, schema, samples, discriminator) => {
    const jobWith = (word: string, members: Properties) => {
        const given = { [discriminator]: word, ...members };
        const settings = discriminator === "format" ? given : { format: "protobuf", parseSchemaProvider: given };
        return job({ source: { connectionName: "orders", formatSettings: settings } });
    };

    it("has a row for each member, and no other", () => {
        const expected = schema.options.flatMap((option) => {
            const members = Object.entries<z.ZodType>(option.shape);
            const [word] = members.flatMap(([name, member]) =>
                name === discriminator && member instanceof z.ZodLiteral ? [...member.values] : [],
            );
            return members.flatMap(([name]) => (name === discriminator ? [] : [[String(word), name]]));
        });
        expect(rows.map(([word, name]) => [word, name])).toEqual(expected);
    });

    it("says of each member whether it can be left out, and what is meant then", async () => {
        for (const [word = "", name = "", , standard = ""] of rows) {
            const others = withAt(samples[word]!, name, undefined);
            const without = await fails(streamingJob, jobWith(word, others));
            expect([word, name, without !== ""]).toEqual([word, name, standard === "required"]);
            if (!/^(".*"|false)$/.test(standard)) continue;
            const state = { ...jobWith(word, withAt(others, name, JSON.parse(standard))), jobId: "a-job" };
            const { changes } = await streamingJob.diff("orders", state, jobWith(word, others));
            expect([word, name, changes]).toEqual([word, name, false]);
        }
    });
});

test("the table of configuration and options says what a change of each does", async () => {
    const args = { name: "settings", ...connection() };
    const inputs = await checked(kafkaConnection, {}, { ...args, timeouts: { create: "5m" } });
    const state = { ...inputs, submittedOnTimestamp: "then", baseUrl: emulator.url };
    const other = "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10";
    const variants: [settings: Properties, timeouts: Properties][] = [
        [{ "polaris:projectId": other }, { create: "5m" }],
        [{ "polaris:baseUrl": "https://elsewhere.example.com" }, { create: "5m" }],
        [{ "polaris:apiKey": "pok_rotated" }, { create: "5m" }],
        [{}, { create: "20m", delete: "1h" }],
    ];
    const effects: string[] = [];
    for (const [settings, timeouts] of variants) {
        configure(kafkaConnection, settings);
        const news = await checked(kafkaConnection, inputs, { ...args, timeouts });
        const { changes = false, replaces = [] } = await kafkaConnection.diff("settings", state, news);
        effects.push(replaces.length > 0 ? "replaced" : changes ? "changed" : "nothing");
    }
    configure(kafkaConnection);
    expect(effects).toEqual(settingRows.map(([, change]) => change));
});
