import fc from "fast-check";
import { withoutNulls } from "../../provider/values/json";
import { respeltConnection, respeltJob } from "./handler-meaning";
import { connectionArguments, dropped, jobArguments, secretVariables } from "./handler-arguments";
import type { Arguments } from "./handler-arguments";
import { samples } from "./connections";
import type { EmulatorUnderTest } from "./emulator";

/** Connections and jobs of a project, as programs of any kind may have made them. */
export interface RandomProject {
    readonly connections: readonly Arguments[];
    readonly jobs: readonly Arguments[];
}

const oddNames = ["2024-orders", "class", "orders", "Orders", "or-ders", "or_ders", "polaris", "...", "-", "default"];
const oddTables = ["日本", "2024 sales", "class", "a::b", "größe", 'it\'s "quoted"', "$ {x} `", "Orders", "orders"];

const named = (name: string) => ({ name, bootstrapServers: "a:1", topicName: "t", secrets: plainSecrets });
const plainSecrets = { type: "sasl_plain", username: "imply", password: "hidden-word" };

/** A format that no job on Kafka can have, and that the emulator does not compare with the connection. */
const isKinesis = ({ formatSettings }: Arguments) => (formatSettings as Arguments).format === "kinesis";

/** Any project with at most so many connections and jobs. */
export const anyProject = (most: number): fc.Arbitrary<RandomProject> =>
    fc
        .record({
            connections: fc.uniqueArray(connectionArguments, { maxLength: most, selector: ({ name }) => name }),
            jobs: fc.uniqueArray(jobArguments, {
                maxLength: most,
                selector: ({ target }) => (target as { tableName: string }).tableName,
            }),
            names: fc.subarray(oddNames),
            tables: fc.shuffledSubarray(oddTables),
            seed: fc.integer(),
        })
        .map(({ connections, jobs, names, tables, seed }) => ({
            connections: connections.map((given, index) =>
                respeltConnection({ ...given, name: names[index] ?? given.name }, seed + index),
            ),
            jobs: jobs.map((given, index) => {
                const { target } = given as { target: Arguments };
                const other = { ...given, target: { ...target, tableName: tables[index] ?? target.tableName } };
                return respeltJob(other, seed - index);
            }),
        }))
        .map(({ connections, jobs }) => ({
            connections: once(connections, ({ name }) => name),
            jobs: once(
                jobs.filter(({ source }) => !isKinesis(source as Arguments)),
                ({ target }) => (target as Arguments).tableName,
            ),
        }));

/** The first of those that have the same name. */
const once = (all: readonly Arguments[], nameOf: (given: Arguments) => unknown) => [
    ...new Map([...all].reverse().map((given) => [nameOf(given), given])).values(),
];

/** A secret by the value of its variable, as another client sends it. */
function withValues(value: unknown): unknown {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
        Object.entries(value).map(([name, member]) => {
            const variable = (member as { env?: keyof typeof secretVariables } | null | undefined)?.env;
            return variable !== undefined && name.endsWith("From")
                ? [name.slice(0, -4), secretVariables[variable]]
                : [name, withValues(member)];
        }),
    );
}

const typed = (store: unknown) => store && { type: "pem", ...store };

function connectionBody(given: Arguments): Arguments {
    const { bootstrapServers, ssl, description, clientRack, secrets, ...own } = withoutNulls(given) as Arguments;
    const { name, topicName, topicNameIsPattern } = own;
    const { truststore, keystore } = (withValues(ssl) ?? {}) as Arguments;
    return dropped({
        ssl: ssl && { truststore: typed(truststore), keystore: typed(keystore) },
        secrets: withValues(secrets),
        topicName,
        topicNameIsPattern: topicNameIsPattern ?? false,
        clientRack,
        bootstrapServers: Array.isArray(bootstrapServers) ? bootstrapServers.join(",") : bootstrapServers,
        description: description ?? null,
        name,
        type: "kafka",
    }) as Arguments;
}

const ofProgram = ["restartTrigger", "restartOnConnectionChange", "resetTrigger", "adopt", "waitForHealthy"];

/** As Imply's own client sends it: with null where nothing is set, and with defaults. */
function jobBody(given: Arguments): Arguments {
    const { source, target, mappings, ...rest } = withoutNulls(given) as Arguments;
    const members = Object.entries(rest).filter(([name]) => ![...ofProgram, "desiredExecutionStatus"].includes(name));
    return {
        upsertKeyColumns: null,
        upsertVersionColumn: null,
        ...Object.fromEntries(members),
        mappings: (mappings as Arguments[]).map((mapping) => ({ isAggregation: null, ...mapping })),
        replaceRunning: true,
        target: { intervals: null, ...(target as object), type: "table" },
        source: { ...(source as object), type: "connection" },
        type: "streaming",
    };
}

async function post(emulator: EmulatorUnderTest, path: string, body: unknown): Promise<Arguments> {
    const { status, json, text } = await emulator.api("POST", path, body);
    if (status >= 300) throw new Error(`${path}: ${status} ${text}\n${JSON.stringify(body)}`);
    return json;
}

/** Puts the project into the emulator. */
export async function fill(emulator: EmulatorUnderTest, { connections, jobs }: RandomProject): Promise<void> {
    for (const given of connections) await post(emulator, "/connections", connectionBody(given));
    const names = connections.map(({ name }) => name);
    for (const name of ["orders-source", "returns-source"].filter((one) => !names.includes(one))) {
        await post(emulator, "/connections", { type: "kafka", ...named(name) });
    }
    await post(emulator, "/connections", {
        type: "confluent_schema_registry",
        name: "registry",
        urls: ["https://r.example.com"],
        secrets: { ...plainSecrets, type: "basic" },
    });
    for (const { type, given } of samples)
        await post(emulator, "/connections", { type, name: `any-${type}`, ...given });
    for (const given of jobs) {
        const { id } = await post(emulator, "/jobs", jobBody(given));
        if (given.desiredExecutionStatus === "suspended") {
            await post(emulator, `/jobs/${String(id)}/status`, { desiredExecutionStatus: "suspended" });
        }
    }
}
