import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { answer, cut, hang, startFaultProxy, type Fault, type FaultProxy } from "../support/fault-proxy";
import { linesTold, ProviderProcess, type Outcome, type Resource } from "../support/handler";
import { held } from "../support/seen";

const given = (name: string) => ({
    name,
    bootstrapServers: "a:1",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "imply", password: `hidden-word-${name}` },
});

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

const cases: Case[] = Object.keys(ways).flatMap((way) =>
    (["before", "after"] as const).flatMap((phase) =>
        [1, 3].map((times) => ({ name: `${way.replaceAll(" ", "-")}-${phase}-${times}`, way, phase, times })),
    ),
);

linesTold();

let emulator: EmulatorUnderTest;
let proxy: FaultProxy;
let engine: ProviderProcess;

const resource = (state?: Resource["state"]) => engine.resource("KafkaConnection", state);
const connectionsOf = async (name: string) =>
    (await held(emulator)).connections.filter((connection) => connection.name === name);

type React = FaultProxy["react"];

/** What goes wrong, by the name of the connection. */
const wrong = new Map<string, React>();

/** The first so many POSTs of a connection. */
const firstPosts =
    (misbehave: Fault["misbehave"], after: boolean, times: number): React =>
    ({ method, path, before }) =>
        method === "POST" && path === "/connections" && before < times ? { misbehave, after } : undefined;

const asStranger = { authorization: "Basic pok_of-somebody-else" };

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-somebody-else"] });
    proxy = await startFaultProxy(emulator.url);
    proxy.react = (request) => wrong.get(request.subject)?.(request);
    engine = await ProviderProcess.start(emulator, { baseUrl: proxy.url, requestTimeout: 1 });
});
afterAll(() => Promise.all([proxy.close(), emulator.close()]));

describe("the create of a connection", () => {
    const outcomes = new Map<string, { outcome: Outcome; made: Resource }>();

    beforeAll(async () => {
        cases.forEach(({ name, way, phase, times }) =>
            wrong.set(name, firstPosts(ways[way]!, phase === "after", times)),
        );
        await Promise.all(
            cases.map(async ({ name }) => {
                const made = resource();
                outcomes.set(name, { outcome: await made.up(given(name)), made });
            }),
        );
    });

    it.each(cases)("makes one, and knows it for its own, with $way $phase the work, $times times", async ({ name }) => {
        const { outcome, made } = outcomes.get(name)!;
        expect(outcome).toEqual({ step: "create" });
        const connections = await connectionsOf(name);
        expect(connections).toHaveLength(1);
        expect(made.outputs.submittedOnTimestamp).toBe(connections[0]!.submittedOnTimestamp);
        expect(made.state?.failed).toBe(false);
        expect((await made.preview(given(name))).step).toBe("same");
    });
});

describe("a create of which nothing is known in the end", () => {
    const lost = new Map<string, Resource>();
    const follows = ["resumed", "edited", "refreshed", "destroyed", "taken"].flatMap((what) => [
        { name: `${what}-done`, done: true },
        { name: `${what}-undone`, done: false },
    ]);

    beforeAll(async () => {
        const lose = async ({ name, done }: (typeof follows)[number]) => {
            wrong.set(name, ({ method }) => ({ after: done && method === "POST", misbehave: answer(503) }));
            const made = resource();
            const { failure } = await made.up(given(name));
            wrong.delete(name);
            expect(failure).toMatch(
                /^KafkaConnection "[^"]+": create failed: Imply Polaris answered 503 Service Unavailable to /,
            );
            lost.set(name, made);
        };
        await Promise.all(follows.map(lose));
    });

    it.each(follows)("stays in state as such: $name", async ({ name, done }) => {
        const facts = { unconfirmed: expect.any(String) as string };
        expect(lost.get(name)?.state).toMatchObject({ id: name, failed: true, outputs: facts });
        expect(await connectionsOf(name)).toHaveLength(done ? 1 : 0);
    });

    it.each(["resumed-done", "resumed-undone"])("is gone on with by the next up: %s", async (name) => {
        const made = lost.get(name)!;
        expect(await made.up(given(name))).toEqual({ step: "update" });
        expect(await connectionsOf(name)).toHaveLength(1);
        expect(made.outputs).not.toHaveProperty("unconfirmed");
        expect((await made.preview(given(name))).step).toBe("same");
    });

    it.each(["edited-done", "edited-undone"])("is gone on with also where arguments are edited: %s", async (name) => {
        const made = lost.get(name)!;
        const edited = { ...given(name), description: "edited", topicName: "returns" };
        expect(await made.up(edited)).toEqual({ step: "update" });
        const [connection, ...others] = await connectionsOf(name);
        expect(others).toEqual([]);
        expect(connection?.properties).toMatchObject({ description: "edited", topicName: "returns" });
        expect((await made.preview(edited)).step).toBe("same");
    });

    it.each(["refreshed-done", "refreshed-undone"])("is cleared up by a refresh: %s", async (name) => {
        const made = lost.get(name)!;
        const isDone = name.endsWith("-done");
        expect(await made.refresh()).toEqual({ step: isDone ? "read" : "gone" });
        expect(await made.up(given(name))).toEqual({ step: isDone ? "update" : "create" });
        expect((await made.preview(given(name))).step).toBe("same");
        expect(await connectionsOf(name)).toHaveLength(1);
    });

    it.each(["destroyed-done", "destroyed-undone"])("leaves nothing behind when it is destroyed: %s", async (name) => {
        expect(await lost.get(name)!.destroy()).toEqual({ step: "delete" });
        expect(await connectionsOf(name)).toEqual([]);
    });

    it("does not take, nor delete, what somebody else made under the name since then", async () => {
        const made = lost.get("taken-undone")!;
        const theirs = { ...given("taken-undone"), type: "kafka", topicName: "theirs" };
        await emulator.api("POST", "/connections", theirs, asStranger);
        const { failure } = await made.up(given("taken-undone"));
        expect(failure).toMatch(
            /a connection of that name exists already \(of type kafka, made by api-key-pok_\S+ on \S+\); choose another name, or set adopt: true to take it over\.$/,
        );
        expect(await made.destroy()).toEqual({ step: "delete" });
        expect((await connectionsOf("taken-undone"))[0]?.properties.topicName).toBe("theirs");
    });
});

describe("a create that is refused", () => {
    it("leaves nothing in state, and says why", async () => {
        const body = '{"code":"X","message":"No, hidden-word-refused is short"}';
        wrong.set("refused", firstPosts(answer(400, body), false, 1));
        const made = resource();
        const { failure } = await made.up(given("refused"));
        expect(failure).toBe(
            'KafkaConnection "refused": create failed: Imply Polaris answered 400 Bad Request to POST /connections: "No, [secret] is short"; correct the arguments and run `pulumi up` again.',
        );
        expect(made.state).toBeUndefined();
    });

    it("is told where the API was never reached", async () => {
        const nobody = await ProviderProcess.start(emulator, { baseUrl: "http://127.0.0.1:1" });
        const made = nobody.resource("KafkaConnection");
        const { failure } = await made.up(given("unreached"));
        expect(failure).toBe(
            'KafkaConnection "unreached": create failed: Imply Polaris could not be asked (connect ECONNREFUSED 127.0.0.1:1) at POST /connections; check the network and polaris:baseUrl (or organization, region and cloud), then run `pulumi up` again.',
        );
        expect(made.state).toBeUndefined();
    });

    it("by what somebody else made before takes it for no own, also after answers that prove nothing", async () => {
        const names = [0, 1, 3].map((times) => ({ times, name: `others-${times}` }));
        const makers = new Map<string, string>();
        for (const { name, times } of names) {
            const body = { ...given(name), type: "kafka" };
            const { json } = await emulator.api("POST", "/connections", body, asStranger);
            const { username } = json.submittedByUser as { username: string };
            makers.set(name, `made by ${username} on ${String(json.submittedOnTimestamp)}`);
            wrong.set(name, firstPosts(answer(503), false, times));
        }
        // The clocks are compared by whole seconds, and with some slack.
        await new Promise((resolve) => setTimeout(resolve, 3_500));
        const made = await Promise.all(
            names.map(async ({ name }) => {
                const one = resource();
                return { name, failure: (await one.up(given(name))).failure, state: one.state };
            }),
        );
        for (const { name, failure, state } of made) {
            expect(failure).toBe(
                `KafkaConnection "${name}": create failed: a connection of that name exists already (of type kafka, ${makers.get(name) ?? ""}); choose another name, or set adopt: true to take it over.`,
            );
            expect(state).toBeUndefined();
            expect(await connectionsOf(name)).toHaveLength(1);
        }
    });
});
