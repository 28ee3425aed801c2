import * as pulumi from "@pulumi/pulumi";
import {
    getConnection,
    getStreamingJob,
    getStreamingJobOutput,
    getStreamingJobStatus,
    getTable,
    getTableOutput,
} from "../../provider";
import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { table } from "../support/pair";
import { newRequests } from "../support/seen";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
    for (const name of Object.keys(process.env)) {
        if (name.startsWith("POLARIS_")) Reflect.deleteProperty(process.env, name);
    }
    Object.assign(process.env, {
        POLARIS_BASE_URL: emulator.url,
        POLARIS_PROJECT_ID: emulator.projectId,
        POLARIS_API_KEY: emulator.apiKey,
    });
    await emulator.api("POST", "/tables", { ...table, schemaMode: "flexible" });
    await emulator.api("POST", "/connections", kafka("orders"));
    const mappings = [
        { columnName: "__time", expression: 'TIME_PARSE("at")' },
        { columnName: "city", expression: '"at"' },
    ];
    await emulator.api("POST", "/jobs", streaming("sales", "orders", { mappings }));
});
afterAll(async () => {
    for (const name of ["POLARIS_BASE_URL", "POLARIS_PROJECT_ID", "POLARIS_API_KEY"]) {
        Reflect.deleteProperty(process.env, name);
    }
    await emulator.close();
});

const valueOf = <T>(output: { apply: (take: (value: T) => void) => unknown }) =>
    new Promise<T>((resolve) => void output.apply(resolve));

test("getTable answers the table, with the columns that ingestion has added", async () => {
    const found = await getTable({ name: "sales" });
    expect(found).toMatchObject({
        name: "sales",
        type: "detail",
        schemaMode: "flexible",
        schema: table.schema,
        partitioningGranularity: "day",
        availability: "available",
        version: 0,
        totalRows: expect.any(Number) as number,
        createdByUser: { username: expect.stringMatching(/^api-key-/) as string },
    });
    expect(found.queryableSchema).toEqual([
        { name: "__time", dataType: "timestamp", isDiscovered: false },
        ...table.schema.map((column) => ({ ...column, isDiscovered: false })),
        { name: "city", dataType: "string", isDiscovered: true },
    ]);
    expect(await valueOf(getTableOutput({ name: "sales" }))).toMatchObject({ tableId: found.tableId });
});

test("getStreamingJob answers what the job does, by its table and by its id", async () => {
    const found = await getStreamingJob({ tableName: "sales" });
    expect(found).toMatchObject({
        tableName: "sales",
        connectionName: "orders",
        executionStatus: "running",
        desiredExecutionStatus: "running",
        spec: { type: "streaming", source: { connectionName: "orders" } },
        createdBy: { username: expect.stringMatching(/^api-key-/) as string },
    });
    expect(await getStreamingJob({ jobId: found.jobId })).toEqual(found);
    expect(await valueOf(getStreamingJobOutput({ tableName: "sales" }))).toEqual(found);
});

test("what does not exist is reported in one sentence with a code", async () => {
    await expect(getTable({ name: "absent" })).rejects.toThrow(
        'getTable: there is no table "absent"; for a table of this program use getTableOutput with name: table.id, which waits until it is created. [PolarisObjectNotFound]',
    );
    await expect(getStreamingJob({ tableName: "absent" })).rejects.toThrow(
        'getStreamingJob: there is no streaming job on the table "absent"; for a job of this program use getStreamingJobOutput with tableName: job.id, which waits until it is started. [PolarisObjectNotFound]',
    );
    await expect(getStreamingJob({})).rejects.toThrow(
        "getStreamingJob: give either tableName or jobId. [PolarisArgumentInvalid]",
    );
});

test.each([undefined, "", 5, pulumi.output("sales")])(
    "a name that is no text is refused before anything is sent: %p",
    async (given) => {
        const name = given as string;
        await emulator.control("DELETE", "requests");
        await expect(getTable({ name })).rejects.toThrow(
            "getTable: give the name of a table. [PolarisArgumentInvalid]",
        );
        await expect(getConnection({ name })).rejects.toThrow(
            "getConnection: give the name of a connection. [PolarisArgumentInvalid]",
        );
        for (const ask of [getStreamingJob, getStreamingJobStatus]) {
            await expect(ask({ tableName: name })).rejects.toThrow(
                "give either tableName or jobId. [PolarisArgumentInvalid]",
            );
        }
        expect(await newRequests(emulator)).toEqual([]);
    },
);
