import fc from "fast-check";
import {
    connectionArguments,
    fuzzRuns,
    fuzzTimeoutMs,
    jobArguments,
    secretVariables,
} from "../support/handler-arguments";
import type { Arguments } from "../support/handler-arguments";
import { respeltConnection, respeltJob } from "../support/handler-meaning";
import { linesTold, nowhere, ProviderProcess, unknownValue } from "../support/handler";
import type { Noun, Resource } from "../support/handler";
import { client } from "../support/pem";

const lines = linesTold();

let engine: ProviderProcess;
beforeAll(async () => {
    Object.assign(process.env, secretVariables);
    engine = await ProviderProcess.start(nowhere);
});

const facts: Record<Noun, Arguments> = {
    KafkaConnection: {
        submittedByUser: { username: "api-key-pok_a...b", userId: "5f0c0a1e-8b1f-4a57-9a53-0f6f5b0d3c11" },
        submittedOnTimestamp: "2024-05-02T09:15:04.120931Z",
        modifiedOnTimestamp: "2024-05-02T09:15:04.120931Z",
    },
    StreamingJob: {
        jobId: "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10",
        createdBy: { username: "api-key-pok_a...b", userId: "5f0c0a1e-8b1f-4a57-9a53-0f6f5b0d3c11" },
        createdTimestamp: "2024-05-02T09:20:00Z",
    },
    Table: {
        tableId: "5d6b8a52-6c0e-4b0b-9b52-5f0b0b8f6d10",
        createdByUser: { username: "api-key-pok_a...b", userId: "5f0c0a1e-8b1f-4a57-9a53-0f6f5b0d3c11" },
        createdOnTimestamp: "2024-05-02T09:15:04.120931Z",
        modifiedOnTimestamp: "2024-05-02T09:15:04.120931Z",
    },
};

const certificate = client.certificates;

const connection = {
    name: "orders",
    bootstrapServers: "b-1.example.com:9096,b-2.example.com:9096",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "imply", password: "hidden-word" },
    ssl: { truststore: { certificates: certificate } },
};

const job = {
    target: { tableName: "orders" },
    source: {
        connectionName: "orders",
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "t", dataType: "string" },
            { name: "country", dataType: "string" },
        ],
    },
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("t")' },
        { columnName: "country", expression: '"country"' },
    ],
};

/** A resource that is in state as if it had been created from these arguments. */
async function inState(noun: Noun, given: Arguments, more: Arguments = {}): Promise<Resource> {
    const resource = engine.resource(noun);
    await resource.assume(given, { baseUrl: nowhere.url, ...facts[noun], ...more });
    return resource;
}

const planned = async (noun: Noun, before: Arguments, after: Arguments, more: Arguments = {}) => {
    const { step, problems, replaces } = await (await inState(noun, before, more)).preview(after);
    expect(problems).toEqual([]);
    return replaces.length > 0 ? `${step} for ${replaces.join(", ")}` : step;
};

describe("a change of a connection", () => {
    it.each<[string, Arguments]>([
        ["update", { description: "for people" }],
        ["update", { bootstrapServers: "b-1.example.com:9096" }],
        ["update", { topicName: "returns" }],
        ["update", { topicName: "orders", topicNameIsPattern: true }],
        ["update", { clientRack: "use1-az4" }],
        ["update", { secrets: { ...connection.secrets, password: "another-word" } }],
        ["update", { secrets: { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/imply" } }],
        ["update", { ssl: undefined }],
        ["replace for name", { name: "orders-2" }],
        ["replace for name", { name: "orders-2", topicName: "returns" }],
        ["same", {}],
        ["same", { adopt: true }],
        ["same", { testConnection: "error" }],
        ["same", { timeouts: { create: "1m" } }],
        ["same", { bootstrapServers: ["b-2.example.com:9096", " b-1.example.com:9096"] }],
        ["same", { topicNameIsPattern: false, description: null, clientRack: null }],
        ["same", { ssl: { truststore: { type: "pem", certificates: certificate.trim().replaceAll("\n", "\r\n") } } }],
    ])("is planned as %s with %j", async (plan, change) => {
        expect(await planned("KafkaConnection", connection, { ...connection, ...change })).toBe(plan);
    });

    it("is an update where a value is not known yet, and never a replacement", async () => {
        for (const name of ["name", "bootstrapServers", "topicName", "secrets", "ssl"]) {
            expect(await planned("KafkaConnection", connection, { ...connection, [name]: unknownValue })).toBe(
                "update",
            );
        }
        const secrets = { ...connection.secrets, password: unknownValue };
        expect(await planned("KafkaConnection", connection, { ...connection, secrets })).toBe("update");
    });

    it("is seen in a variable whose value is another now, and in nothing else of it", async () => {
        const secrets = { type: "sasl_plain", username: "imply", passwordFrom: { env: "POLARIS_TEST_PASSWORD" } };
        const resource = await inState("KafkaConnection", { ...connection, secrets });
        expect(JSON.stringify(resource.state)).not.toContain(secretVariables.POLARIS_TEST_PASSWORD);
        expect((await resource.preview({ ...connection, secrets })).step).toBe("same");
        process.env.POLARIS_TEST_PASSWORD = "rotated";
        const plan = await resource.preview({ ...connection, secrets });
        process.env.POLARIS_TEST_PASSWORD = secretVariables.POLARIS_TEST_PASSWORD;
        expect(plan.step).toBe("update");
        expect(JSON.stringify(plan)).not.toContain("rotated");
    });
});

describe("a change of a job", () => {
    it.each<[string, Arguments]>([
        ["update", { mappings: job.mappings.slice(0, 1) }],
        ["update", { mappings: [...job.mappings].reverse() }],
        ["update", { source: { ...job.source, connectionName: "returns" } }],
        ["update", { readFromPoint: "earliest" }],
        ["update", { desiredExecutionStatus: "suspended" }],
        ["update", { restartTrigger: "1" }],
        ["update", { resetTrigger: "1" }],
        ["update", { createTableIfNotExists: true }],
        ["replace for target", { target: { tableName: "orders 2" } }],
        ["same", {}],
        ["same", { adopt: true }],
        ["same", { timeouts: { create: "1m", update: "2h" } }],
        ["same", { target: { tableName: "orders", type: "table" }, readFromPoint: "latest", clusteringColumns: [] }],
        ["same", { desiredExecutionStatus: "running", maxParseExceptions: 2_147_483_647, enableUpserts: false }],
    ])("is planned as %s with %j", async (plan, change) => {
        expect(await planned("StreamingJob", job, { ...job, ...change })).toBe(plan);
    });

    it("is an update where a value is not known yet, and never a replacement", async () => {
        for (const name of ["target", "source", "mappings", "filterExpression"]) {
            expect(await planned("StreamingJob", job, { ...job, [name]: unknownValue })).toBe("update");
        }
        const target = { tableName: unknownValue };
        expect(await planned("StreamingJob", job, { ...job, target })).toBe("update");
    });

    it("is none where sets are written in another order", async () => {
        const [before, after] = [
            ["a", "b"],
            ["b", "a", "b"],
        ];
        const plan = planned(
            "StreamingJob",
            { ...job, dimensionExclusions: before },
            { ...job, dimensionExclusions: after },
        );
        expect(await plan).toBe("same");
    });
});

describe.each<[Noun, Arguments]>([
    ["KafkaConnection", connection],
    ["StreamingJob", job],
])("a %s", (noun, given) => {
    it("of another project is replaced, and one at another address of its project is not", async () => {
        const projectId = "5f0c0a1e-8b1f-4a57-9a53-0f6f5b0d3c11";
        const { state } = await inState(noun, given);
        const elsewhere = (await ProviderProcess.start(nowhere, { projectId })).resource(noun, state);
        expect(await elsewhere.preview(given)).toMatchObject({ step: "replace", replaces: ["projectId"] });
        const baseUrl = "https://proxy.example.com";
        const moved = (await ProviderProcess.start(nowhere, { baseUrl })).resource(noun, state);
        expect((await moved.preview(given)).step).toBe("same");
    });

    it("is updated where its handler's text is another, as the state has to get the new one", async () => {
        const resource = await inState(noun, given);
        const { outputs } = resource;
        resource.state = { ...resource.state!, outputs: { ...outputs, __provider: "exports.handler = () => older" } };
        expect(await resource.preview(given)).toMatchObject({ step: "update", replaces: [] });
    });

    it("is updated as long as nobody knows whether it was created", async () => {
        const resource = await inState(noun, given, { unconfirmed: "2024-05-02T09:15:04.120Z" });
        expect((await resource.preview(given)).step).toBe("update");
    });

    it("keeps its old spelling where the meaning is the same, so that previews show real changes only", async () => {
        const resource = await inState(noun, given);
        const respelt = noun === "KafkaConnection" ? respeltConnection : respeltJob;
        for (const seed of [1, 2, 3, 4]) {
            const { inputs } = await resource.preview(respelt(given, seed));
            expect(inputs).toEqual(resource.state?.inputs);
        }
    });

    it("prints nothing where nothing changes", async () => {
        await (await inState(noun, given)).preview(given);
        expect(lines).toEqual([]);
    });
});

describe.each<[Noun, fc.Arbitrary<Arguments>, typeof respeltJob]>([
    ["KafkaConnection", connectionArguments, respeltConnection],
    ["StreamingJob", jobArguments, respeltJob],
])("any %s", (noun, arguments_, respelt) => {
    const doesNotChange = async (given: Arguments, seed: number): Promise<void> => {
        const resource = engine.resource(noun);
        await resource.assume(given, { baseUrl: nowhere.url, ...facts[noun] });
        const plan = await resource.preview(respelt(given, seed));
        expect(plan).toMatchObject({ step: "same", problems: [] });
        expect(plan.inputs).toEqual(resource.state?.inputs);
    };

    it(
        "does not change in other words, and shows none of them",
        async () => {
            const property = fc.asyncProperty(arguments_, fc.integer(), doesNotChange);
            await fc.assert(property, { numRuns: fuzzRuns(100) });
        },
        fuzzTimeoutMs(100),
    );
});
