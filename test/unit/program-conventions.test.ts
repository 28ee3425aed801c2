import { validateResourceOfType } from "@pulumi/policy";
import type { Policies } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { AnalyzeRequest, AnalyzerResourceOptions } from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as polaris from "../../provider";

const connectionArgs: polaris.KafkaConnectionArgs = {
    bootstrapServers: ["b-1.example.com:9096", pulumi.output("b-2.example.com:9096")],
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "polaris", password: "a-password" },
};
const jobArgs: polaris.StreamingJobArgs = {
    target: { tableName: "orders" },
    source: { connectionName: "orders", formatSettings: { format: "nd-json" } },
    mappings: [{ columnName: "__time", expression: "CURRENT_TIMESTAMP" }],
};

const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

const calls: pulumi.runtime.MockCallArgs[] = [];
const facts: Record<string, object> = {
    [polaris.StreamingJob.__pulumiType]: { jobId: "a-job" },
};

beforeEach(async () => {
    calls.length = 0;
    await pulumi.runtime.setMocks({
        newResource: ({ name, type, inputs }) => ({ id: name, state: { ...(inputs as object), ...facts[type] } }),
        call: (call) => {
            calls.push(call);
            return { implyArn: "arn:aws:iam::123456789012:root", externalId: "an-id" };
        },
    });
});

/** What a policy runner reports of a resource: its own function, which the engine calls for each resource. */
async function violations(policy: Policies[number], type: string, properties: object): Promise<string[]> {
    type Respond = (error: unknown, response?: { getDiagnosticsList(): { getMessage(): string }[] }) => void;
    const { makeAnalyzeRpcFun } = jest.requireActual<{
        makeAnalyzeRpcFun: (...pack: unknown[]) => (call: { request: AnalyzeRequest }, respond: Respond) => void;
    }>("@pulumi/policy/server");
    const request = new AnalyzeRequest();
    request.setType(type);
    request.setName("orders");
    request.setOptions(new AnalyzerResourceOptions());
    request.setProperties(Struct.fromJavaScript(properties as Record<string, never>));
    return new Promise((resolve, reject) => {
        makeAnalyzeRpcFun("pack", "1.0.0", "mandatory", [policy])({ request }, (error, response) => {
            if (response) resolve(response.getDiagnosticsList().map((one) => one.getMessage()));
            else reject(new Error(String(error)));
        });
    });
}

test("a typed policy checks the resources of its class, and no others", async () => {
    const policy: Policies[number] = {
        name: "no-earliest",
        description: "Jobs begin at the latest record.",
        validateResource: validateResourceOfType(polaris.StreamingJob, ({ readFromPoint }, _args, report) => {
            if (readFromPoint === "earliest") report("begins at the earliest record");
        }),
    };
    const job = { readFromPoint: "earliest" };
    expect(await violations(policy, "pulumi-nodejs:dynamic/polaris:StreamingJob", job)).toEqual([
        expect.stringContaining("begins at the earliest record"),
    ]);
    expect(await violations(policy, "pulumi-nodejs:dynamic/polaris:KafkaConnection", job)).toEqual([]);
});

test("isInstance and __pulumiType distinguish the classes, as the type in the URN does", async () => {
    const connection = new polaris.KafkaConnection("orders", connectionArgs);
    const job = new polaris.StreamingJob("orders", jobArgs);
    expect([connection, job, undefined, "orders", {}].map((one) => polaris.StreamingJob.isInstance(one))).toEqual([
        false,
        true,
        false,
        false,
        false,
    ]);
    expect([connection, job].map((one) => polaris.KafkaConnection.isInstance(one))).toEqual([true, false]);
    expect(await valueOf(connection.urn)).toContain(`::${polaris.KafkaConnection.__pulumiType}::orders`);
    expect(await valueOf(job.urn)).toContain(`::${polaris.StreamingJob.__pulumiType}::orders`);
});

test("with mocks, outputs are of their types: brokers are one text, and facts are those of the mock", async () => {
    const connection = new polaris.KafkaConnection("orders", connectionArgs);
    expect(await valueOf(connection.bootstrapServers)).toBe("b-1.example.com:9096,b-2.example.com:9096");
    expect(await valueOf(new polaris.StreamingJob("orders", jobArgs).jobId)).toBe("a-job");
});

test("with mocks, getConnectionsMeta is answered by call, each time", async () => {
    const project = new polaris.Project("eu", {
        projectId: "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10",
        baseUrl: "https://acme.eu-central-1.aws.api.imply.io",
    });
    const answer = { implyArn: "arn:aws:iam::123456789012:root", externalId: "an-id" };
    expect(await polaris.getConnectionsMeta()).toEqual(answer);
    expect(await valueOf(polaris.getConnectionsMetaOutput({ project }))).toEqual(answer);
    expect(calls).toEqual([
        expect.objectContaining({ token: "polaris:index:getConnectionsMeta", inputs: {} }),
        expect.objectContaining({
            inputs: { project: expect.objectContaining({ projectId: project.projectId }) as object },
        }),
    ]);
});

test("with mocks, getConnection is answered by call", async () => {
    const answer = { implyArn: "arn:aws:iam::123456789012:root", externalId: "an-id" };
    expect(await polaris.getConnection({ name: "orders" })).toEqual(answer);
    expect(await valueOf(polaris.getConnectionOutput({ name: pulumi.output("orders") }))).toEqual(answer);
    const asked = expect.objectContaining({
        token: "polaris:index:getConnection",
        inputs: { name: "orders" },
    }) as object;
    expect(calls).toEqual([asked, asked]);
});

test("with mocks, getStreamingJobStatus is answered by call", async () => {
    await polaris.getStreamingJobStatus({ tableName: "orders" });
    expect(calls).toEqual([
        expect.objectContaining({
            token: "polaris:index:getStreamingJobStatus",
            inputs: { tableName: "orders" },
        }),
    ]);
});

test.each([
    ["getTable", () => polaris.getTable({ name: "orders" }), { name: "orders" }],
    ["getStreamingJob", () => polaris.getStreamingJob({ tableName: "orders" }), { tableName: "orders" }],
])("with mocks, %s is answered by call", async (name, ask, inputs) => {
    await ask();
    expect(calls).toEqual([expect.objectContaining({ token: `polaris:index:${name}`, inputs })]);
});

test("a job that takes its table from a Table of another project is refused", () => {
    const project = new polaris.Project("eu", {
        projectId: "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10",
        baseUrl: "https://acme.eu-central-1.aws.api.imply.io",
    });
    const table = new polaris.Table("orders", { type: "detail", project });
    expect(() => new polaris.StreamingJob("sales", { ...jobArgs, target: { tableName: table.name } })).toThrow(
        'StreamingJob "sales": its table "orders" is in another Imply Polaris project than the job; give both the same project. [PolarisProjectMismatch]',
    );
    expect(
        new polaris.StreamingJob("orders", { ...jobArgs, project, target: { tableName: table.name } }),
    ).toBeDefined();
});

test("a job passes the classes of its connections to the check, also where their names are not known", async () => {
    const inputs: Record<string, object> = {};
    await pulumi.runtime.setMocks({
        newResource: ({ name, inputs: given }) => {
            inputs[name] = given as object;
            return { id: name, state: given as object };
        },
        call: () => ({}),
    });
    const stream = new polaris.PushStreamingConnection("clicks", { name: pulumi.output("clicks") });
    const registry = new polaris.SchemaRegistryConnection("registry", {
        urls: ["https://registry.example.com"],
        secrets: { type: "basic", username: "polaris", password: "a-password" },
    });
    const parseSchemaProvider = { type: "connection", connectionName: registry.id } as const;
    const job = new polaris.StreamingJob("clicks-job", {
        ...jobArgs,
        source: { connectionName: stream.name, formatSettings: { format: "avro_stream", parseSchemaProvider } },
    });
    await valueOf(job.urn);
    expect(inputs["clicks-job"]).toMatchObject({
        __classes: {
            "source.connectionName": "PushStreamingConnection",
            "source.formatSettings.parseSchemaProvider.connectionName": "SchemaRegistryConnection",
        },
    });
});

test("a job with a schema registry of another project is refused, wherever its format names it", () => {
    const project = new polaris.Project("us", {
        projectId: "5f0c0a1e-8b1f-4a57-9a53-0f6f5b0d3c11",
        baseUrl: "https://acme.us-east-1.aws.api.imply.io",
    });
    const registry = new polaris.SchemaRegistryConnection("schemas", {
        urls: ["https://registry.example.com"],
        secrets: { type: "basic", username: "polaris", password: "a-password" },
        project,
    });
    const avro = (connectionName: pulumi.Input<string>): polaris.AvroStreamFormat => ({
        format: "avro_stream",
        parseSchemaProvider: { type: "connection", connectionName },
    });
    const jobWith = (formatSettings: polaris.FormatSettings, of?: polaris.Project) =>
        new polaris.StreamingJob("sales", {
            ...jobArgs,
            source: { connectionName: "orders-kafka", formatSettings },
            project: of,
        });
    const message =
        'StreamingJob "sales": its schema registry "schemas" is in another Imply Polaris project than the job; give both the same project. [PolarisProjectMismatch]';
    expect(() => jobWith(avro(registry.name))).toThrow(message);
    expect(() => jobWith({ format: "kafka", valueFormat: avro(registry.id) })).toThrow(message);
    expect(() =>
        jobWith({ format: "kafka", valueFormat: { format: "nd-json" }, keyFormat: avro(registry.name) }),
    ).toThrow(message);
    expect(jobWith(avro(registry.name), project)).toBeDefined();
});

test.each([true, false])("a resource tells the check whether this is a preview: %s", async (isPreview) => {
    const inputs: object[] = [];
    const newResource = (resource: pulumi.runtime.MockResourceArgs) => {
        inputs.push(resource.inputs as object);
        return { id: resource.name, state: resource.inputs as object };
    };
    await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, undefined, undefined, isPreview);
    await valueOf(new polaris.KafkaConnection("orders", connectionArgs).urn);
    expect(inputs.map((one) => "__isPreview" in one)).toEqual([isPreview]);
});

test("deletedWith of another resource of this package is refused, as it would leave a running job behind", () => {
    const connection = new polaris.KafkaConnection("orders", connectionArgs);
    expect(() => new polaris.StreamingJob("sales", jobArgs, { deletedWith: connection })).toThrow(
        'StreamingJob "sales": deletedWith names a resource whose deletion leaves this one as it is, as a connection does not end its jobs, nor a job its connection; remove deletedWith. [PolarisArgumentInvalid]',
    );
    class Project extends pulumi.CustomResource {}
    const project = new Project("acme:index:Project", "project");
    const component = new pulumi.ComponentResource("test:index:Ingestion", "ingestion");
    expect(() => new polaris.StreamingJob("sales", jobArgs, { deletedWith: component })).toThrow(
        'StreamingJob "sales": deletedWith names a resource whose deletion leaves this one as it is, as a component is nothing in Imply Polaris; remove deletedWith. [PolarisArgumentInvalid]',
    );
    expect(new polaris.StreamingJob("sales", jobArgs, { deletedWith: project })).toBeDefined();
});

test("restartOnConnectionChange needs connections that order the restart after their updates", () => {
    const follower = { ...jobArgs, restartOnConnectionChange: true };
    const message = "restartOnConnectionChange needs `connectionName: connection.name`";
    expect(() => new polaris.StreamingJob("sales", follower)).toThrow(message);
    const sourceWith = (registry: pulumi.Input<string>): polaris.StreamingJobSource => ({
        connectionName: pulumi.output("orders-kafka"),
        formatSettings: {
            format: "kafka",
            valueFormat: {
                format: "avro_stream",
                parseSchemaProvider: { type: "connection", connectionName: registry },
            },
        },
    });
    expect(() => new polaris.StreamingJob("sales", { ...follower, source: sourceWith("schemas") })).toThrow(message);
    const source = sourceWith(pulumi.output("schemas"));
    expect(new polaris.StreamingJob("sales", { ...follower, source })).toBeDefined();
});
