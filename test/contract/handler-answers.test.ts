import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, ProviderProcess, shortenWaits, type Noun, type State } from "../support/handler";
import type { Arguments } from "../support/handler-arguments";
import { held } from "../support/seen";
import { table } from "../support/pair";

const connection = {
    name: "orders",
    bootstrapServers: "a:1",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "imply", password: "hidden-word" },
};
const job = {
    target: { tableName: "orders" },
    createTableIfNotExists: true,
    source: {
        connectionName: "reads",
        formatSettings: { format: "nd-json" },
        inputSchema: [{ name: "t", dataType: "string" }],
    },
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("t")' }],
};

const given: Record<Noun, Arguments> = {
    KafkaConnection: connection,
    StreamingJob: job,
    Table: { ...table, name: "orders", onDestroy: "drop" },
};
const edited: Record<Noun, Arguments> = {
    KafkaConnection: { ...connection, description: "edited" },
    StreamingJob: { ...job, filterExpression: "edited" },
    Table: { ...table, name: "orders", onDestroy: "drop", description: "edited" },
};

const nouns = ["KafkaConnection", "StreamingJob", "Table"] as const;

linesTold();
shortenWaits();

let emulator: EmulatorUnderTest;
const states = {} as Record<Noun, State>;

/** A resource in a process that has asked the API nothing yet, as after the start of a command. */
const fresh = async (noun: Noun, requestTimeout?: number) =>
    (await ProviderProcess.start(emulator, { requestTimeout })).resource(noun, states[noun]);

/** A limit for requests that get no answer. */
const shortTimeout = 0.5;

/** What the API holds, without what changes by itself. */
async function inventory() {
    const { connections, jobs, tables } = await held(emulator);
    return {
        connections: connections.map(({ name, modifiedOnTimestamp }) => [name, modifiedOnTimestamp]),
        jobs: jobs.map(({ id, executionStatus }) => [id, executionStatus]),
        tables: tables.map(({ name }) => name),
    };
}

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
    await emulator.api("POST", "/connections", { ...connection, name: "reads", type: "kafka" });
    // The job would create the table of that name.
    for (const noun of [...nouns].reverse()) {
        const resource = (await ProviderProcess.start(emulator)).resource(noun);
        await resource.up(given[noun]);
        states[noun] = resource.state!;
    }
});
afterEach(() => emulator.control("DELETE", "faults"));
afterAll(() => emulator.close());

const wrong = [
    [
        "a 401",
        { status: 401, body: { message: "Unauthorized" } },
        /Imply Polaris answered 401 Unauthorized to [A-Z]+ \S+; check the key in POLARIS_API_KEY or the secret polaris:apiKey\. \[PolarisUnauthorized\]/,
    ],
    [
        "a 403",
        { status: 403 },
        /Imply Polaris answered 403 Forbidden to [A-Z]+ \S+; give the API key the permission Manage\w+ for this project\. \[PolarisForbidden\]/,
    ],
    [
        "a 404 for the project",
        { status: 404 },
        /there is no project \S+ at this address; check polaris:projectId and polaris:baseUrl; nothing was concluded about the object\. \[PolarisProjectNotFound\]$/,
    ],
    [
        "a redirect",
        { status: 302, headers: { location: "http://127.0.0.1:1/" } },
        /Imply Polaris answered 302 Found to [A-Z]+ \S+; set polaris:baseUrl to the address of the API itself, which does not redirect\. \[PolarisRedirected\]/,
    ],
    [
        "a page of HTML with 200",
        { status: 200, body: "<html>log in</html>", contentType: "text/html" },
        /Imply Polaris answered with 200 and text that is not JSON to [A-Z]+ \S+; check that polaris:baseUrl is the address of the API, then run (`pulumi up`|the command) again\. \[PolarisUnexpectedAnswer\]$/,
    ],
] as const;

describe.each(nouns)("a %s", (noun) => {
    it.each(wrong)("is not treated as gone, changed or ended after %s", async (_, fault, message) => {
        const before = await inventory();
        await emulator.control("POST", "faults", { ...fault, times: null });
        for (const operation of ["refresh", "destroy", "up"] as const) {
            const resource = await fresh(noun);
            const { failure } = await (operation === "up" ? resource.up(edited[noun]) : resource[operation]());
            expect(failure).toMatch(message);
            expect(failure).toMatch(new RegExp(`^${noun} "orders": \\w+ failed: (Imply Polaris|there is no project)`));
            expect(resource.state).toEqual(states[noun]);
        }
        expect(await inventory()).toEqual(before);
    });

    it("reports a missing project in a create as in all else", async () => {
        await emulator.control("POST", "faults", { status: 404, times: null });
        const other = noun === "StreamingJob" ? { target: { tableName: "other" } } : { name: "other" };
        const resource = (await ProviderProcess.start(emulator)).resource(noun);
        expect((await resource.up({ ...given[noun], ...other })).failure).toBe(
            `${noun} "other": create failed: there is no project ${emulator.projectId} at this address; check polaris:projectId and polaris:baseUrl; nothing was concluded about the object. [PolarisProjectNotFound]`,
        );
        expect(resource.state).toBeUndefined();
    });

    it.each([
        ["a 500", { status: 500 }],
        ["a 503", { status: 503 }],
        ["a cut connection", { cut: true }],
        ["no answer in time", { hang: true }],
        ["a body that trickles", { trickle: true }],
        ["half an answer", { truncate: "cut" }],
    ])("is read and left alone after %s, twice", async (_, fault) => {
        await emulator.control("POST", "faults", { ...fault, method: "GET", times: 2 });
        const resource = await fresh(noun, shortTimeout);
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect(resource.state).toEqual(states[noun]);
    });
});

describe("a connection", () => {
    it.each([
        ["a 500 before the work", { status: 500 }],
        ["a 503 after the work", { status: 503, phase: "after" }],
        ["a connection that is cut before the work", { cut: true }],
        ["a connection that is cut after the work", { cut: true, phase: "after" }],
        ["no answer in time", { hang: true, phase: "after" }],
    ])("is updated and deleted in spite of %s, twice", async (_, fault) => {
        const engine = await ProviderProcess.start(emulator, { requestTimeout: shortTimeout });
        const resource = engine.resource("KafkaConnection");
        const name = { name: "in-spite" };
        await resource.up({ ...connection, ...name });
        await emulator.control("POST", "faults", { ...fault, method: "PATCH", times: 2 });
        expect(await resource.up({ ...edited.KafkaConnection, ...name })).toEqual({ step: "update" });
        expect((await resource.preview({ ...edited.KafkaConnection, ...name })).step).toBe("same");
        await emulator.control("POST", "faults", { ...fault, method: "DELETE", times: 2 });
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect((await held(emulator)).connections.map((one) => one.name)).toEqual(["reads", "orders"]);
    });

    it("keeps what it was where its update is given up, marked as unfinished, and the next up repeats the update", async () => {
        const resource = await fresh("KafkaConnection");
        await emulator.control("POST", "faults", { status: 503, method: "PATCH", times: null });
        expect((await resource.up(edited.KafkaConnection)).failure).toMatch(
            /^KafkaConnection "orders": update failed: Imply Polaris answered 503 Service Unavailable to PATCH \/connections\/orders; run `pulumi up` again; if it happens again, ask Imply's support\. \[PolarisServerError\]\n {2}request: \S+$/,
        );
        expect(resource.state).toMatchObject({ failed: true, outputs: { unfinished: "update" } });
        await emulator.control("DELETE", "faults");
        expect(await resource.up(edited.KafkaConnection)).toEqual({ step: "update" });
        expect(resource.outputs).not.toHaveProperty("unfinished");
        expect((await resource.preview(edited.KafkaConnection)).step).toBe("same");
    });
});
