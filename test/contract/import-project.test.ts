import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureBuild } from "../../tools/prepare.js";
import { findObjects } from "../../provider/import/connect";
import { writeProgram } from "../../provider/import/program";
import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { RunningCommand } from "../support/command";
import { repository } from "../support/project";
import { newRequests } from "../support/seen";
import { json, startRawServer } from "../support/raw-server";
import { version } from "../../provider/version";

/** A command to its end. */
const spawn = (command: string, args: string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }) =>
    new RunningCommand(args.join(" "), command, args, { cwd, env, limitMs: 60_000 }).done;

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    ensureBuild(repository);
    emulator = await startTestEmulator({ transitionMs: 0 });
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const everything = { only: [], exclude: [], tables: false };
const silent = () => undefined;

const settings = () =>
    new Map([
        ["polaris:projectId", emulator.projectId],
        ["polaris:baseUrl", emulator.url],
        ["polaris:apiKey", emulator.apiKey],
    ]);

const find = (
    filter: Partial<typeof everything> | { only: string[] } = {},
    progress: (text: string) => void = silent,
) => findObjects(settings(), { ...everything, ...filter }, progress);

async function post(route: string, body: unknown): Promise<Record<string, unknown>> {
    const { status, json, text } = await emulator.api("POST", route, body);
    if (status >= 300) throw new Error(`${route}: ${status} ${text}`);
    return json;
}

async function pairs(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
        await post("/connections", kafka(`topic-${index}`));
        await post("/jobs", streaming(`table-${index}`, `topic-${index}`));
    }
    await newRequests(emulator);
}

const titles = ({ items }: Awaited<ReturnType<typeof find>>) => items.map(({ noun, id }) => `${noun.noun} ${id}`);
const reasonsIn = ({ leftOut }: Awaited<ReturnType<typeof find>>) =>
    Object.fromEntries(leftOut.map(({ what, why }) => [what, why]));

test("50 pairs take 53 requests, all of them reads, and the progress is reported", async () => {
    await pairs(50);
    const progress: string[] = [];
    const found = await find({}, (text) => progress.push(text));
    expect(found.items).toHaveLength(100);
    const requests = await newRequests(emulator);
    expect(requests).toHaveLength(53);
    expect(found.project.requests).toBe(53);
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
    expect(progress).toContain("reads jobs and tables: 50 of 50");
});

test("300 pairs are read, and are one program in which each job takes its connection's name", async () => {
    await pairs(300);
    const { items } = await find();
    const style = { protect: true, isSplit: false, secrets: "env", main: "index" } as const;
    const { files } = writeProgram(items, style, () => false);
    const text = files[0]?.text ?? "";
    expect(text.match(/connectionName: topic\d+\.name,/g)).toHaveLength(300);
    expect(new Set(text.match(/^const \w+/gm)).size).toBe(300);
});

type Json = Record<string, unknown>;

/** An API that has these objects, gives two jobs at once, and does not let the key see tables. */
async function withApi(
    { connections, jobs }: { connections: Json[]; jobs: Json[] },
    use: (settings: ReadonlyMap<string, string>, requests: readonly { url?: string }[]) => Promise<void>,
): Promise<void> {
    const answers: Record<string, unknown> = {
        connections: { values: connections },
        ...Object.fromEntries(jobs.map((job) => [`jobs/${String(job.id)}`, job])),
    };
    const server = await startRawServer((response, request) => {
        const url = new URL(request.url ?? "", "http://localhost");
        const route = url.pathname.replace(/^\/v1\/projects\/[^/]+\//, "");
        const offset = Number(url.searchParams.get("paginationOffset"));
        const page = { values: jobs.slice(offset, offset + 2), moreResultsAvailable: offset + 2 < jobs.length };
        const body = route === "jobs" ? page : answers[route];
        json(body === undefined ? 403 : 200, body ?? { message: "not permitted" })(response, request);
    });
    try {
        await use(new Map([...settings(), ["polaris:baseUrl", server.url]]), server.requests);
    } finally {
        await server.close();
    }
}

/** The connection and job of the emulator, as an API shows them. */
async function shownPair(): Promise<{ connection: Json; job: Json }> {
    await pairs(1);
    const { json: connection } = await emulator.api("GET", "/connections/topic-0");
    const { json: list } = await emulator.api("GET", "/jobs");
    const [{ id }] = list.values as [{ id: string }];
    return { connection, job: (await emulator.api("GET", `/jobs/${id}`)).json };
}

const jobOn = (job: Json, tableName: string, spec: Json = {}): Json => {
    const target = { type: "table", tableName };
    return { ...job, id: `job-${tableName}`, target, spec: { ...(job.spec as Json), target, ...spec } };
};

test("jobs come page by page; what a swap would lose is named by its path; a key that may not see tables is no obstacle", async () => {
    const { connection, job } = await shownPair();
    const source = (job.spec as { source: Json }).source;
    const format = { format: "kafka", valueFormat: { format: "nd-json", newer: { depth: 1 } } };
    const jobs = [
        jobOn(job, "a", { newMember: false, other: 1 }),
        jobOn(job, "b", { source: { ...source, formatSettings: format } }),
        jobOn(job, "c", {
            target: { type: "table", tableName: "c", intervals: [] },
            replaceRunning: true,
            newer: null,
        }),
        jobOn(job, "d", { source: { ...source, connectionName: "elsewhere" } }),
        jobOn(job, "e", { mappings: [{ columnName: "__time", expression: "CURRENT_TIMESTAMP", newer: 1 }] }),
    ];
    await withApi({ connections: [connection], jobs }, async (configured, requests) => {
        const found = await findObjects(configured, everything, silent);
        expect(titles(found)).toEqual(["KafkaConnection topic-0", "StreamingJob c"]);
        const lost = "which this version does not know and a hot-swap would lose";
        expect(reasonsIn(found)).toEqual({
            'StreamingJob "a"': `its specification has newMember and 1 more, ${lost}`,
            'StreamingJob "b"': `its specification has source.formatSettings.valueFormat.newer, ${lost}`,
            'StreamingJob "d"': 'it reads the connection "elsewhere", which is not one of this project',
            'StreamingJob "e"': `its specification has mappings[0].newer, ${lost}`,
            tables: "the API key lacks the permission ViewTables",
        });
        expect(requests.filter(({ url = "" }) => url.includes("paginationOffset"))).toHaveLength(3);
    });
});

test("an unknown format, an unknown login and an unknown granularity are left out with the resource's own words", async () => {
    const { connection, job } = await shownPair();
    const source = (job.spec as { source: Json }).source;
    const unknown = { ...connection, name: "stream", type: "nats" };
    const connections = [connection, unknown, { ...connection, name: "other", secrets: { type: "oauth", token: "x" } }];
    const jobs = [
        jobOn(job, "a", { source: { ...source, formatSettings: { format: "parquet" } } }),
        jobOn(job, "b", { partitionedBy: "century" }),
        jobOn(job, "c", { source: { ...source, connectionName: "other" } }),
    ];
    await withApi({ connections, jobs }, async (configured) => {
        const found = await findObjects(configured, everything, silent);
        expect(titles(found)).toEqual(["KafkaConnection topic-0", "StreamingJob c"]);
        expect(reasonsIn(found)).toMatchObject({
            'connection "stream"': 'there is no resource for connections of type "nats"',
            'KafkaConnection "other"': expect.stringMatching(/secrets\.type: expected one of/) as string,
            'StreamingJob "a"': expect.stringMatching(/source\.formatSettings\.format: expected one of/) as string,
            'StreamingJob "b"': expect.stringMatching(/partitionedBy: expected one of/) as string,
        });
        // Its connection is not part of the program, so that the job names it by a text.
        const style = { protect: true, isSplit: false, secrets: "env", main: "index" } as const;
        const { files } = writeProgram(found.items, style, () => false);
        expect(files[0]?.text).toContain('connectionName: "other",');
    });
});

describe("the command", () => {
    const cli = path.join(repository, "dist/provider/import/cli.js");
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), "polaris-command-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const environment = (more: NodeJS.ProcessEnv) => {
        const own = Object.entries(process.env).filter(([name]) => !/^(POLARIS|PULUMI)_/.test(name));
        return { ...Object.fromEntries(own), ...more };
    };

    const run = (args: string[], more: NodeJS.ProcessEnv = {}) =>
        spawn(process.execPath, [cli, ...args], { cwd: folder, env: environment(more) });

    const api = () => ({
        POLARIS_BASE_URL: emulator.url,
        POLARIS_PROJECT_ID: emulator.projectId,
        POLARIS_API_KEY: emulator.apiKey,
    });

    test("prints its help and version, and refuses other words in one sentence without a stack trace", async () => {
        expect(await run(["--help"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: /) as string });
        expect(await run(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
        const refused = await run(["import", "--onyl", "a"]);
        expect(refused).toMatchObject({ code: 1, stdout: "" });
        expect(refused.stderr).toBe(
            'pulumi-imply-polaris: there is no option --onyl; did you mean "only"?; run `pulumi-imply-polaris --help`. [PolarisCommandInvalid]\n',
        );
        expect(await run(["diff", "--nothing"])).toMatchObject({ code: 2 });
    });

    test("a dry run in an empty folder prints the program and writes nothing", async () => {
        await pairs(1);
        const { code, stdout, stderr } = await run(["import", "--dry-run"], api());
        expect([code, stderr]).toEqual([0, ""]);
        expect(stdout).toContain("To import: 1 KafkaConnection, 1 StreamingJob (4 requests, reads only)\n");
        expect(stdout).toContain('\n--- index.ts\nimport * as polaris from "pulumi-imply-polaris";\n');
        expect(stdout).toMatch(/2 resources would be imported\. Nothing was written\.\n$/);
        expect(stdout).not.toContain("first-password");
        expect(readdirSync(folder)).toEqual([]);
        expect((await newRequests(emulator)).filter(({ method }) => method !== "GET")).toEqual([]);
    });

    test.each([
        ["no configuration", {}, "PolarisNotConfigured"],
        ["a wrong key", { POLARIS_API_KEY: "pok_wrong" }, "PolarisUnauthorized"],
        ["another project", { POLARIS_PROJECT_ID: "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10" }, "PolarisProjectNotFound"],
    ])("with %s, it ends with one sentence and writes nothing", async (_, more, errorCode) => {
        const { code, stdout, stderr } = await run(
            ["import"],
            Object.keys(more).length > 0 ? { ...api(), ...more } : {},
        );
        expect([code, stdout]).toEqual([1, ""]);
        expect(stderr.split("\n")[0]).toMatch(new RegExp(`^pulumi-imply-polaris: .* \\[${errorCode}\\]$`));
        expect(stderr).not.toMatch(/^ +at /m);
        expect(readdirSync(folder)).toEqual([]);
    });

    test("a project of another language and a folder without a program are refused", async () => {
        expect((await run(["import", "--into-program"], api())).stderr).toMatch(
            /there is no program in .*\[PolarisCommandInvalid\]\n$/,
        );
        writeFileSync(path.join(folder, "Pulumi.yaml"), "name: a\nruntime:\n  name: python\n");
        expect((await run(["import"], api())).stderr).toMatch(/is not one of Node\.js.*\[PolarisCommandInvalid\]\n$/);
    });
});

test("what is not imported is named with its reason", async () => {
    await post("/connections", kafka("orders"));
    await post("/jobs", streaming("orders", "orders"));
    await post("/jobs", streaming("orders", "orders", { replaceRunning: true }));
    const { id } = await post("/jobs", streaming("ended", "orders"));
    await post(`/jobs/${String(id)}/status`, { desiredExecutionStatus: "canceled" });
    await post("/jobs", { type: "drop_table", target: { type: "table", tableName: "ended" } });
    const csv = { format: "csv", columns: ["at", "other"] };
    const source = (more: object) => ({ ...streaming("x", "orders").source, ...more });
    await post("/jobs", streaming("fine", "orders", { source: source({ formatSettings: csv }) }));
    await post("/jobs", streaming("refused", "orders", { filterExpression: '"missing" = 1' }));

    const found = await find();
    expect(titles(found)).toEqual(["KafkaConnection orders", "StreamingJob fine", "StreamingJob orders"]);
    expect(reasonsIn(found)).toEqual({
        '1 streaming job of the table "orders"': "its jobs have ended, and another job feeds the table now",
        '1 streaming job of the table "ended"': "its jobs have ended",
        '1 drop_table job of the table "ended"': 'there is no resource for jobs of type "drop_table"',
        'StreamingJob "refused"': expect.stringMatching(
            /^its arguments are not valid here: filterExpression: /,
        ) as string,
        'table "orders"': "tables are imported with --tables",
        'table "fine"': "tables are imported with --tables",
        'table "refused"': "tables are imported with --tables",
    });

    const only = await find({ only: ["or*"], tables: true });
    expect(titles(only)).toEqual(["KafkaConnection orders", "Table orders", "StreamingJob orders"]);
    expect(reasonsIn(only)['StreamingJob "fine"']).toBe("--only or --exclude leaves it out");
});

test("tables are declared without what a new table has by itself", async () => {
    const schema = [{ type: "measure", name: "n", dataType: "long" }];
    const bodies = [
        { name: "plain", type: "detail", schemaMode: "flexible", partitioningGranularity: "day" },
        { name: "rollup", type: "aggregate", schemaMode: "strict", schema, timeResolution: "millisecond" },
        {
            name: "hourly",
            type: "aggregate",
            schemaMode: "flexible",
            partitioningGranularity: "hour",
            timeResolution: "hour",
        },
    ];
    for (const body of bodies) await post("/tables", body);
    const { items } = await find({ tables: true });
    expect(Object.fromEntries(items.map(({ id, args }) => [id, args]))).toEqual({
        plain: { name: "plain", type: "detail" },
        rollup: { name: "rollup", type: "aggregate", schemaMode: "strict", schema },
        hourly: { name: "hourly", type: "aggregate", partitioningGranularity: "hour", timeResolution: "hour" },
    });
});

test("what --only and --exclude leave out is known by its kind and id, so that it can be found in a stack", async () => {
    await pairs(2);
    const { leftOut } = await find({ only: ["*-1"] });
    expect(leftOut.flatMap(({ object }) => (object ? [object.join(" ")] : []))).toEqual([
        "KafkaConnection topic-0",
        "StreamingJob table-0",
        "Table table-0",
        "Table table-1",
    ]);
});
