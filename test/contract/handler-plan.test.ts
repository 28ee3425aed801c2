import fc from "fast-check";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { answer, startFaultProxy, type FaultProxy, type Passing } from "../support/fault-proxy";
import { linesTold, ProviderProcess, type Noun, type Resource } from "../support/handler";
import { fuzzRuns, fuzzTimeoutMs } from "../support/handler-arguments";
import type { Arguments } from "../support/handler-arguments";
import { connection, connectionBody, job, jobBody, table } from "../support/pair";
import { newRequests } from "../support/seen";

/** What a preview says is what `up` then does: its sentences are the steps, and the writes are those of the steps. */

const lines = linesTold();

let emulator: EmulatorUnderTest;
let proxy: FaultProxy;

/** Not retried, as the command would have to wait for too long. */
const unavailable = answer(503, "", { "retry-after": "121" });

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
    proxy = await startFaultProxy(emulator.url);
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
});
afterAll(() => Promise.all([proxy.close(), emulator.close()]));

const start = async (noun: Noun, before?: Resource) =>
    (await ProviderProcess.start(emulator, { baseUrl: proxy.url })).resource(noun, before?.state);

/** An `up` in which some requests fail; `isDone` says whether the API carries them out all the same. */
async function failedUp(resource: Resource, given: Arguments, isHit: (request: Passing) => boolean, isDone = false) {
    proxy.react = (request) => (isHit(request) ? { after: isDone, misbehave: unavailable } : undefined);
    const { failure } = await resource.up(given);
    proxy.react = () => undefined;
    expect(failure).toContain("503");
}

/** The writes of an `up`, in the order in which they were sent. */
async function writesOf(work: () => Promise<unknown>): Promise<string[]> {
    await newRequests(emulator);
    await work();
    return (await newRequests(emulator))
        .filter(({ method, path }) => method !== "GET" && !path.endsWith("/test"))
        .map(({ method, path, body }) => {
            if (path.endsWith("/status")) return String(body?.desiredExecutionStatus);
            return `${method} /${path.split("/").slice(-1).join("")}`.replace(/\/[0-9a-f-]{36}$/, "/{id}");
        });
}

/** The sentences that a preview prints about the plan. */
async function sentencesOf(resource: Resource, given: Arguments): Promise<string[]> {
    lines.length = 0;
    await resource.preview(given);
    return lines.flatMap((line) => line.replace(/^\w+ "[^"]*": /, "").split("; "));
}

/** A situation that earlier operations have left, and whether a request without an answer was carried out. */
interface Situation {
    readonly name: string;
    readonly given: Arguments;
    readonly isDone?: boolean;
    readonly bring: (resource: Resource) => Promise<unknown>;
}

const isPostOfJob = ({ method, path }: Passing) => method === "POST" && path === "/jobs";
const suspendedJob = { ...job, desiredExecutionStatus: "suspended" };
const swapped = { ...job, maxParseExceptions: 7 };

const jobSituations: Situation[] = [
    { name: "running", given: job, bring: (resource) => resource.up(job) },
    { name: "suspended", given: suspendedJob, bring: (resource) => resource.up(suspendedJob) },
    ...[true, false].map((isDone) => ({
        name: `a create without an answer, ${isDone ? "carried out" : "not carried out"}`,
        given: job,
        isDone,
        bring: (resource: Resource) => {
            let isPosted = false;
            return failedUp(resource, job, (request) => (isPosted ||= isPostOfJob(request)), isDone);
        },
    })),
    ...[true, false].map((isDone) => ({
        name: `a swap without an answer, ${isDone ? "carried out" : "not carried out"}`,
        given: swapped,
        isDone,
        bring: async (resource: Resource) => {
            await resource.up(job);
            let isPosted = false;
            await failedUp(resource, swapped, (request) => (isPosted ||= isPostOfJob(request)), isDone);
        },
    })),
    {
        name: "a restart that did not resume",
        given: { ...job, restartTrigger: "1" },
        bring: async (resource) => {
            await resource.up(job);
            const isResume = ({ method, path, body }: Passing) =>
                method === "POST" && path.endsWith("/status") && body.includes("running");
            await failedUp(resource, { ...job, restartTrigger: "1" }, isResume);
        },
    },
    {
        name: "a job that did not start in time",
        given: job,
        bring: async (resource) => {
            await emulator.control("POST", "outcomes", { tableName: "sales", executionStatus: "pending" });
            const { code } = await resource.up({ ...job, timeouts: { create: "300ms" } });
            expect(code).toBe("PolarisJobTimeout");
            await emulator.control("POST", `jobs/${String(resource.outputs.jobId)}`, { executionStatus: "running" });
        },
    },
    {
        name: "a job that another user has started, found by a refresh",
        given: job,
        bring: async (resource) => {
            await resource.up(job);
            await emulator.api("POST", "/jobs", { ...jobBody, replaceRunning: true });
            expect(await resource.refresh()).toEqual({ step: "read" });
        },
    },
    {
        name: "a job that another user has suspended, found by a refresh",
        given: { ...job, desiredExecutionStatus: "suspended" },
        bring: async (resource) => {
            await resource.up(job);
            const wish = { desiredExecutionStatus: "suspended" };
            await emulator.api("POST", `/jobs/${String(resource.outputs.jobId)}/status`, wish);
            expect(await resource.refresh()).toEqual({ step: "read" });
        },
    },
    {
        name: "a suspension without an answer, carried out",
        given: suspendedJob,
        bring: async (resource) => {
            await resource.up(job);
            const isSuspension = ({ path, body }: Passing) => path.endsWith("/status") && body.includes("suspended");
            await failedUp(resource, suspendedJob, isSuspension, true);
        },
    },
];

const edits: Record<string, (given: Arguments) => Arguments> = {
    spec: (given) => ({ ...given, filterExpression: '"country" = 1' }),
    status: ({ desiredExecutionStatus, ...given }) =>
        desiredExecutionStatus === "suspended" ? given : { ...given, desiredExecutionStatus: "suspended" },
    restart: (given) => ({ ...given, restartTrigger: "9" }),
    reset: (given) => ({ ...given, resetTrigger: "9" }),
    adopt: (given) => ({ ...given, adopt: true }),
};

/** What the sentences of a job's preview announce. */
function announcedWrites(sentences: string[], given: Arguments, { name, isDone = false }: Situation): string[] {
    const isSuspended = given.desiredExecutionStatus === "suspended";
    const post = isSuspended ? ["POST /jobs", "suspended"] : ["POST /jobs"];
    const isResumed = sentences.some((one) => one.startsWith("the job is resumed"));
    // What follows a confirmation or a swap brings the job to its status already.
    let isAtStatus = false;
    let isStarted = false;
    return sentences.flatMap((sentence) => {
        if (sentence.startsWith("the last operation was not confirmed")) {
            if (!sentence.endsWith("starts it if there is none")) return [];
            isAtStatus = true;
            isStarted = !isDone;
            // A job that was started, though no answer said so, runs.
            return isStarted ? post : isSuspended ? ["suspended"] : [];
        }
        if (sentence.startsWith("the last operation failed: brings the job to")) {
            isAtStatus = true;
            const wasSuspended = /^a (restart that did not resume|suspension)/.test(name);
            return wasSuspended === isSuspended ? [] : [isSuspended ? "suspended" : "running"];
        }
        if (/ changes: /.test(sentence)) {
            isAtStatus = true;
            return post;
        }
        if (sentence.startsWith("the job is suspended")) return isAtStatus ? [] : ["suspended"];
        if (isResumed && sentence.startsWith("the job is resumed")) return isAtStatus ? [] : ["running"];
        if (sentence.startsWith("the job is restarted")) return isStarted ? [] : ["suspended", "running"];
        if (sentence.startsWith("the job's offsets are reset")) return ["POST /reset"];
        throw new Error(`An unexpected sentence: ${sentence}`);
    });
}

test(
    "a job: the writes of an up are those that its preview announces, whatever was left before",
    async () => {
        const changes = fc.uniqueArray(fc.constantFrom(...Object.keys(edits)));
        await fc.assert(
            fc.asyncProperty(fc.constantFrom(...jobSituations), changes, async (situation, names) => {
                await emulator.control("POST", "reset");
                await emulator.api("POST", "/connections", connectionBody);
                const first = await start("StreamingJob");
                await situation.bring(first);
                const resource = await start("StreamingJob", first);
                const given = names.reduce<Arguments>((all, name) => edits[name]!(all), situation.given);
                const sentences = await sentencesOf(resource, given);
                const writes = await writesOf(async () =>
                    expect(await resource.up(given)).not.toHaveProperty("failure"),
                );
                expect(writes).toEqual(announcedWrites(sentences, given, situation));
                expect(await sentencesOf(await start("StreamingJob", resource), given)).toEqual([]);
            }),
            { numRuns: fuzzRuns(40) },
        );
    },
    fuzzTimeoutMs(40),
);

const connectionSituations: Situation[] = [
    { name: "settled", given: connection, bring: (resource) => resource.up(connection) },
    ...[true, false].map((isDone) => ({
        name: `a create without an answer, ${isDone ? "carried out" : "not carried out"}`,
        given: connection,
        isDone,
        bring: (resource: Resource) => {
            let isPosted = false;
            return failedUp(resource, connection, ({ method }) => (isPosted ||= method === "POST"), isDone);
        },
    })),
    {
        name: "an update without an answer, not carried out",
        given: { ...connection, topicName: "returns" },
        bring: async (resource) => {
            await resource.up(connection);
            await failedUp(resource, { ...connection, topicName: "returns" }, ({ method }) => method === "PATCH");
        },
    },
    {
        name: "an update without an answer, of version 0.1.0, whose state does not say what is owed",
        given: connection,
        bring: async (resource) => {
            await resource.up(connection);
            await failedUp(resource, { ...connection, topicName: "returns" }, ({ method }) => method === "PATCH");
            const outputs = { ...resource.outputs, owed: undefined };
            resource.state = { ...resource.state!, outputs };
        },
    },
    {
        name: "a change of another user, found by a refresh",
        given: connection,
        bring: async (resource) => {
            await resource.up(connection);
            await emulator.api("PATCH", "/connections/orders", { type: "kafka", topicName: "theirs" });
            expect(await resource.refresh()).toEqual({ step: "read" });
        },
    },
];

const connectionEdits: Record<string, (given: Arguments) => Arguments> = {
    description: (given) => ({ ...given, description: "edited" }),
    topic: (given) => ({ ...given, topicName: "refunds" }),
    password: (given) => ({ ...given, secrets: { ...connection.secrets, password: "another-word" } }),
    adopt: (given) => ({ ...given, adopt: true }),
};

/** What the sentences of a connection's preview announce. */
function announcedConnectionWrites(sentences: string[], { isDone = false }: Situation): string[] {
    const confirms = sentences.some((sentence) => sentence.startsWith("the last create was not confirmed"));
    const updates = sentences.some((sentence) => /^(updates |the last operation failed: brings )/.test(sentence));
    if (confirms && !isDone) return ["POST /connections"];
    return updates ? ["PATCH /orders"] : [];
}

test(
    "a connection: the writes of an up are those that its preview announces, whatever was left before",
    async () => {
        const changes = fc.uniqueArray(fc.constantFrom(...Object.keys(connectionEdits)));
        await fc.assert(
            fc.asyncProperty(fc.constantFrom(...connectionSituations), changes, async (situation, names) => {
                await emulator.control("POST", "reset");
                const first = await start("KafkaConnection");
                await situation.bring(first);
                const resource = await start("KafkaConnection", first);
                const given = names.reduce<Arguments>((all, name) => connectionEdits[name]!(all), situation.given);
                const sentences = await sentencesOf(resource, given);
                const writes = await writesOf(async () =>
                    expect(await resource.up(given)).not.toHaveProperty("failure"),
                );
                expect(writes).toEqual(announcedConnectionWrites(sentences, situation));
                expect(await sentencesOf(await start("KafkaConnection", resource), given)).toEqual([]);
            }),
            { numRuns: fuzzRuns(40) },
        );
    },
    fuzzTimeoutMs(40),
);

const described = { ...table, description: "first" };

const tableSituations: Situation[] = [
    { name: "settled", given: table, bring: (resource) => resource.up(table) },
    ...[true, false].map((isDone) => ({
        name: `a create without an answer, ${isDone ? "carried out" : "not carried out"}`,
        given: table,
        isDone,
        bring: (resource: Resource) => {
            let isPosted = false;
            return failedUp(resource, table, ({ method }) => (isPosted ||= method === "POST"), isDone);
        },
    })),
    ...[true, false].map((isDone) => ({
        name: `an update without an answer, ${isDone ? "carried out" : "not carried out"}`,
        given: described,
        isDone,
        bring: async (resource: Resource) => {
            await resource.up(table);
            await failedUp(resource, described, ({ method }) => method === "PUT", isDone);
        },
    })),
    {
        name: "a change of another user, found by a refresh",
        given: described,
        bring: async (resource) => {
            await resource.up(described);
            const { json } = await emulator.api("GET", "/tables/sales");
            await emulator.api("PUT", "/tables/sales", { ...json, description: "theirs" });
            expect(await resource.refresh()).toEqual({ step: "read" });
        },
    },
];

const tableEdits: Record<string, (given: Arguments) => Arguments> = {
    column: (given) => ({ ...given, schema: [...table.schema, { name: "city", dataType: "string" }] }),
    description: (given) => ({ ...given, description: "edited" }),
    retention: (given) => ({ ...given, storagePolicy: { retain: { type: "period", period: "P30D" } } }),
    mode: (given) => ({ ...given, schemaMode: "flexible" }),
    onDestroy: (given) => ({ ...given, onDestroy: "drop" }),
    protection: (given) => ({ ...given, deletionProtection: true }),
    adopt: (given) => ({ ...given, adopt: true }),
};

/** What the sentences of a table's preview announce. */
function announcedTableWrites(sentences: string[], { name, isDone = false }: Situation): string[] {
    const confirms = sentences.some((sentence) => sentence.startsWith("the last create was not confirmed"));
    if (confirms && !isDone) return ["POST /tables"];
    const updates = sentences.filter((sentence) =>
        /^(adds the |updates |storagePolicy\.retain deletes data|the last operation failed: brings )/.test(sentence),
    );
    // What an update without an answer has brought already is not sent again.
    const isBrought = name.startsWith("an update without") && isDone;
    const open = updates.filter((sentence) => !(isBrought && /^the last operation failed/.test(sentence)));
    return open.length > 0 ? ["PUT /sales"] : [];
}

test(
    "a table: the writes of an up are those that its preview announces, whatever was left before",
    async () => {
        const changes = fc.uniqueArray(fc.constantFrom(...Object.keys(tableEdits)));
        await fc.assert(
            fc.asyncProperty(fc.constantFrom(...tableSituations), changes, async (situation, names) => {
                await emulator.control("POST", "reset");
                const first = await start("Table");
                await situation.bring(first);
                const resource = await start("Table", first);
                const given = names.reduce<Arguments>((all, name) => tableEdits[name]!(all), situation.given);
                const sentences = await sentencesOf(resource, given);
                const writes = await writesOf(async () =>
                    expect(await resource.up(given)).not.toHaveProperty("failure"),
                );
                // A change of the description shows in the sentence about what is owed, not in one of its own.
                const isOwed = situation.name.startsWith("an update without") && names.includes("description");
                expect(writes).toEqual(isOwed ? ["PUT /sales"] : announcedTableWrites(sentences, situation));
                expect(await sentencesOf(await start("Table", resource), given)).toEqual([]);
            }),
            { numRuns: fuzzRuns(40) },
        );
    },
    fuzzTimeoutMs(40),
);

/** What a first `up` after an edit may leave undone. */
const failures: Record<string, (request: Passing) => boolean> = {
    none: () => false,
    "the connection is not updated": ({ method }) => method === "PATCH",
    "the job is not suspended": ({ path, body }) => path.endsWith("/status") && body.includes("suspended"),
    "the job is not resumed": ({ path, body }) => path.endsWith("/status") && body.includes("running"),
};

test(
    "a job that follows its connection is restarted after each change that it reads, in the up that its preview announces, also where an earlier one has failed",
    async () => {
        const follower = { ...job, restartOnConnectionChange: true };
        /** A run of a program with both, whose state holds what the run before has left. */
        const run = async (states: { connection?: Resource; job?: Resource }) => {
            const engine = await ProviderProcess.start(emulator, { baseUrl: proxy.url });
            return {
                connection: engine.resource("KafkaConnection", states.connection?.state),
                job: engine.resource("StreamingJob", states.job?.state),
            };
        };
        const edited = fc.uniqueArray(fc.constantFrom("description", "topic", "password"), { minLength: 1 });
        await fc.assert(
            fc.asyncProperty(edited, fc.constantFrom(...Object.keys(failures)), async (names, failure) => {
                await emulator.control("POST", "reset");
                const first = await run({});
                await first.connection.up(connection);
                expect(await first.job.up(follower)).toEqual({ step: "create" });

                const given = names.reduce<Arguments>((all, name) => connectionEdits[name]!(all), connection);
                const isRead = names.some((name) => name !== "description");
                const second = await run(first);
                const writesOfFailed = await writesOf(async () => {
                    proxy.react = (request) =>
                        failures[failure]!(request) ? { after: false, misbehave: unavailable } : undefined;
                    const { failure: sentence } = await second.connection.up(given);
                    if (sentence === undefined) await second.job.up(follower);
                    proxy.react = () => undefined;
                });

                const third = await run(second);
                await third.connection.preview(given);
                const sentences = await sentencesOf(third.job, follower);
                const fourth = await run(second);
                await fourth.connection.up(given);
                const writes = await writesOf(() => fourth.job.up(follower));
                const name = failure === "the job is not resumed" ? "a restart that did not resume" : failure;
                expect(writes).toEqual(announcedWrites(sentences, follower, { name, given, bring: () => run({}) }));
                const all = [...writesOfFailed, ...writes];
                expect(all.filter((one) => one === "running")).toEqual(isRead ? ["running"] : []);
                const isSettled = await run(fourth);
                await isSettled.connection.preview(given);
                expect(await sentencesOf(isSettled.job, follower)).toEqual([]);
            }),
            { numRuns: fuzzRuns(25) },
        );
    },
    fuzzTimeoutMs(25),
);
