import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, nowhere, ProviderProcess } from "../support/handler";
import { liveJobOn, newRequests } from "../support/seen";

const connection = {
    name: "orders",
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "imply", password: "hidden-word" },
};
const job = {
    target: { tableName: "orders" },
    source: {
        connectionName: "orders-kafka",
        formatSettings: { format: "nd-json" },
        inputSchema: [{ name: "t", dataType: "string" }],
    },
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("t")' }],
    createTableIfNotExists: true,
};

const lines = linesTold();

let emulator: EmulatorUnderTest;
let engine: ProviderProcess;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
    engine = await ProviderProcess.start(emulator, { requestTimeout: 2 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await emulator.api("POST", "/connections", kafka("orders-kafka"));
});
afterAll(() => emulator.close());

const fails = (path: string, status: number) => emulator.control("POST", "faults", { path, status, times: null });
const heal = () => emulator.control("DELETE", "faults");

describe("a connection's test that gets no answer", () => {
    it("is a warning like one that fails, and not a failure of the up", async () => {
        await fails("/test$", 504);
        const resource = engine.resource("KafkaConnection");
        expect(await resource.up(connection)).toEqual({ step: "create" });
        expect(lines.join("\n")).toMatch(
            /: warning: the connection was not tested: Imply Polaris answered 504 Gateway Timeout to POST \/connections\/orders\/test, request \S+; change it to have it tested again; if it goes on, ask Imply's support$/,
        );
        expect(resource.state?.failed).toBe(false);
    });

    it.each([
        [
            "warn",
            '"orders": warning: the connection was not tested: ',
            "give the API key the permission ManageConnections for this project",
        ],
        ["error", '"orders": create failed: ', "give the API key the permission ManageConnections for this project"],
    ])(
        "is told with what to do about it, and not as a topic that is not reached: %s",
        async (testConnection, title, next) => {
            await emulator.control("POST", "faults", { path: "/test$", status: 403, times: null });
            const { failure } = await engine.resource("KafkaConnection").up({ ...connection, testConnection });
            expect([failure, ...lines].join("\n")).toMatch(
                new RegExp(
                    `${title}Imply Polaris answered 403 Forbidden to POST /connections/orders/test, request \\S+; ${next}`,
                ),
            );
            expect([failure, ...lines].join("\n")).not.toContain("cannot reach");
        },
    );

    it("that has to pass is made again, also by an up that changes something else", async () => {
        await emulator.control("POST", "reset");
        const strict = { ...connection, testConnection: "error" };
        const resource = engine.resource("KafkaConnection");
        await fails("/test$", 400);
        expect((await resource.up(strict)).failure).toMatch(/cannot reach the topic/);
        expect((await resource.up({ ...strict, description: "other" })).failure).toMatch(/cannot reach the topic/);
        await heal();
        await newRequests(emulator);
        expect(await resource.up({ ...strict, description: "third" })).toEqual({ step: "update" });
        expect((await newRequests(emulator)).some(({ path }) => path.endsWith("/test"))).toBe(true);
    });
});

describe("a job that failed to start", () => {
    const triggers = [{ resetTrigger: "1" }, { restartTrigger: "1" }, { desiredExecutionStatus: "suspended" }];
    it.each(triggers)("is started anew by an up that only changes %j", async (change) => {
        await emulator.control("POST", "outcomes", { tableName: "orders", executionStatus: "failed" });
        const resource = engine.resource("StreamingJob");
        expect((await resource.up(job)).failure).toMatch(/create failed: the job \S+ failed/);
        expect(await resource.up({ ...job, ...change })).toEqual({ step: "update" });
        const live = await liveJobOn(emulator, "orders");
        expect(resource.outputs.jobId).toBe(live.id);
        expect(live.desiredExecutionStatus).toBe("desiredExecutionStatus" in change ? "suspended" : "running");
    });
});

describe("a swap that could not be proven", () => {
    it("leaves the old job to the destroy that follows", async () => {
        const resource = engine.resource("StreamingJob");
        await resource.up(job);
        const { id } = await liveJobOn(emulator, "orders");
        await emulator.control("POST", "faults", { method: "POST", path: "^/jobs$", status: 503, times: null });
        expect((await resource.up({ ...job, filterExpression: "1 = 1" })).failure).toMatch(/503/);
        await heal();
        expect(await resource.destroy()).toEqual({ step: "delete" });
        const { json } = await emulator.api("GET", `/jobs/${id}`);
        expect(json.executionStatus).toBe("canceled");
    }, 60_000);
});

describe("a project that is no Project", () => {
    const plan = async (project: unknown) => {
        const process = await ProviderProcess.start(nowhere);
        return (await process.resource("KafkaConnection").preview({ ...connection, project })).problems;
    };

    it("is refused where its address would show the key, or its id is none", async () => {
        const { projectId } = nowhere;
        expect(await plan({ projectId, baseUrl: "http://10.0.0.1" })).toEqual([
            expect.stringContaining("uses http, which would show the API key to the network"),
        ]);
        expect(await plan({ projectId: "nope", baseUrl: "https://example.com" })).toEqual([
            expect.stringContaining("is not the id of an Imply Polaris project"),
        ]);
        expect(await plan("eu")).toEqual(["project is not a Project; give it `new polaris.Project(…)`."]);
    });
});
