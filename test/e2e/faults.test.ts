import { basic, kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { answer, cut, hang, startFaultProxy, type Fault, type FaultProxy } from "../support/fault-proxy";
import { fleet } from "../support/fixtures";
import { each, expectExactly, inventory, recorded } from "../support/fleet";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { errorsIn, expectSettled, failuresIn, jobsOn } from "../support/seen";
import { changes } from "../support/summary";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);

const somebodyElse = "pok_of-somebody-else";
const other = { authorization: basic(somebodyElse) };
let emulator: EmulatorUnderTest;
let proxy: FaultProxy;
let env: Record<string, string | undefined>;

beforeEach(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-program", somebodyElse], transitionMs: 50 });
    proxy = await startFaultProxy(emulator.url);
    env = { ...envOf({ ...emulator, url: proxy.url }), POLARIS_REQUEST_TIMEOUT: "1.5" };
});
afterEach(async () => {
    await proxy.close();
    await emulator.close();
});

/** By name: `cut-after-3` loses three answers in a row, of POSTs and of GETs each. */
const misbehaviours: Record<string, Fault["misbehave"]> = {
    cut,
    timeout: hang,
    ...Object.fromEntries([500, 502, 503, 504].map((status) => [String(status), answer(status, "{}")])),
};
const kinds = Object.keys(misbehaviours).flatMap((kind) => [`${kind}-before`, `${kind}-after`]);

function faultNamed(subject: string): (Fault & { times: number }) | undefined {
    const [, kind = "", phase = "", times = ""] = /^[cj]-(\w+)-(before|after)-(\d+)$/.exec(subject) ?? [];
    const misbehave = misbehaviours[kind];
    return misbehave && { after: phase === "after", misbehave, times: Number(times) };
}

async function expectExactlyOneUnder(times: number, isHit: (method: string) => boolean) {
    const connections = kinds.map((kind) => `c-${kind}-${times}`);
    const jobs = kinds.map((kind) => `j-${kind}-${times}`);
    let hits = 0;
    proxy.react = ({ method, subject, before }) => {
        const fault = faultNamed(subject);
        if (!fault || !isHit(method) || before >= fault.times) return undefined;
        hits += 1;
        return fault;
    };
    const args = { connections: each(["source", ...connections]), jobs: each(jobs) };
    await withStack({ program: fleet, args, env }, async (stack) => {
        const { text } = await stack.up();
        expect(text).not.toMatch(/error|already exists|warning/i);
        expect(hits).toBeGreaterThanOrEqual(times * kinds.length);
        await expectExactly(stack, emulator, { connections: ["source", ...connections], jobs });
        for (const job of jobs) expect(await jobsOn(emulator, job)).toHaveLength(1);
        await expectSettled(stack);
        await stack.destroy();
        expect(await inventory(emulator)).toEqual({ connections: [], jobs: [] });
    });
}

test("a create whose answer is lost once (cut, 500, 502, 503, 504, time-out; before or after the work) creates exactly one object, and reports nothing", async () => {
    await expectExactlyOneUnder(1, (method) => method === "POST");
});

test("a create whose answers, and those of the looks for it, are lost three times in a row makes exactly one object", async () => {
    await expectExactlyOneUnder(3, (method) => method === "POST" || method === "GET");
});

test("a create of which nothing can be learnt stays in state as unconfirmed and is reported so; the next up finds its own work and creates no second one", async () => {
    const [connections, jobs] = [
        ["c-done", "c-undone"],
        ["j-done", "j-undone"],
    ];
    const posted = new Set<string>();
    proxy.react = ({ method, subject }) => {
        if (method === "POST") posted.add(subject);
        // What is looked for before anything is sent is answered.
        const made = [...connections, ...jobs].includes(subject) && posted.has(subject);
        return made && method !== "DELETE" ? { after: subject.endsWith("-done"), misbehave: cut } : undefined;
    };
    const args = { connections: each(["source", ...connections]), jobs: each(jobs) };
    await withStack({ program: fleet, args, env }, async (stack) => {
        const failed = await stack.upFails();
        for (const name of connections) {
            const told = errorsIn(failed).filter((line) => line.startsWith(`KafkaConnection "${name}": `));
            expect(told).toEqual([
                expect.stringMatching(/create failed: .* (GET|POST) \/connections.*; .*`pulumi up` again/),
            ]);
        }
        for (const name of jobs) {
            const told = errorsIn(failed).filter((line) => line.startsWith(`StreamingJob "${name}": `));
            expect(told).toEqual([expect.stringMatching(/create failed: .* (GET|POST) \/jobs.*; .*`pulumi up` again/)]);
        }
        const own = { connections: ["c-done", "c-undone", "source"], jobs: ["j-done", "j-undone"] };
        expect(recorded(stack)).toMatchObject(own);
        expect(await inventory(emulator)).toEqual({ connections: ["c-done", "source"], jobs: ["j-done"] });
        const [before] = await jobsOn(emulator, "j-done");

        proxy.react = () => undefined;
        const { text } = await stack.up();
        expect(text).not.toMatch(/error|already exists/i);
        await expectExactly(stack, emulator, own);
        expect(await jobsOn(emulator, "j-done")).toEqual([expect.objectContaining({ id: before!.id })]);
        await expectSettled(stack);
    });
});

test("what another user creates while our create's answers get lost is refused, and does not count as ours", async () => {
    const description = "of somebody else";
    const takeOver: Record<string, () => Promise<unknown>> = {
        taken: () => emulator.api("POST", "/connections", kafka("taken", { description }), other),
        fed: () => emulator.api("POST", "/jobs", streaming("fed", "theirs"), other),
    };
    await emulator.api("POST", "/connections", kafka("theirs"), other);
    const waiting: Promise<unknown>[] = [];
    proxy.react = ({ method, subject, before }) => {
        const theirs = takeOver[subject];
        if (method !== "POST" || before > 0 || !theirs) return undefined;
        return { misbehave: (response) => void waiting.push(theirs().then(() => cut(response))) };
    };
    const args = { connections: each(["source", "taken"]), jobs: each(["fed"]) };
    await withStack({ program: fleet, args, env }, async (stack) => {
        const failed = await stack.upFails();
        await Promise.all(waiting);
        expect(waiting).toHaveLength(2);
        expect(failuresIn(failed)).toEqual(
            expect.arrayContaining([
                {
                    sentence: expect.stringMatching(
                        /^KafkaConnection "taken": create failed: a connection of that name exists already; .*adopt: true/,
                    ) as unknown,
                    code: "PolarisConnectionExists",
                    details: [expect.stringMatching(/^it is of type kafka, created by api-key-\S+ on \d{4}/)],
                },
                {
                    sentence: expect.stringMatching(
                        /^StreamingJob "fed": create failed: the table is fed by the streaming job \S+; .*adopt: true/,
                    ) as unknown,
                    code: "PolarisTableInUse",
                    details: [
                        expect.stringMatching(
                            /^it is a job created by api-key-\S+ on \d{4}.*, which reads the connection "theirs"$/,
                        ),
                    ],
                },
            ]),
        );
        expect(await inventory(emulator)).toEqual({ connections: ["source", "taken", "theirs"], jobs: ["fed"] });
        expect(recorded(stack)).toMatchObject({ connections: ["source"], jobs: [] });
        await stack.destroy();
        expect(await inventory(emulator)).toEqual({ connections: ["taken", "theirs"], jobs: ["fed"] });
    });
});

test("a PATCH that fails half-way through an up of 20 leaves the others done, and the next up changes just the rest", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `c-${String(index).padStart(2, "0")}`);
    await withStack({ program: fleet, args: { connections: each(names) }, env }, async (stack) => {
        await stack.up();
        stack.args({ connections: each(names, { description: "new" }) });
        const refused = ["c-07", "c-12"];
        const lost = ["c-13"];
        proxy.react = ({ method, subject }) => {
            if (method !== "PATCH") return undefined;
            if (refused.includes(subject)) return { misbehave: answer(400, '{"code":"X","message":"not today"}') };
            return lost.includes(subject) ? { after: true, misbehave: answer(500, "{}") } : undefined;
        };
        const failed = await stack.upFails();
        // The engine starts no more updates after the first that failed, so not all of them come to be told.
        const failures = failuresIn(failed);
        expect(failures.length).toBeGreaterThan(0);
        for (const { sentence, code, details } of failures) {
            expect(sentence).toMatch(
                /^KafkaConnection "c-(07|12)": update failed: .*400 Bad Request to PATCH \/connections\/c-\1;|^KafkaConnection "c-13": update failed: .*500 Internal Server Error to PATCH/,
            );
            const isLost = sentence.includes("c-13");
            expect(code).toBe(isLost ? "PolarisServerError" : "PolarisBadRequest");
            expect(details).toEqual(isLost ? [] : ['reason: "not today"']);
        }
        expect(recorded(stack).connections).toEqual(names);

        proxy.react = () => undefined;
        const { unchanged = 0, update = 0, ...rest } = changes(await stack.up(["--continue-on-error"]));
        expect(rest).toEqual({});
        expect(unchanged + update).toBe(21);
        expect(update).toBeGreaterThanOrEqual(3);
        await expectExactly(stack, emulator, { connections: names });
        await expectSettled(stack);
    });
});
