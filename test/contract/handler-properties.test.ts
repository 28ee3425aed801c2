import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { kinesis } from "../support/fixtures";
import { linesTold, ProviderProcess, shortenWaits, type Noun } from "../support/handler";
import {
    connectionArguments,
    dropped,
    fuzzRuns,
    fuzzTimeoutMs,
    jobArguments,
    secretVariables,
    tableArguments,
} from "../support/handler-arguments";
import type { Arguments } from "../support/handler-arguments";
import {
    connectionMeaning,
    heldTable,
    jobMeaning,
    respeltConnection,
    respeltJob,
    respeltTable,
    tableMeaning,
    without,
} from "../support/handler-meaning";

/** One kind of resource, as the properties need it. */
interface Kind {
    readonly noun: Noun;
    readonly given: fc.Arbitrary<Arguments>;
    /** Arguments that are edited together, as one without the other is not valid. */
    readonly edits: readonly (readonly string[])[];
    readonly respelt: (given: Arguments, seed: number) => Arguments;
    /** What the arguments ask of the API, and what the handler is asked besides. */
    readonly meaning: (given: Arguments) => unknown;
    readonly idOf: (given: Arguments) => unknown;
    /** Asserts that the API holds what it was asked for, as far as it shows it. */
    readonly expectHeld: (given: Arguments, outputs: Arguments) => Promise<void>;
}

let emulator: EmulatorUnderTest;
let engine: ProviderProcess;

linesTold();
shortenWaits();

const withoutHidden = (value: unknown): unknown =>
    JSON.parse(
        JSON.stringify(value, (key, member: unknown) =>
            ["password", "passwordFrom", "keystore"].includes(key) ? undefined : member,
        ),
    );

async function expectConnection(given: Arguments): Promise<void> {
    const { json } = await emulator.api("GET", `/connections/${String(given.name)}`);
    const meaning = (shown: Arguments) => withoutHidden(connectionMeaning(withoutHidden(shown) as Arguments));
    expect(meaning(json)).toEqual(meaning(given));
}

async function expectJob(given: Arguments, { jobId }: Arguments): Promise<void> {
    const { json } = await emulator.api("GET", `/jobs/${String(jobId)}`);
    const { restartTrigger } = given;
    const spec = without(json.spec as Arguments, "type", "replaceRunning");
    const shown = { ...spec, desiredExecutionStatus: json.executionStatus, restartTrigger };
    expect(dropped(jobMeaning(shown))).toEqual(dropped(jobMeaning(given)));
}

async function expectTable(given: Arguments): Promise<void> {
    const { json } = await emulator.api("GET", `/tables/${encodeURIComponent(String(given.name))}`);
    const members = Object.keys(heldTable(given));
    const shown = Object.fromEntries(members.map((name) => [name, json[name] ?? null]));
    // Every table has it: to declare it no longer removes nothing.
    const declared = (given.schema ?? []) as { name: string }[];
    const isTime = ({ name }: { name: string }) => name === "__time";
    const schema = (json.schema as { name: string }[]).filter((one) => !isTime(one) || declared.some(isTime));
    expect(heldTable({ ...shown, schema, type: given.type })).toEqual(heldTable(given));
}

const tablesOf = (type: "detail" | "aggregate"): Kind => ({
    noun: "Table",
    given: tableArguments(type),
    edits: [
        ["name"],
        ["schema", "clusteringColumns"],
        ["schemaMode"],
        ["partitioningGranularity"],
        ["description"],
        ["storagePolicy"],
        ["timeResolution", "queryGranularity"],
        ["onDestroy"],
    ],
    respelt: respeltTable,
    meaning: tableMeaning,
    idOf: ({ name }) => name,
    expectHeld: expectTable,
});

const kinds: Kind[] = [
    {
        noun: "KafkaConnection",
        given: connectionArguments,
        edits: [
            ["name"],
            ["description"],
            ["bootstrapServers"],
            ["clientRack"],
            ["topicName", "topicNameIsPattern"],
            ["secrets", "ssl"],
            ["testConnection"],
        ],
        respelt: respeltConnection,
        meaning: connectionMeaning,
        idOf: ({ name }) => name,
        expectHeld: expectConnection,
    },
    {
        noun: "StreamingJob",
        given: jobArguments,
        edits: [
            ["target"],
            ["source"],
            ["mappings"],
            ["readFromPoint", "filterExpression"],
            ["lateMessageRejectionPeriod", "earlyMessageRejectionPeriod"],
            ["dimensionExclusions"],
            ["useSchemaDiscovery", "partitionedBy"],
            ["clusteringColumns", "maxParseExceptions"],
            ["enableUpserts", "upsertKeyColumns", "upsertVersionColumn"],
            ["desiredExecutionStatus"],
            ["restartTrigger"],
            ["restartOnConnectionChange"],
        ],
        respelt: respeltJob,
        meaning: jobMeaning,
        idOf: ({ target }) => (target as { tableName: string }).tableName,
        expectHeld: expectJob,
    },
    tablesOf("detail"),
    tablesOf("aggregate"),
];

/** Valid arguments, others that differ from them in some, and seeds for other words. */
const edited = ({ given, edits, respelt }: Kind) =>
    fc
        .tuple(given, given, fc.subarray([...edits], { maxLength: 3 }), fc.integer(), fc.integer())
        .map(([before, source, chosen, seed, more]) => {
            const change = Object.fromEntries(chosen.flat().map((name) => [name, source[name]]));
            const after = dropped({ ...before, ...change }) as Arguments;
            return { before, respelt: respelt(before, seed), after: respelt(after, more) };
        });

/** An API with what jobs read. */
async function prepare(): Promise<void> {
    await emulator.control("POST", "reset");
    const secrets = { type: "sasl_plain", username: "imply", password: "hidden-word" };
    for (const name of ["orders-source", "returns-source"]) {
        const kafka = { type: "kafka", name, bootstrapServers: "a:1", topicName: name, secrets };
        await emulator.api("POST", "/connections", kafka);
    }
    await emulator.api("POST", "/connections", kinesis("kinesis-source"));
    const registry = { type: "confluent_schema_registry", name: "registry", urls: ["https://r.example.com"], secrets };
    await emulator.api("POST", "/connections", registry);
}

beforeAll(async () => {
    Object.assign(process.env, secretVariables);
    emulator = await startTestEmulator({ transitionMs: 0 });
    engine = await ProviderProcess.start(emulator);
});
afterAll(() => emulator.close());

const usualRuns = 60;

describe.each(kinds)("any $noun", (kind) => {
    /** The life of one resource, from its arguments and others to nothing. */
    async function life({ before, respelt, after }: Record<"before" | "respelt" | "after", Arguments>): Promise<void> {
        const resource = engine.resource(kind.noun);
        expect(await resource.up(before)).toEqual({ step: "create" });
        await kind.expectHeld(before, resource.outputs);
        const { state } = resource;
        expect((await resource.preview(respelt)).step).toBe("same");
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect(resource.state).toEqual(state);
        expect((await resource.preview(before)).step).toBe("same");

        const isSame = isDeepStrictEqual(kind.meaning(before), kind.meaning(after));
        const isOther = kind.idOf(before) !== kind.idOf(after);
        expect(await resource.up(after)).toEqual({ step: isOther ? "replace" : isSame ? "same" : "update" });
        await kind.expectHeld(after, resource.outputs);
        expect((await resource.preview(after)).step).toBe("same");
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect((await resource.preview(after)).step).toBe("same");
        expect(await resource.destroy()).toEqual({ step: "delete" });
    }

    it(
        "is created, read and compared without a change, and changes exactly where the API is asked something else",
        async () => {
            await fc.assert(fc.asyncProperty(edited(kind), life), {
                numRuns: fuzzRuns(usualRuns),
                plugins: [fc.beforeEach(prepare)],
            });
        },
        fuzzTimeoutMs(usualRuns),
    );
});

/** Whether a member of a connection was set, is to go, and would be missed: nobody sees whether a keystore is there. */
function isMissed(patchNull: string, before: Arguments, after: Arguments): boolean {
    const stores = (given: Arguments) => (given.ssl ?? {}) as Arguments;
    const isGone = (old: unknown, wanted: unknown) => (old ?? null) !== null && (wanted ?? null) === null;
    return (
        ["description", "clientRack", "secrets"].some((name) => isGone(before[name], after[name])) ||
        (patchNull === "ignored" ? ["truststore"] : ["truststore", "keystore"]).some((name) =>
            isGone(stores(before)[name], stores(after)[name]),
        )
    );
}

describe.each(["ignored", "refused"])("any KafkaConnection, where a null in a PATCH is %s", (patchNull) => {
    const [kind] = kinds as [Kind];

    it(
        "is changed, or says that a member is not cleared until the API does it",
        async () => {
            const life = async ({ before, after }: Record<"before" | "after", Arguments>) => {
                await emulator.control("POST", "rules", { patchNull });
                const resource = engine.resource(kind.noun);
                expect(await resource.up(before)).toEqual({ step: "create" });
                const { step } = await resource.preview(after);
                const isRefused = step === "update" && isMissed(patchNull, before, after);
                const { failure, code } = await resource.up(after);
                expect(code).toBe(isRefused ? "PolarisConnectionNotUpdated" : undefined);
                expect(failure ?? "").toMatch(isRefused ? /did not clear|which clears/ : /^$/);
                await emulator.control("POST", "rules", { patchNull: "clears" });
                expect(await resource.up(after)).toEqual({ step: isRefused ? "update" : "same" });
                await kind.expectHeld(after, resource.outputs);
                expect(await resource.refresh()).toEqual({ step: "read" });
                expect((await resource.preview(after)).step).toBe("same");
                expect(await resource.destroy()).toEqual({ step: "delete" });
            };
            await fc.assert(fc.asyncProperty(edited(kind), life), {
                numRuns: fuzzRuns(usualRuns),
                plugins: [fc.beforeEach(prepare)],
            });
        },
        fuzzTimeoutMs(usualRuns),
    );
});
