import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { answer, cut, hang, startFaultProxy, type Fault, type FaultProxy } from "../support/fault-proxy";
import { linesTold, ProviderProcess, shortenWaits, type Noun, type Outcome, type Resource } from "../support/handler";
import type { Arguments } from "../support/handler-arguments";
import { connection, connectionBody, editedJob, job, table } from "../support/pair";
import { held, jobsOn, liveJobOn } from "../support/seen";

/** Attempts at a write that fail once or several times, before or after the API's work: the work is done once. */

linesTold();
shortenWaits();

const ways: Record<string, Fault["misbehave"]> = {
    "a 500": answer(500, '{"code":"Internal","message":"oops"}'),
    "a 502 with a page": answer(502, "<html>Bad Gateway</html>", { "content-type": "text/html" }),
    "a 503": answer(503),
    "a 504": answer(504),
    "a cut connection": cut,
    "an empty 200": answer(200),
    "cut JSON": answer(201, '{"name":"or'),
    "no answer in time": hang,
};

interface Case {
    readonly name: string;
    readonly way: string;
    readonly phase: "before" | "after";
    readonly times: number;
}

const casesOf = (what: string): Case[] =>
    Object.keys(ways).flatMap((way) =>
        (["before", "after"] as const).flatMap((phase) =>
            [1, 3].map((times) => ({
                name: `${what}-${way.replaceAll(" ", "-")}-${phase}-${times}`,
                way,
                phase,
                times,
            })),
        ),
    );

const given: Record<Noun, (name: string) => Arguments> = {
    KafkaConnection: (name) => ({
        ...connection,
        name,
        secrets: { ...connection.secrets, password: `hidden-${name}` },
    }),
    StreamingJob: (name) => ({ ...job, target: { tableName: name } }),
    Table: (name) => ({ ...table, name }),
};
const editedJobOf = (name: string) => ({ ...editedJob, target: { tableName: name } });

/** What goes wrong, by the name of the connection, the table or the id of the job. */
const wrong = new Map<string, FaultProxy["react"]>();

let emulator: EmulatorUnderTest;
let proxy: FaultProxy;
let usual: ProviderProcess;
/** One with a short limit, for requests that get no answer. */
let impatient: ProviderProcess;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 20 });
    proxy = await startFaultProxy(emulator.url);
    proxy.react = (request) => wrong.get(request.subject)?.(request);
    usual = await ProviderProcess.start(emulator, { baseUrl: proxy.url });
    impatient = await ProviderProcess.start(emulator, { baseUrl: proxy.url, requestTimeout: 1 });
    await emulator.api("POST", "/connections", connectionBody);
});
afterAll(() => Promise.all([proxy.close(), emulator.close()]));

const connectionsOf = async (name: string) => (await held(emulator)).connections.filter((one) => one.name === name);
const statusesOn = async (table: string) => (await jobsOn(emulator, table)).map((one) => one.executionStatus);

/** Lets some of the POSTs of a case fail: the first, or those after as many others as `from` says. */
const failPosts = (subject: string, { way, phase, times }: Case, from = 0) =>
    wrong.set(subject, ({ method, before }) =>
        method === "POST" && before >= from && before < from + times
            ? { misbehave: ways[way]!, after: phase === "after" }
            : undefined,
    );

interface Run {
    readonly outcome: Outcome;
    readonly resource: Resource;
    /** The job before the operation. */
    readonly firstJob?: unknown;
}

type Work = (one: Case, resource: Resource) => Promise<Omit<Run, "resource">>;

/** The cases of each operation: run at the same time, those that get no answer in time after all others. */
const batches: { readonly isSilent: boolean; readonly run: () => Promise<unknown> }[] = [];

function runs(noun: Noun, cases: Case[], work: Work) {
    const all = new Map<string, Run>();
    const run = async (one: Case, process: ProviderProcess) => {
        const resource = process.resource(noun);
        all.set(one.name, { ...(await work(one, resource)), resource });
    };
    for (const isSilent of [false, true]) {
        const batch = cases.filter(({ way }) => (ways[way] === hang) === isSilent);
        const start = () => Promise.all(batch.map((one) => run(one, isSilent ? impatient : usual)));
        batches.push({ isSilent, run: start });
    }
    return (name: string) => all.get(name)!;
}

beforeAll(async () => {
    for (const { run } of batches.filter(({ isSilent }) => !isSilent)) await run();
    await Promise.all(batches.filter(({ isSilent }) => isSilent).map(({ run }) => run()));
});

describe("the create of a connection", () => {
    const cases = casesOf("connection");
    const runOf = runs("KafkaConnection", cases, async (one, resource) => {
        failPosts(one.name, one);
        return { outcome: await resource.up(given.KafkaConnection(one.name)) };
    });

    it.each(cases)(
        "creates one, and knows it for its own, with $way $phase the work, $times times",
        async ({ name }) => {
            const { outcome, resource } = runOf(name);
            expect(outcome).toEqual({ step: "create" });
            const connections = await connectionsOf(name);
            expect(connections).toHaveLength(1);
            expect(resource.outputs.submittedOnTimestamp).toBe(connections[0]!.submittedOnTimestamp);
            expect(resource.state?.failed).toBe(false);
            expect((await resource.preview(given.KafkaConnection(name))).step).toBe("same");
        },
    );
});

describe("the create of a job", () => {
    const cases = casesOf("create");
    const runOf = runs("StreamingJob", cases, async (one, resource) => {
        failPosts(one.name, one);
        return { outcome: await resource.up(given.StreamingJob(one.name)) };
    });

    it.each(cases)(
        "starts one, and knows it for its own, with $way $phase the work, $times times",
        async ({ name }) => {
            const { outcome, resource } = runOf(name);
            expect(outcome).toEqual({ step: "create" });
            expect(await statusesOn(name)).toEqual(["running"]);
            expect(resource.outputs.jobId).toBe((await liveJobOn(emulator, name)).id);
            expect((await resource.preview(given.StreamingJob(name))).step).toBe("same");
        },
    );
});

describe("the swap of a job", () => {
    const cases = casesOf("swap");
    const runOf = runs("StreamingJob", cases, async (one, resource) => {
        await resource.up(given.StreamingJob(one.name));
        const firstJob = resource.outputs.jobId;
        failPosts(one.name, one, 1);
        return { outcome: await resource.up(editedJobOf(one.name)), firstJob };
    });

    it.each(cases)("starts one, with $way $phase the work, $times times", async ({ name }) => {
        const { outcome, resource, firstJob } = runOf(name);
        expect(outcome).toEqual({ step: "update" });
        expect(await statusesOn(name)).toEqual(["canceled", "running"]);
        expect(resource.outputs.jobId).not.toBe(firstJob);
        expect(resource.outputs.jobId).toBe((await liveJobOn(emulator, name)).id);
        expect((await resource.preview(editedJobOf(name))).step).toBe("same");
    });
});

describe("the end of a job", () => {
    const cases = casesOf("end");
    const isUnclear = ({ way }: Case) => way === "an empty 200" || way === "cut JSON";
    const runOf = runs("StreamingJob", cases, async (one, resource) => {
        await resource.up(given.StreamingJob(one.name));
        failPosts(String(resource.outputs.jobId), one);
        return { outcome: await resource.destroy() };
    });

    it.each(cases.filter((one) => !isUnclear(one)))(
        "comes, with $way $phase the work, $times times",
        async ({ name }) => {
            expect(runOf(name).outcome).toEqual({ step: "delete" });
            expect(await statusesOn(name)).toEqual(["canceled"]);
        },
    );

    it.each(cases.filter(isUnclear))("is not concluded from $way $phase the work, $times times", ({ name }) => {
        const { code, failure } = runOf(name).outcome;
        expect(code).toBe("PolarisUnexpectedAnswer");
        expect(failure).toMatch(
            /answered with 20[01] and (nothing|text that is not JSON) to POST \/jobs\/\S+\/status; check/,
        );
    });
});

test("a create that never reaches the API leaves nothing in state", async () => {
    const nobody = await ProviderProcess.start(emulator, { baseUrl: "http://127.0.0.1:1" });
    const resource = nobody.resource("KafkaConnection");
    expect((await resource.up(connection)).failure).toBe(
        'KafkaConnection "orders": create failed: Imply Polaris could not be reached (connect ECONNREFUSED 127.0.0.1:1) at POST /connections; check the network and polaris:baseUrl (or organization, region and cloud), then run `pulumi up` again. [PolarisUnreachable]',
    );
    expect(resource.state).toBeUndefined();
});
