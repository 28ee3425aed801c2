import fc from "fast-check";
import type { Declared, Resource as Kind } from "../../provider/engine/resource";
import { fingerprintOf } from "../../provider/engine/secrets";
import { jobSettingsText } from "../../provider/connection/job-settings";
import { kafka, kafkaConnection } from "../../provider/kafka-connection/kafka-connection";
import { streamingJob } from "../../provider/streaming-job/streaming-job";
import { table } from "../../provider/table/table";
import { unknown } from "../../provider/values/unknown";
import { linesTold, nowhere, ProviderProcess } from "../support/handler";
import type { Noun } from "../support/handler";
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
import { connectionMeaning, jobMeaning, tableMeaning, without } from "../support/handler-meaning";
import { declarationOf, planOf, sentencesOf } from "../support/plan";

/** Over any state and any arguments: what a preview says and what an update does are one plan. */

interface Case {
    readonly state: Arguments;
    readonly inputs: Arguments;
    /** Whether an earlier operation has left nothing to do. */
    readonly isSettled: boolean;
}

const lines = linesTold();
beforeAll(() => void Object.assign(process.env, secretVariables));

const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const interval = "2024-05-02T09:15:04.120Z/2024-05-02T09:15:06.310Z";
const recorded = { projectId: nowhere.projectId, baseUrl: nowhere.url, entryId: "Zm9vYmFy" };

/** What an operation may have left in state. */
const leftBehind = (names: readonly string[]) =>
    fc.oneof(
        { weight: 2, arbitrary: fc.constant({}) },
        {
            weight: 3,
            arbitrary: fc.record({
                unfinished: fc.constantFrom("create", "update", "delete", "read"),
                unconfirmed: fc.constantFrom(undefined, undefined, interval),
                // As version 0.1.0 wrote it, the state does not say what is owed.
                owed: some(fc.oneof(fc.constant([]), fc.subarray([...names]))),
            }),
        },
        // As version 0.1.0 wrote it.
        { weight: 1, arbitrary: fc.constant({ unconfirmed: interval }) },
    );

/** Secrets that a refresh has found to be unknown are not in state. */
function withoutSecrets(given: Arguments): Arguments {
    const { secrets, ssl } = structuredClone(given) as Record<string, Arguments | undefined>;
    if (secrets) Reflect.deleteProperty(secrets, "password");
    const keystore = ssl?.keystore as Arguments | undefined;
    if (keystore) Reflect.deleteProperty(keystore, "key");
    return { ...given, secrets, ssl };
}

/** The fingerprints of the variables that arguments name, of two values. */
const printsOf = (given: Arguments, value: string) =>
    JSON.stringify(given).includes("passwordFrom")
        ? { fingerprints: { "secrets.password": value, "ssl.keystore.keyPassword": value } }
        : {};

/** A state and arguments that differ from it in some, in how they are written, or not at all. */
function casesOf(
    kind: { readonly schema: { readonly shape: object }; readonly normalize: (given: Arguments) => Arguments },
    given: fc.Arbitrary<Arguments>,
    identity: string,
    facts: fc.Arbitrary<Arguments>,
): fc.Arbitrary<Case> {
    const names = Object.keys(kind.schema.shape).filter((name) => name !== identity);
    const subset = fc.oneof(fc.constant<string[]>([]), fc.subarray(names, { maxLength: 3 }), fc.subarray(names));
    return fc
        .record({
            before: given,
            other: given,
            changed: subset,
            hidden: fc.oneof(
                { weight: 3, arbitrary: fc.constant<string[]>([]) },
                { arbitrary: fc.subarray(names), weight: 1 },
            ),
            left: leftBehind(names),
            facts,
            losesSecrets: fc.constantFrom(false, false, false, true),
            prints: fc.constantFrom<[string, string]>(["a", "a"], ["a", "b"]),
        })
        .map(({ before, other, changed, hidden, left, facts: known, losesSecrets, prints }) => {
            const edited = Object.fromEntries(changed.map((name) => [name, other[name]]));
            const after = kind.normalize(dropped({ ...before, ...edited }) as Arguments);
            const inputs = { ...after, ...Object.fromEntries(hidden.map((name) => [name, unknown])) };
            const declared = kind.normalize(before);
            const state = losesSecrets ? withoutSecrets(declared) : declared;
            const all = { ...state, ...printsOf(before, prints[0]), ...recorded, ...known, ...left };
            return {
                state: dropped(all) as Arguments,
                inputs: { ...inputs, ...printsOf(after, prints[1]), projectId: nowhere.projectId },
                isSettled: Object.keys(left).length === 0,
            };
        });
}

const time = "2024-05-02T09:15:04.120931Z";
const user = { username: "api-key-pok_a...b", userId: "5f0c0a1e-8b1f-4a57-9a53-0f6f5b0d3c11" };

const connections = casesOf(
    kafkaConnection,
    connectionArguments,
    "name",
    fc.record({
        submittedByUser: some(fc.constant(user)),
        submittedOnTimestamp: fc.constant(time),
        modifiedOnTimestamp: fc.constant(time),
        seenOnTimestamp: some(fc.constant("2024-05-03T09:15:04.120931Z")),
    }),
);

const jobs = casesOf(
    streamingJob,
    jobArguments,
    "target",
    fc.record({
        jobId: fc.constantFrom(
            "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10",
            "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10",
            undefined,
        ),
        createdBy: some(fc.constant(user)),
        createdTimestamp: fc.constant(time),
        foundByRefresh: some(fc.constant("0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10")),
        topicName: some(fc.constantFrom("orders", "returns")),
        topicNameIsPattern: some(fc.constant(true)),
        bootstrapServers: some(fc.constantFrom("a:1", "b:2")),
        connectionFingerprint: some(
            fc.constant(
                fingerprintOf(
                    jobSettingsText(kafka, declarationOf({}, { topicName: "orders", bootstrapServers: "a:1" })),
                    ["salt"],
                ),
            ),
        ),
    }),
);

const tables = casesOf(
    table,
    fc.oneof(tableArguments("detail"), tableArguments("aggregate")),
    "name",
    fc.record({
        tableId: fc.constant("5d6b8a52-6c0e-4b0b-9b52-5f0b0b8f6d10"),
        createdByUser: some(fc.constant(user)),
        createdOnTimestamp: fc.constant(time),
        modifiedOnTimestamp: fc.constant(time),
        seenOnTimestamp: some(fc.constant("2024-05-03T09:15:04.120931Z")),
    }),
);

/** The connections of the program, of which some change. */
const declarations: fc.Arbitrary<Declared> = fc
    .record({
        isDeclared: fc.boolean(),
        before: fc.constantFrom("orders", "returns"),
        after: fc.constantFrom("orders", "returns", unknown),
        brokers: fc.constantFrom("a:1", "b:2"),
    })
    .map(({ isDeclared, before, after, brokers }) => (noun, name) => {
        if (!isDeclared || noun !== "KafkaConnection") return undefined;
        const olds = { name, topicName: before, bootstrapServers: "a:1" };
        return declarationOf(olds, { name, topicName: after, bootstrapServers: brokers });
    });

/** Triggers do nothing by themselves once they are removed, nor a restart of what is suspended. */
const isIdle = (name: string, { [name]: value, desiredExecutionStatus }: Arguments) =>
    (name === "restartTrigger" && (value === undefined || desiredExecutionStatus === "suspended")) ||
    (name === "resetTrigger" && value === undefined);

/** What is known of the arguments, in the words of the API; a secret that the state lacks is another one. */
const meanings: Record<Noun, (given: Arguments) => unknown> = {
    KafkaConnection: connectionMeaning,
    StreamingJob: (given) => jobMeaning(without(given, "restartTrigger", "resetTrigger")),
    Table: tableMeaning,
};

function holdsTogether<Inputs extends Arguments, Facts extends Arguments, Step extends { readonly kind: string }>(
    resource: Kind<Inputs, Facts, Step>,
    { state, inputs, isSettled }: Case,
    declared: Declared,
): void {
    const { change, cause, steps } = planOf(resource, state, inputs, declared);
    expect(cause).toBeUndefined();

    // Each step is said, except for the test of a connection that follows another step.
    const silent = steps.filter(({ sentences }) => sentences.length === 0);
    expect(silent.filter(({ step }) => step.kind !== "test" || steps[0]?.step === step)).toEqual([]);
    expect(steps.flatMap(({ sentences }) => sentences).filter((sentence) => !/\S/.test(sentence))).toEqual([]);

    // Without a step nothing is left that has to reach the API.
    const isPlanned = steps.length > 0;
    expect(isPlanned ? [] : change.names.filter((name) => !isIdle(name, inputs))).toEqual([]);
    const args = Object.keys(resource.schema.shape).filter((name) => !resource.localArguments.includes(name));
    const meaningOf = (given: Arguments) =>
        meanings[resource.noun as Noun](
            dropped(Object.fromEntries(args.map((name) => [name, given[name]]))) as Arguments,
        );
    const isKnown = change.unknown.length === 0;
    expect(isPlanned || !isKnown ? undefined : meaningOf(inputs)).toEqual(
        isPlanned || !isKnown ? undefined : meaningOf(state),
    );

    // What an earlier operation has left is planned, but for a test that is not wanted any more.
    const isUntested = resource.noun === "KafkaConnection" && inputs.testConnection === "off";
    const isDone = isSettled || (isUntested && Array.isArray(state.owed) && state.owed.length === 0);
    expect(isPlanned || isDone).toBe(true);

    // A job that follows its connection is restarted for it, and for nothing else.
    const followed = inputs.restartOnConnectionChange === true ? declared("KafkaConnection", "any") : undefined;
    const causes = steps.flatMap(({ step }) => ("cause" in step && step.cause !== "trigger" ? [step.cause] : []));
    const isRecorded = state.connectionFingerprint !== undefined;
    const isOther = followed?.inputs.topicName !== "orders" || followed.inputs.bootstrapServers !== "a:1";
    if (!followed) expect(causes).toEqual([]);
    else if (isRecorded) expect(isOther ? [] : causes).toEqual([]);

    // Nothing is planned where nothing has changed and nothing is left to do.
    const isQuiet = isSettled && !followed && change.names.length + change.unknown.length === 0;
    const isStarted = resource.noun !== "StreamingJob" || state.jobId !== undefined;
    expect(isQuiet && isStarted ? steps : []).toEqual([]);

    // An operation that was not confirmed is looked for before anything else that reaches the API.
    const known = steps.map(({ step }) => step.kind).filter((kind) => kind !== "unknown");
    const mustLook = state.unconfirmed !== undefined || !isStarted;
    expect(known.indexOf("confirm")).toBe(mustLook ? 0 : -1);
    expect(new Set(known).size).toBe(known.length);
}

const numRuns = fuzzRuns(1_000);

test("any connection: each step of its plan is said, and without a step nothing has to reach the API", () => {
    const property = fc.property(connections, declarations, (one, declared) => {
        holdsTogether(kafkaConnection, one, declared);
    });
    fc.assert(property, { numRuns });
}, 240_000);

test("any job: each step of its plan is said, and without a step nothing has to reach the API", () => {
    const property = fc.property(jobs, declarations, (one, declared) => {
        holdsTogether(streamingJob, one, declared);
    });
    fc.assert(property, { numRuns });
}, 240_000);

test("any table: each step of its plan is said, and without a step nothing has to reach the API", () => {
    const property = fc.property(tables, declarations, (one, declared) => {
        holdsTogether(table, one, declared);
    });
    fc.assert(property, { numRuns });
}, 240_000);

describe.each([
    ["KafkaConnection" as const, connections, kafkaConnection],
    ["StreamingJob" as const, jobs, streamingJob],
    ["Table" as const, tables, table],
])("a preview of any %s", (noun, cases, resource) => {
    const printed = async ({ state, inputs }: Case): Promise<void> => {
        // What a run has printed once, it does not print again.
        const engine = await ProviderProcess.start(nowhere);
        const args = Object.keys(resource.schema.shape).filter((name) => name in inputs);
        const given = Object.fromEntries(args.map((name) => [name, inputs[name]]));
        const id = String(state.name ?? (state.target as Arguments).tableName);
        const old = { id, inputs: state, outputs: state, failed: false };
        lines.splice(0);
        const plan = await engine.resource(noun, old).preview(given);
        fc.pre(plan.step === "same" || plan.step === "update");
        const sentences = lines.filter((line) => !line.includes(": warning: "));
        const expected = sentencesOf(resource as never, state, plan.inputs);
        expect(sentences).toEqual(
            expected.length === 0 ? [] : [`${noun} ${JSON.stringify(id)}: ${expected.join("; ")}`],
        );
        const isQuiet = planOf(resource as never, state, plan.inputs).steps.length === 0;
        expect(isQuiet ? sentences : []).toEqual([]);
    };

    it(
        "prints the sentences of its plan, and none without a step",
        async () => {
            await fc.assert(fc.asyncProperty(cases, printed), { numRuns: fuzzRuns(60) });
        },
        fuzzTimeoutMs(60),
    );
});
