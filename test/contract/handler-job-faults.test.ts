import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { answer, cut, hang, startFaultProxy, type Fault, type FaultProxy } from "../support/fault-proxy";
import { linesTold, ProviderProcess, type Outcome, type Resource } from "../support/handler";
import { jobsOn, liveJobOn } from "../support/seen";

const given = (tableName: string) => ({
    target: { tableName },
    createTableIfNotExists: true,
    source: {
        connectionName: "orders",
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "t", dataType: "string" },
            { name: "country", dataType: "string" },
        ],
    },
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("t")' }],
});
const edited = (tableName: string) => ({ ...given(tableName), filterExpression: '"country" = 1' });
const editedAgain = (tableName: string) => ({ ...given(tableName), filterExpression: '"country" = 2' });

const ways: Record<string, Fault["misbehave"]> = {
    "a 500": answer(500, '{"code":"Internal","message":"oops"}'),
    "a 502 with a page": answer(502, "<html>Bad Gateway</html>", { "content-type": "text/html" }),
    "a 503": answer(503),
    "a 504": answer(504),
    "a cut connection": cut,
    "an empty 200": answer(200),
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
            [1, 3].map((times) => ({ name: `${what} ${way} ${phase} ${times}`, way, phase, times })),
        ),
    );

type React = FaultProxy["react"];

/** What goes wrong, by the table, or by the id of the job. */
const wrong = new Map<string, React>();

const posts =
    (misbehave: Fault["misbehave"], after: boolean, times: number, from = 0): React =>
    ({ method, path, before }) =>
        method === "POST" && path === "/jobs" && before >= from && before < from + times
            ? { misbehave, after }
            : undefined;

linesTold();

let emulator: EmulatorUnderTest;
let proxy: FaultProxy;
let engine: ProviderProcess;

const resource = () => engine.resource("StreamingJob");
const asStranger = { authorization: "Basic pok_of-somebody-else" };
const statusesOn = async (table: string) => (await jobsOn(emulator, table)).map((job) => job.executionStatus);

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-somebody-else"], transitionMs: 20 });
    proxy = await startFaultProxy(emulator.url);
    proxy.react = (request) => wrong.get(request.subject)?.(request);
    engine = await ProviderProcess.start(emulator, { baseUrl: proxy.url, requestTimeout: 1 });
    for (const name of ["orders", "returns"]) {
        await emulator.api("POST", "/connections", {
            type: "kafka",
            name,
            bootstrapServers: "a:1",
            topicName: name,
            secrets: { type: "sasl_plain", username: "imply", password: "hidden-word" },
        });
    }
});
afterAll(() => Promise.all([proxy.close(), emulator.close()]));

describe("the create of a job", () => {
    const cases = casesOf("create");
    const outcomes = new Map<string, { outcome: Outcome; made: Resource }>();

    beforeAll(async () => {
        cases.forEach(({ name, way, phase, times }) => wrong.set(name, posts(ways[way]!, phase === "after", times)));
        const create = async ({ name }: Case) => {
            const made = resource();
            outcomes.set(name, { outcome: await made.up(given(name)), made });
        };
        await Promise.all(cases.map(create));
    });

    it.each(cases)(
        "starts one, and knows it for its own, with $way $phase the work, $times times",
        async ({ name }) => {
            const { outcome, made } = outcomes.get(name)!;
            expect(outcome).toEqual({ step: "create" });
            expect(await statusesOn(name)).toEqual(["running"]);
            expect(made.outputs.jobId).toBe((await liveJobOn(emulator, name)).id);
            expect((await made.preview(given(name))).step).toBe("same");
        },
    );
});

describe("the swap of a job", () => {
    const cases = casesOf("swap");
    const outcomes = new Map<string, { outcome: Outcome; made: Resource; first: unknown }>();

    beforeAll(async () => {
        cases.forEach(({ name, way, phase, times }) => wrong.set(name, posts(ways[way]!, phase === "after", times, 1)));
        const swap = async ({ name }: Case) => {
            const made = resource();
            await made.up(given(name));
            const first = made.outputs.jobId;
            outcomes.set(name, { outcome: await made.up(edited(name)), made, first });
        };
        await Promise.all(cases.map(swap));
    });

    it.each(cases)("starts one, with $way $phase the work, $times times", async ({ name }) => {
        const { outcome, made, first } = outcomes.get(name)!;
        expect(outcome).toEqual({ step: "update" });
        expect(await statusesOn(name)).toEqual(["canceled", "running"]);
        expect(made.outputs.jobId).not.toBe(first);
        expect(made.outputs.jobId).toBe((await liveJobOn(emulator, name)).id);
        expect((await made.preview(edited(name))).step).toBe("same");
    });
});

describe("the end of a job", () => {
    const cases = casesOf("end");
    const outcomes = new Map<string, Outcome>();

    beforeAll(async () => {
        const end = async ({ name, way, phase, times }: Case) => {
            const made = resource();
            await made.up(given(name));
            wrong.set(String(made.outputs.jobId), ({ method, before }) =>
                method === "POST" && before < times ? { misbehave: ways[way]!, after: phase === "after" } : undefined,
            );
            outcomes.set(name, await made.destroy());
        };
        await Promise.all(cases.map(end));
    });

    it.each(cases.filter(({ way }) => way !== "an empty 200"))(
        "comes, with $way $phase the work, $times times",
        async ({ name }) => {
            expect(outcomes.get(name)).toEqual({ step: "delete" });
            expect(await statusesOn(name)).toEqual(["canceled"]);
        },
    );

    it.each(cases.filter(({ way }) => way === "an empty 200"))(
        "is not taken for granted with $way $phase the work, $times times",
        ({ name }) => {
            expect(outcomes.get(name)?.failure).toMatch(
                /answered with 200 and nothing to POST \/jobs\/\S+\/status; check/,
            );
        },
    );
});

describe.each(["create", "swap"] as const)("a %s of which nothing is known in the end", (what) => {
    const lost = new Map<string, Resource>();
    const follows = ["resumed", "edited", "refreshed", "destroyed"].flatMap((then) =>
        [true, false].map((done) => ({ name: `${what} ${then} ${done ? "done" : "undone"}`, done })),
    );
    const before = what === "swap" ? edited : given;

    beforeAll(async () => {
        const lose = async ({ name, done }: (typeof follows)[number]) => {
            const made = resource();
            if (what === "swap") await made.up(given(name));
            let isLost = false;
            wrong.set(name, ({ method }) => {
                isLost ||= method === "POST";
                return isLost ? { after: done && method === "POST", misbehave: answer(503) } : undefined;
            });
            const { failure } = await made.up(before(name));
            wrong.delete(name);
            expect(failure).toMatch(
                /^StreamingJob "[^"]+": \w+ failed: Imply Polaris answered 503 Service Unavailable to /,
            );
            lost.set(name, made);
        };
        await Promise.all(follows.map(lose));
    });

    it.each(follows)("stays in state as such: $name", ({ name }) => {
        const facts = { unconfirmed: expect.any(String) as string };
        expect(lost.get(name)?.state).toMatchObject({ id: name, failed: true, outputs: facts });
    });

    it.each([`${what} resumed done`, `${what} resumed undone`])("is gone on with by the next up: %s", async (name) => {
        const made = lost.get(name)!;
        expect(await made.up(before(name))).toEqual({ step: "update" });
        expect(made.outputs.jobId).toBe((await liveJobOn(emulator, name)).id);
        expect(await jobsOn(emulator, name)).toHaveLength(what === "swap" ? 2 : 1);
        expect((await made.preview(before(name))).step).toBe("same");
    });

    it.each([`${what} edited done`, `${what} edited undone`])(
        "is gone on with also where arguments are edited: %s",
        async (name) => {
            const made = lost.get(name)!;
            expect(await made.up(editedAgain(name))).toEqual({ step: "update" });
            const live = await liveJobOn(emulator, name);
            expect(live.spec.filterExpression).toBe('"country" = 2');
            expect(made.outputs.jobId).toBe(live.id);
            expect((await made.preview(editedAgain(name))).step).toBe("same");
        },
    );

    it.each([`${what} refreshed done`, `${what} refreshed undone`])("is cleared up by a refresh: %s", async (name) => {
        const made = lost.get(name)!;
        const isGone = what === "create" && name.endsWith(" undone");
        expect(await made.refresh()).toEqual({ step: isGone ? "gone" : "read" });
        expect((await made.up(before(name))).failure).toBeUndefined();
        expect(made.outputs.jobId).toBe((await liveJobOn(emulator, name)).id);
        expect((await made.preview(before(name))).step).toBe("same");
    });

    it.each([`${what} destroyed done`, `${what} destroyed undone`])(
        "leaves nothing running when it is destroyed: %s",
        async (name) => {
            expect(await lost.get(name)!.destroy()).toEqual({ step: "delete" });
            expect((await statusesOn(name)).filter((status) => status !== "canceled")).toEqual([]);
        },
    );
});

describe("what somebody else started", () => {
    it("is not taken for an own, also after answers that prove nothing", async () => {
        const names = [0, 1, 3].map((times) => ({ times, name: `others ${times}` }));
        for (const { name, times } of names) {
            await emulator.api(
                "POST",
                "/jobs",
                {
                    type: "streaming",
                    ...given(name),
                    target: { type: "table", tableName: name },
                    source: { ...given(name).source, type: "connection" },
                },
                asStranger,
            );
            wrong.set(name, posts(answer(503), false, times));
        }
        // The clocks are compared by whole seconds, and with some slack.
        await new Promise((resolve) => setTimeout(resolve, 3_500));
        const create = async ({ name }: { name: string }) => {
            const made = resource();
            const { failure } = await made.up(given(name));
            const { id } = await liveJobOn(emulator, name);
            expect(failure).toContain(`the table is fed by the streaming job ${id}, made by api-key-pok_`);
            expect(failure).toMatch(/; choose another table, or set adopt: true to take it over\.$/);
            expect(made.state).toBeUndefined();
            expect(await statusesOn(name)).toEqual(["running"]);
        };
        await Promise.all(names.map(create));
    });
});
