import { createConnection, testConnection, updateConnection } from "../../provider/api/connections";
import { readConnection } from "../../provider/api/connection-list";
import { Client } from "../../provider/api/client";
import { findLiveJob } from "../../provider/api/jobs";
import { ProjectMissingError } from "../../provider/api/missing";
import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, ProviderProcess } from "../support/handler";
import { connection, connectionBody, job } from "../support/pair";

/** What changes between a look and the write after it. */

const lines = linesTold();

let emulator: EmulatorUnderTest;
let client: Client;

const fault = (method: string, path: string, answer: object) =>
    emulator.control("POST", "faults", { method, path, ...answer });

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    const { url: baseUrl, projectId, apiKey } = emulator;
    client = new Client({ baseUrl, projectId, apiKey, requestTimeoutMs: 2_000 });
});
afterEach(() => {
    client.close();
});
afterAll(() => emulator.close());

async function madeJob() {
    await emulator.api("POST", "/connections", connectionBody);
    const resource = (await ProviderProcess.start(emulator)).resource("StreamingJob");
    await resource.up({ ...job, resetTrigger: "1" });
    return resource;
}

test("a connection that goes before its PATCH is told as gone", async () => {
    const resource = (await ProviderProcess.start(emulator)).resource("KafkaConnection");
    await resource.up(connection);
    await fault("PATCH", "^/connections/orders$", { status: 404 });
    expect((await resource.up({ ...connection, description: "new" })).failure).toBe(
        'KafkaConnection "orders": update failed: the connection is gone; run `pulumi refresh`, then `pulumi up` again to make it anew.',
    );
});

test("a PATCH whose answer shows another value is no success, in an adoption either", async () => {
    await emulator.api("POST", "/connections", { ...connectionBody, topicName: "theirs" });
    const shown = (await emulator.api("GET", "/connections/orders")).json;
    await fault("PATCH", "^/connections/orders$", { status: 200, body: shown });
    const resource = (await ProviderProcess.start(emulator)).resource("KafkaConnection");
    expect((await resource.up({ ...connection, adopt: true })).failure).toContain(
        "Imply Polaris took the change but shows another topicName; run `pulumi refresh`",
    );
    expect(resource.state).toMatchObject({ failed: true });
});

test("a PATCH that was done, and then met a project that was gone, is kept as unfinished", async () => {
    const resource = (await ProviderProcess.start(emulator)).resource("KafkaConnection");
    await resource.up(connection);
    await fault("PATCH", "^/connections/orders$", { cut: true, phase: "after" });
    await fault("PATCH", "^/connections/orders$", { status: 404 });
    await fault("GET", "^/connections$", { status: 404 });
    expect((await resource.up({ ...connection, topicName: "returns" })).failure).toContain("there is no project");
    expect(await resource.up(connection)).toEqual({ step: "update" });
    expect((await emulator.api("GET", "/connections/orders")).json.topicName).toBe("orders");
});

test("a job whose maker nobody knows is not taken for one of this program's", async () => {
    const resource = await madeJob();
    const { json } = await emulator.api("GET", "/jobs");
    const [live] = json.values as Record<string, unknown>[];
    await emulator.api("POST", `/jobs/${String(live!.id)}/status`, { desiredExecutionStatus: "canceled" });
    const { createdBy, ...outputs } = resource.outputs;
    expect(createdBy).toBeDefined();
    resource.state = { ...resource.state!, outputs };
    await fault("GET", "^/jobs$", { status: 200, body: { values: [{ ...live, id: "theirs", createdBy: null }] } });
    expect(await resource.destroy()).toEqual({ step: "delete" });
    expect(lines.at(-1)).toMatch(
        /: leaves the streaming job theirs, made by another user on .*, as it is not this resource's$/,
    );
});

test("a job that goes before its reset is told as gone", async () => {
    const resource = await madeJob();
    await fault("POST", "^/jobs/[^/]+/reset$", { status: 404 });
    expect((await resource.up({ ...job, resetTrigger: "2" })).failure).toContain(
        `the job ${String(resource.outputs.jobId)} is gone; run \`pulumi refresh\``,
    );
    expect(resource.outputs.resetTrigger).toBe("1");
});

test("of a job that ends and the one in its place, the table is fed by the latter", async () => {
    await madeJob();
    const { json } = await emulator.api("GET", "/jobs");
    const [live] = json.values as Record<string, unknown>[];
    const ending = { ...live, id: "ending", desiredExecutionStatus: "canceled" };
    await fault("GET", "^/jobs$", { status: 200, body: { values: [ending, live] } });
    expect((await findLiveJob(client, "sales"))?.id).toBe(live!.id);
    await fault("GET", "^/jobs$", { status: 200, body: { values: [ending] } });
    expect((await findLiveJob(client, "sales"))?.id).toBe("ending");
});

test("a project that goes before the test of a connection is told as that", async () => {
    await createConnection(client, connectionBody);
    await emulator.control("POST", "faults", { status: 404, times: null });
    await expect(testConnection(client, "orders")).rejects.toBeInstanceOf(ProjectMissingError);
});

test("what this client has written since the list of connections is not read from that", async () => {
    const names = Array.from({ length: 8 }, (_, at) => `c${at}`);
    for (const name of names) await emulator.api("POST", "/connections", kafka(name));
    for (const name of names.slice(0, 7)) await readConnection(client, name);
    await updateConnection(client, "c7", { type: "kafka", topicName: "returns", topicNameIsPattern: false });
    expect(await readConnection(client, "c7")).toMatchObject({ topicName: "returns" });
});
