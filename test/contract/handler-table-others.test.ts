import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { answer, cut, startFaultProxy, type FaultProxy, type Passing } from "../support/fault-proxy";
import { linesTold, ProviderProcess, shortenWaits } from "../support/handler";
import type { Resource } from "../support/handler";
import { asStranger, strangerKey } from "../support/handler-faults";
import { connection, connectionBody, job, jobBody, table } from "../support/pair";
import { callOf, newRequests, writesIn } from "../support/seen";

/** Tables that other users have made or changed, answers that are lost, and the end of a table. */

type Arguments = Record<string, unknown>;

const lines = linesTold();
shortenWaits();

let emulator: EmulatorUnderTest;
let proxy: FaultProxy;

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", strangerKey], transitionMs: 0 });
    proxy = await startFaultProxy(emulator.url);
});
beforeEach(async () => {
    proxy.react = () => undefined;
    await emulator.control("POST", "reset");
});
afterAll(() => Promise.all([proxy.close(), emulator.close()]));

const next = async (before?: Resource) =>
    (await ProviderProcess.start(emulator, { baseUrl: proxy.url })).resource("Table", before?.state);

async function created(given: Arguments = table): Promise<Resource> {
    const resource = await next();
    expect(await resource.up(given)).toEqual({ step: "create" });
    await newRequests(emulator);
    lines.length = 0;
    return next(resource);
}

const shown = async (name = "sales") => (await emulator.api("GET", `/tables/${name}`)).json;
const theirs = (more: Arguments = {}) => emulator.api("POST", "/tables", { ...table, ...more }, asStranger);
const put = async (more: Arguments) =>
    emulator.api("PUT", "/tables/sales", { ...(await shown()), ...more }, asStranger);
const writes = async () => writesIn(await newRequests(emulator));
const own = async (given: Arguments) => (await next()).up(given);

async function feed(): Promise<string> {
    await emulator.api("POST", "/connections", connectionBody, asStranger);
    const { json } = await emulator.api("POST", "/jobs", { ...jobBody, createTableIfNotExists: false }, asStranger);
    return String(json.id);
}
const cancel = (id: string) => emulator.api("POST", `/jobs/${id}/status`, { desiredExecutionStatus: "canceled" });

/** Not repeated, as the command would have to wait for too long. */
const unavailable = answer(503, "", { "retry-after": "121" });

describe("a table that exists", () => {
    it("is not taken over without adopt; the refusal names who created it", async () => {
        await theirs();
        const { code, failure } = await own(table);
        expect(code).toBe("PolarisTableExists");
        expect(failure).toMatch(
            /^Table "sales": create failed: a table of that name exists already; .*choose another name, or set adopt: true to take it over\. \[PolarisTableExists\]\n {2}it is of type detail, created by api-key-\S+ on 20/,
        );
    });

    it.each<[string, Arguments, Arguments, string, string[]]>([
        [
            "as it is",
            {},
            { adopt: true },
            ": writes it as it is, so that another stack leaves it if one has it",
            ["PUT /tables/sales"],
        ],
        ["unchanged", {}, { adopt: "unchanged" }, ", as it is: if another stack has it", []],
        [
            "and updated where it differs",
            { description: "theirs" },
            { description: "ours", adopt: true },
            ": updates description",
            ["PUT /tables/sales"],
        ],
        [
            "and told which data its retention deletes",
            {},
            { storagePolicy: { retain: { type: "period", period: "P30D" } }, adopt: true },
            ": updates storagePolicy; storagePolicy.retain deletes data: only rows of the last P30D stay; others, by their __time, leave the queries within minutes",
            ["PUT /tables/sales"],
        ],
        [
            "with columns of others",
            { schema: [...table.schema, { name: "city", dataType: "long" }], description: "theirs" },
            { adopt: "unchanged" },
            ", as it is",
            [],
        ],
    ])("is adopted: %s", async (_, there, given, words, expected) => {
        await theirs(there);
        await newRequests(emulator);
        lines.length = 0;
        const args = { ...table, ...given };
        expect((await (await next()).preview(args)).step).toBe("create");
        expect((await newRequests(emulator)).map(callOf)).toEqual(["GET /tables/sales"]);
        const [, sentence = ""] = lines;
        expect(sentence).toMatch(/^Table "sales": adopts the table created by api-key-\S+ on 20\S+/);
        expect(sentence).toContain(words);
        lines.length = 0;
        const resource = await next();
        expect(await resource.up(args)).toEqual({ step: "create" });
        expect(lines).toContain(sentence);
        expect((await writes()).filter((call) => call !== "POST /tables")).toEqual(expected);
        expect((await resource.preview(args)).step).toBe("same");
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect((await resource.preview(args)).step).toBe("same");
    });

    it.each<[string, Arguments, Arguments, string, string]>([
        [
            "unchanged, with another description",
            { description: "theirs" },
            { description: "ours", adopt: "unchanged" },
            "PolarisTableDiffers",
            "differs in description; declare it as it is",
        ],
        [
            "of another type",
            { type: "aggregate", schema: [] },
            { adopt: true },
            "PolarisTableExists",
            "choose another name, as its type cannot be changed",
        ],
        [
            "with a column of another type",
            { schema: [{ name: "amount", dataType: "long" }] },
            { adopt: true },
            "PolarisTableDiffers",
            'differs in the column "amount" (long); declare these columns as they are',
        ],
    ])("is not adopted, which the preview says: %s", async (_, there, given, code, words) => {
        await theirs(there);
        const args = { ...table, ...given };
        await (await next()).preview(args);
        expect(lines.join("\n")).toContain("`pulumi up` will refuse the create: ");
        expect(lines.join("\n")).toContain(words);
        const outcome = await own(args);
        expect(outcome.code).toBe(code);
        expect(outcome.failure).toContain(words);
    });

    it("of a person is adopted as it is, without a write", async () => {
        await theirs();
        const found = { ...(await shown()), createdByUser: { username: "ann@example.com", userId: "an-id" } };
        proxy.react = ({ method, path }) =>
            method === "GET" && path === "/tables/sales"
                ? { misbehave: answer(200, JSON.stringify(found)) }
                : undefined;
        await newRequests(emulator);
        expect(await own({ ...table, adopt: true })).toEqual({ step: "create" });
        expect((await writes()).filter((call) => call !== "POST /tables")).toEqual([]);
    });

    it("is left by the stack from which another one has taken it over, whatever its onDestroy says", async () => {
        const args = { ...table, onDestroy: "drop" };
        const first = await created(args);
        expect(await own({ ...args, adopt: true })).toEqual({ step: "create" });
        lines.length = 0;
        expect(await first.destroy()).toEqual({ step: "delete" });
        expect(lines.join()).toContain("another stack may have it now");
        expect(await shown()).toMatchObject({ name: "sales" });
    });

    it("is not dropped by the old entry of a resource that was renamed with adopt and without aliases", async () => {
        const args = { ...table, onDestroy: "drop" };
        const state = (await created(args)).state;
        const engine = await ProviderProcess.start(emulator);
        const [before, after] = [engine.resource("Table", state), engine.resource("Table")];
        expect(await after.up({ ...args, adopt: true })).toEqual({ step: "create" });
        expect(await before.destroy()).toEqual({ step: "delete" });
        expect(lines.join()).toContain("is left as it is, as another resource of this program has it now");
        // The delete of the next run, where this one had stopped before it.
        const again = await ProviderProcess.start(emulator);
        expect((await again.resource("Table", after.state).preview(args)).step).toBe("same");
        expect(await again.resource("Table", state).destroy()).toEqual({ step: "delete" });
        expect(await shown()).toMatchObject({ name: "sales" });
    });

    it("is awaited by a create while it is being dropped, and no table any more for a refresh", async () => {
        const resource = await created();
        await emulator.control("POST", "outcomes", { tableName: "sales", executionStatus: "pending" });
        const { json } = await emulator.api("POST", "/jobs", {
            type: "drop_table",
            target: { type: "table", tableName: "sales" },
        });
        expect((await shown()).availability).toBe("deleting");
        expect(await resource.refresh()).toEqual({ step: "gone" });
        expect(await own({ ...table, timeouts: { create: "100ms" } })).toMatchObject({
            code: "PolarisTableTimeout",
            failure: expect.stringContaining("the table is still being dropped after 0.1 s") as string,
        });
        const creating = own(table);
        await emulator.control("POST", `jobs/${String(json.id)}`, { executionStatus: "completed" });
        expect(await creating).toEqual({ step: "create" });
        expect((await shown()).availability).toBe("available");
    });

    it("is created with adopt where there is none, which the preview says", async () => {
        lines.length = 0;
        const args = { ...table, adopt: true };
        await (await next()).preview(args);
        expect(lines).toContain('Table "sales": there is no table of that name to adopt: creates it');
        expect(await own(args)).toEqual({ step: "create" });
    });

    it("can be read without a state, with all of its members", async () => {
        await theirs({ description: "theirs", partitioningGranularity: "hour" });
        const resource = await next();
        expect(await resource.get("sales")).toEqual({ step: "read" });
        expect(resource.outputs).toMatchObject({ ...table, description: "theirs", partitioningGranularity: "hour" });
        expect(resource.outputs).not.toHaveProperty("totalRows");
        expect(resource.outputs).not.toHaveProperty("queryableSchema");
        expect(await (await next()).get("absent")).toMatchObject({ code: "PolarisObjectNotFound" });
    });
});

describe("a change of another user", () => {
    const described = { ...table, description: "ours" };

    it("of what is declared shows in a refresh, and is put back", async () => {
        const resource = await created(described);
        await put({ description: "theirs" });
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect(resource.state?.inputs.description).toBe("theirs");
        expect((await resource.preview(described)).step).toBe("update");
        await resource.up(described);
        expect((await shown()).description).toBe("ours");
    });

    it("is not overwritten before a refresh has shown it", async () => {
        const resource = await created(described);
        await put({ description: "theirs" });
        const { code, failure } = await resource.up({ ...table, description: "another" });
        expect(code).toBe("PolarisTableChanged");
        expect(failure).toContain("another user changed description of the table after this resource's last write");
        expect((await shown()).description).toBe("theirs");
        // What is not theirs can be changed.
        await resource.up({ ...described, schemaMode: "flexible" });
        expect(await shown()).toMatchObject({ description: "theirs", schemaMode: "flexible" });
    });

    it("may be what is declared now", async () => {
        const resource = await created(described);
        await put({ description: "another" });
        await newRequests(emulator);
        expect(await resource.up({ ...table, description: "another" })).toEqual({ step: "update" });
        expect(await writes()).toEqual([]);
    });

    it("that declares the same column otherwise is refused", async () => {
        const resource = await created();
        await put({ schema: [...table.schema, { name: "city", dataType: "long" }] });
        const given = { ...table, schema: [...table.schema, { name: "city", dataType: "string" }] };
        const { code, failure } = await resource.up(given);
        expect(code).toBe("PolarisTableChanged");
        expect(failure).toContain('another user has declared "city" otherwise');
    });

    it("that dropped the table takes it out of the state, or is refused where it made another one", async () => {
        const resource = await created();
        await emulator.api(
            "POST",
            "/jobs",
            { type: "drop_table", target: { type: "table", tableName: "sales" } },
            asStranger,
        );
        expect(await resource.up(described)).toMatchObject({ code: "PolarisTableGone" });
        await theirs();
        expect(await resource.up(described)).toMatchObject({ code: "PolarisTableChanged" });
        await emulator.api(
            "POST",
            "/jobs",
            { type: "drop_table", target: { type: "table", tableName: "sales" } },
            asStranger,
        );
        expect(await resource.refresh()).toEqual({ step: "gone" });
    });
});

describe("an answer that is lost", () => {
    const isCreate = ({ method, path }: Passing) => method === "POST" && path === "/tables";

    it.each([true, false])("to the create, is found by a look (carried out: %s)", async (isDone) => {
        let hits = 0;
        proxy.react = (request) => (isCreate(request) && ++hits === 1 ? { after: isDone, misbehave: cut } : undefined);
        const resource = await next();
        expect(await resource.up(table)).toEqual({ step: "create" });
        expect(await writes()).toEqual(isDone ? ["POST /tables"] : ["POST /tables"]);
        expect(hits).toBe(isDone ? 1 : 2);
        expect(resource.outputs).toMatchObject({ tableId: (await shown()).id });
    });

    it.each([true, false])(
        "to the create and all after it, is confirmed by the next up (carried out: %s)",
        async (isDone) => {
            let isPosted = false;
            proxy.react = (request) =>
                (isPosted ||= isCreate(request)) ? { after: isDone, misbehave: unavailable } : undefined;
            const resource = await next();
            const { failure } = await resource.up(table);
            expect(failure).toContain("503");
            expect(resource.outputs).toHaveProperty("unconfirmed");
            proxy.react = () => undefined;
            await newRequests(emulator);
            lines.length = 0;
            const again = await next(resource);
            const given = { ...table, description: "edited" };
            await again.preview(given);
            expect(lines.join("\n")).toContain(
                "the last create was not confirmed: looks for its table, and creates it if there is none",
            );
            expect(await again.up(given)).toEqual({ step: "update" });
            expect(await writes()).toEqual([isDone ? "PUT /tables/sales" : "POST /tables"]);
            expect(again.outputs).not.toHaveProperty("unconfirmed");
            expect(await shown()).toMatchObject({ description: "edited", id: again.outputs.tableId });
        },
    );

    it.each([true, false])("to an update, is made up for by the next one (carried out: %s)", async (isDone) => {
        const resource = await created();
        proxy.react = ({ method }) => (method === "PUT" ? { after: isDone, misbehave: unavailable } : undefined);
        expect((await resource.up({ ...table, description: "first" })).failure).toContain("503");
        expect(resource.outputs).toMatchObject({ unfinished: "update", owed: ["description"] });
        proxy.react = () => undefined;
        const again = await next(resource);
        lines.length = 0;
        await again.preview({ ...table, description: "second" });
        expect(lines.join("\n")).toContain(
            "the last operation failed: brings description to the table where it differs",
        );
        expect(await again.up({ ...table, description: "second" })).toEqual({ step: "update" });
        expect(await shown()).toMatchObject({ description: "second", version: isDone ? 2 : 1 });
        expect(again.outputs).not.toHaveProperty("owed");
        expect((await again.preview({ ...table, description: "second" })).step).toBe("same");
    });

    it("to an update, is repeated and not carried out twice", async () => {
        const resource = await created();
        let hits = 0;
        proxy.react = ({ method }) => (method === "PUT" && ++hits === 1 ? { after: true, misbehave: cut } : undefined);
        expect(await resource.up({ ...table, description: "edited" })).toEqual({ step: "update" });
        expect(await shown()).toMatchObject({ description: "edited", version: 1 });
    });

    it.each([true, false])("to a drop, is found by a look (carried out: %s)", async (isDone) => {
        const resource = await created({ ...table, onDestroy: "drop" });
        let hits = 0;
        proxy.react = ({ method, path }) =>
            method === "POST" && path === "/jobs" && ++hits === 1 ? { after: isDone, misbehave: cut } : undefined;
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(hits).toBe(isDone ? 1 : 2);
        expect((await emulator.api("GET", "/tables/sales")).status).toBe(404);
    });
});

describe("a destroy", () => {
    it("leaves the table and says so, which the preview of the create has said; it sends nothing", async () => {
        lines.length = 0;
        const first = await next();
        await first.preview(table);
        expect(lines).toEqual(['Table "sales": a destroy keeps the table and its data (onDestroy: "retain")']);
        const resource = await created();
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(lines).toEqual(['Table "sales": leaves the table and its data (onDestroy: "retain")']);
        expect(await newRequests(emulator)).toEqual([]);
        expect(await shown()).toMatchObject({ name: "sales" });
    });

    it.each([
        ["drop", false],
        ["softDrop", true],
    ])("drops it with onDestroy: %s, and waits for the job", async (onDestroy, softDelete) => {
        const resource = await created({ ...table, onDestroy });
        expect(await resource.destroy()).toEqual({ step: "delete" });
        const requests = await newRequests(emulator);
        expect(requests.find(({ method }) => method === "POST")?.body).toEqual({
            type: "drop_table",
            target: { type: "table", tableName: "sales" },
            softDelete,
        });
        expect((await emulator.api("GET", "/tables/sales")).status).toBe(404);
        expect(await (await next()).up(table)).toEqual({ step: "create" });
    });

    it("reports why a drop failed, with the end of the job's log, and can be repeated", async () => {
        const resource = await created({ ...table, onDestroy: "drop" });
        const log = { message: "the table is the source of a lookup" };
        await emulator.control("POST", "outcomes", { tableName: "sales", executionStatus: "failed", logs: [log] });
        const { code, failure } = await resource.destroy();
        expect(code).toBe("PolarisTableNotDropped");
        expect(failure).toMatch(/which drops the table, is failed; .*\n {2}the table is the source of a lookup$/s);
        expect(await resource.destroy()).toEqual({ step: "delete" });
    });

    it("waits for the drop as long as customTimeouts say, and continues to wait when it is repeated", async () => {
        const resource = await created({ ...table, onDestroy: "drop", timeouts: { delete: "100ms" } });
        await emulator.control("POST", "outcomes", { tableName: "sales", executionStatus: "pending" });
        const { code, failure } = await resource.destroy();
        expect(code).toBe("PolarisTableTimeout");
        const [, id = ""] =
            /the job (\S+), which drops the table, has not ended after 0\.1 s/.exec(failure ?? "") ?? [];
        const again = resource.destroy();
        await emulator.control("POST", `jobs/${id}`, { executionStatus: "completed" });
        expect(await again).toEqual({ step: "delete" });
        expect((await writes()).filter((call) => call === "POST /jobs")).toHaveLength(1);
    });

    it("reports the reason where Imply Polaris refuses to drop the table", async () => {
        const resource = await created({ ...table, onDestroy: "drop" });
        const body = { code: "InUse", message: "the table is the source of a lookup" };
        await emulator.control("POST", "faults", { method: "POST", path: "/jobs$", status: 400, body });
        expect(await resource.destroy()).toMatchObject({
            code: "PolarisTableNotDropped",
            failure: expect.stringMatching(
                /400 Bad Request to POST \/jobs, which drops the table; .*\n {2}reason: "the table is the source of a lookup"/,
            ) as string,
        });
        expect(await resource.destroy()).toEqual({ step: "delete" });
    });

    it("is refused with the job's name while one feeds the table, and waits for one that ends", async () => {
        const resource = await created({ ...table, onDestroy: "drop" });
        const id = await feed();
        const { code, failure } = await resource.destroy();
        expect(code).toBe("PolarisTableInUse");
        expect(failure).toMatch(
            new RegExp(
                `the streaming job ${id} still feeds the table; end it first.*\\n {2}it is a job created by api-key`,
            ),
        );
        expect(await writes()).not.toContain("DELETE /tables/sales");
        const destroy = resource.destroy();
        await cancel(id);
        expect(await destroy).toEqual({ step: "delete" });
        expect((await emulator.api("GET", "/tables/sales")).status).toBe(404);
    });

    it("is refused while the table is protected, and so is a replacement, in the preview", async () => {
        const given = { ...table, onDestroy: "drop", deletionProtection: true };
        const resource = await created(given);
        expect(await resource.destroy()).toMatchObject({
            code: "PolarisTableProtected",
            failure:
                'Table "sales": delete failed: deletionProtection is true; set it to false and run `pulumi up` first. [PolarisTableProtected]',
        });
        await expect(resource.preview({ ...given, name: "sales-2" })).rejects.toThrow(
            "check failed: deletionProtection is true; set it to false and run `pulumi up` first. [PolarisTableProtected]",
        );
        const project = { projectId: "5d6b8a52-6c0e-4b0b-9b52-5f0b0b8f6d10", baseUrl: emulator.url };
        await expect(resource.preview({ ...given, project })).rejects.toThrow("[PolarisTableProtected]");
        await expect(resource.preview({ ...given, name: "sales-2", deletionProtection: false })).rejects.toThrow(
            "[PolarisTableProtected]",
        );
        expect(await writes()).toEqual([]);
        await resource.up({ ...given, deletionProtection: false });
        expect(await resource.destroy()).toEqual({ step: "delete" });
    });

    it("does what the last up has recorded; recording sends nothing", async () => {
        const resource = await created();
        lines.length = 0;
        const dropping = { ...table, onDestroy: "drop", deletionProtection: true };
        expect((await resource.preview(dropping)).step).toBe("update");
        expect(lines).toEqual([
            'Table "sales": from now on, a destroy drops the table, and its data is lost (onDestroy: "drop"); from now on, a destroy or a replacement is refused',
        ]);
        await newRequests(emulator);
        expect(await resource.up(dropping)).toEqual({ step: "update" });
        expect(await newRequests(emulator)).toEqual([]);
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect(resource.outputs).toMatchObject({ onDestroy: "drop", deletionProtection: true });
        await resource.up({ ...table, onDestroy: "retain" });
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(await shown()).toMatchObject({ name: "sales" });
    });

    it("leaves a table that another user has written since, or that is another one now", async () => {
        const resource = await created({ ...table, onDestroy: "drop" });
        await put({ description: "theirs" });
        const { state } = resource;
        await newRequests(emulator);
        lines.length = 0;
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(lines.join()).toMatch(
            /leaves the table, as api-key-\S+ changed it on 20\S+, after this resource's last write: another stack may have it now/,
        );
        await emulator.api(
            "POST",
            "/jobs",
            { type: "drop_table", target: { type: "table", tableName: "sales" } },
            asStranger,
        );
        await theirs();
        resource.state = state;
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(lines.join()).toMatch(
            /leaves the table of that name, created by api-key-\S+ on 20\S+, as it is not this resource's/,
        );
        expect(await shown()).toMatchObject({ name: "sales" });
    });

    it("is done where the table is gone", async () => {
        const resource = await created({ ...table, onDestroy: "drop", deletionProtection: true });
        await emulator.api(
            "POST",
            "/jobs",
            { type: "drop_table", target: { type: "table", tableName: "sales" } },
            asStranger,
        );
        expect(await resource.destroy()).toEqual({ step: "delete" });
    });
});

describe("a job that names the table of its program by a text", () => {
    it("waits until the table is created", async () => {
        await emulator.api("POST", "/connections", connectionBody);
        const engine = await ProviderProcess.start(emulator);
        const [declared, feeding] = [engine.resource("Table"), engine.resource("StreamingJob")];
        await declared.preview(table);
        const starting = feeding.up({ ...job, createTableIfNotExists: false });
        expect(await declared.up(table)).toEqual({ step: "create" });
        expect(await starting).toEqual({ step: "create" });
    });

    it("waits also where the engine comes to the job first, for its table or its connection", async () => {
        const engine = await ProviderProcess.start(emulator, { baseUrl: proxy.url });
        const missed = new Promise<void>((resolve) => {
            proxy.react = ({ method, path }) => {
                if (method === "GET" && path.startsWith("/connections/")) resolve();
                return undefined;
            };
        });
        const starting = engine.resource("StreamingJob").up({ ...job, createTableIfNotExists: false });
        await missed;
        expect(await engine.resource("KafkaConnection").up(connection)).toEqual({ step: "create" });
        expect(await engine.resource("Table").up(table)).toEqual({ step: "create" });
        expect(await starting).toEqual({ step: "create" });
    });

    it("is refused where there is none after a while", async () => {
        await emulator.api("POST", "/connections", connectionBody);
        const engine = await ProviderProcess.start(emulator);
        await engine.resource("Table").preview(table);
        const { code, failure } = await engine.resource("StreamingJob").up({ ...job, createTableIfNotExists: false });
        expect(code).toBe("PolarisTableNotReady");
        expect(failure).toContain('its table "sales" does not exist yet; take tableName from `table.name`');
    });
});
