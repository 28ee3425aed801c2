import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, ProviderProcess, shortenWaits, unknownValue } from "../support/handler";
import type { Resource } from "../support/handler";
import { asStranger, strangerKey } from "../support/handler-faults";
import { connectionBody, jobBody, table } from "../support/pair";
import { callOf, newRequests, writesIn } from "../support/seen";

type Arguments = Record<string, unknown>;

const lines = linesTold();
shortenWaits();

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", strangerKey], transitionMs: 0 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
});
afterAll(() => emulator.close());

/** A run of the program with what an earlier one has left in state. */
const next = async (before?: Resource) => (await ProviderProcess.start(emulator)).resource("Table", before?.state);

async function created(given: Arguments = table): Promise<Resource> {
    const resource = await next();
    expect(await resource.up(given)).toEqual({ step: "create" });
    await newRequests(emulator);
    lines.length = 0;
    return next(resource);
}

const shown = async (name = "sales") => (await emulator.api("GET", `/tables/${encodeURIComponent(name)}`)).json;
const put = async (more: Arguments, name = "sales") => {
    const found = await shown(name);
    const answer = await emulator.api("PUT", `/tables/${name}`, { ...found, ...more }, asStranger);
    expect(answer.status).toBe(200);
};

/** What a preview prints, without the resource's name; it sends nothing. */
async function foreseen(resource: Resource, given: Arguments): Promise<{ step: string; says: string }> {
    lines.length = 0;
    await newRequests(emulator);
    const { step, problems } = await resource.preview(given);
    expect(await newRequests(emulator)).toEqual([]);
    return { step, says: [...problems, ...lines].map((line) => line.replace(/^Table "[^"]*": /, "")).join("\n") };
}

async function feed(name = "sales", more: Arguments = {}): Promise<string> {
    await emulator.api("POST", "/connections", connectionBody, asStranger);
    const mappings = [{ columnName: "__time", expression: 'TIME_PARSE("t")' }];
    const body = { ...jobBody, createTableIfNotExists: false, mappings, target: { type: "table", tableName: name } };
    const { json } = await emulator.api("POST", "/jobs", { ...body, ...more }, asStranger);
    return String(json.id);
}

const [country, amount] = table.schema;
const city = { name: "city", dataType: "string" };

describe("a table", () => {
    it("is created with its schemaMode, and with no member that the program does not give", async () => {
        const resource = await next();
        await resource.up({ name: "sales", type: "detail" });
        const [post] = (await newRequests(emulator)).filter(({ method }) => method === "POST");
        expect(post?.body).toEqual({ name: "sales", type: "detail", schemaMode: "flexible" });
        expect(resource.state?.id).toBe("sales");
        expect(Object.keys(resource.outputs).sort()).toEqual(
            [
                ...["__provider", "baseUrl", "createdByUser", "createdOnTimestamp", "entryId", "modifiedOnTimestamp"],
                ...["name", "projectId", "tableId", "type"],
            ].sort(),
        );
    });

    it("is read, compared and updated to nothing where nothing has changed", async () => {
        const resource = await created();
        const { state } = resource;
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect(resource.state).toEqual(state);
        expect((await resource.preview(table)).step).toBe("same");
        expect(writesIn(await newRequests(emulator))).toEqual([]);
    });

    it("gets columns in place, by one PUT of the whole table with its version", async () => {
        const resource = await created();
        const given = { ...table, schema: [...table.schema, city], description: "All shops" };
        expect(await foreseen(resource, given)).toEqual({
            step: "update",
            says: 'adds the column "city" in place: rows that are there already have no value in it; updates description in place',
        });
        await resource.up(given);
        const requests = await newRequests(emulator);
        expect(requests.map(callOf)).toEqual(["GET /tables/sales", "PUT /tables/sales"]);
        expect(requests[1]?.body).toEqual({
            ...given,
            version: 0,
            partitioningGranularity: "day",
        });
        expect((await resource.preview(given)).step).toBe("same");
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect((await resource.preview(given)).step).toBe("same");
    });

    it("keeps what other users have added, in its place", async () => {
        const given = { ...table, storagePolicy: { cached: { type: "period", period: "P7D" } } };
        const resource = await created(given);
        const retain = { type: "period", period: "P90D" };
        await put({
            schema: [country, city, amount],
            description: "theirs",
            partitioningGranularity: "hour",
            clusteringColumns: ["city"],
            storagePolicy: { ...given.storagePolicy, retain },
        });
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect((await resource.preview(given)).step).toBe("same");
        const shop = { name: "shop", dataType: "long" };
        const cached = { type: "period", period: "P14D" };
        await resource.up({ ...given, schema: [country, shop, amount], storagePolicy: { cached } });
        expect(await shown()).toMatchObject({
            schema: [country, city, shop, amount],
            description: "theirs",
            partitioningGranularity: "hour",
            clusteringColumns: ["city"],
            storagePolicy: { cached, retain },
            version: 2,
        });
    });

    it("keeps what ingestion discovers out of state", async () => {
        const resource = await created({ name: "sales", type: "detail" });
        const mappings = [
            { columnName: "__time", expression: 'TIME_PARSE("t")' },
            { columnName: "country", expression: '"country"' },
        ];
        await feed("sales", { mappings });
        const { state } = resource;
        expect((await shown()).queryableSchema).toContainEqual({ ...country, isDiscovered: true });
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect(resource.state).toEqual(state);
        await resource.up({ name: "sales", type: "detail", description: "edited" });
        expect((await shown()).queryableSchema).toContainEqual({ ...country, isDiscovered: true });
    });

    it("gives what the program removes its default again", async () => {
        const given = {
            ...table,
            description: "All shops",
            partitioningGranularity: "hour",
            clusteringColumns: ["country"],
            storagePolicy: { retain: { type: "period", period: "P30D" }, cached: { type: "period", period: "P7D" } },
        };
        const resource = await created(given);
        const after = { ...table, storagePolicy: { cached: given.storagePolicy.cached } };
        expect((await foreseen(resource, after)).says).toBe(
            "updates partitioningGranularity, clusteringColumns, description in place; storagePolicy.retain is removed: rows are not deleted by their age any more; rows that the retention of before has deleted do not come back by themselves",
        );
        await resource.up(after);
        const found = await shown();
        expect(found).toMatchObject({ partitioningGranularity: "day", storagePolicy: after.storagePolicy });
        expect(found.description ?? null).toBeNull();
        expect(found.clusteringColumns ?? []).toEqual([]);
        expect((await resource.preview(after)).step).toBe("same");
    });

    it("is written again with the new version where another user has written in between", async () => {
        const resource = await created();
        await emulator.control("POST", "faults", {
            method: "PUT",
            path: "/tables/sales$",
            status: 409,
            body: { code: "StaleVersion", message: "stale" },
            times: 2,
        });
        expect(await resource.up({ ...table, description: "edited" })).toEqual({ step: "update" });
        expect((await newRequests(emulator)).map(callOf)).toEqual(
            Array<string[]>(3).fill(["GET /tables/sales", "PUT /tables/sales"]).flat(),
        );
        expect(await shown()).toMatchObject({ description: "edited" });
    });

    it("gives up after five conflicts in a row", async () => {
        const resource = await created();
        const conflict = { method: "PUT", path: "/tables/sales$", status: 409, body: "{}", times: null };
        await emulator.control("POST", "faults", conflict);
        expect(await resource.up({ ...table, description: "edited" })).toMatchObject({ code: "PolarisConflict" });
        expect(writesIn(await newRequests(emulator))).toHaveLength(5);
    });
});

describe("what cannot be changed", () => {
    const removes = 'removes "amount" and the data in this column, which Imply Polaris accepts only while';

    it.each<[string, Arguments, string]>([
        ["a column that is removed", { schema: [country] }, `schema: ${removes}`],
        [
            "a column of another data type",
            { schema: [country, { ...amount, dataType: "long" }] },
            'schema[1].dataType: changes the column "amount" from double, which Imply Polaris accepts only while',
        ],
        [
            "another type",
            { type: "aggregate", schema: [] },
            'type: the table is of type "detail", which cannot be changed',
        ],
        ["week", { partitioningGranularity: "week" }, "partitioningGranularity: expected another time partitioning"],
    ])("is refused in the preview: %s", async (_, change, words) => {
        const resource = await created();
        const { step, says } = await foreseen(resource, { ...table, ...change });
        expect(step).toBe("refused");
        expect(says).toContain(words);
        expect(says).toMatch(/\[PolarisArgumentInvalid\]$/m);
    });

    it("is no reason to refuse anything while it is not known", async () => {
        const resource = await created();
        for (const change of [
            { schema: unknownValue },
            { schema: [country, unknownValue] },
            { schema: [country, { name: unknownValue, dataType: "long" }] },
            { schema: [country, { ...amount, dataType: unknownValue }] },
            { type: unknownValue },
            { name: unknownValue, type: "aggregate", schema: [] },
            { partitioningGranularity: unknownValue },
            { storagePolicy: unknownValue },
            { storagePolicy: { retain: unknownValue } },
            { clusteringColumns: [unknownValue] },
            { onDestroy: unknownValue, deletionProtection: unknownValue },
        ]) {
            const { step, says } = await foreseen(await next(resource), { ...table, ...change });
            expect([change, step, says]).toEqual([change, "update", expect.stringContaining("not known yet")]);
        }
    });

    it("is a replacement that says in words what becomes of the data, where the name changes", async () => {
        const sentences = [
            [undefined, 'then keeps the old table "sales" and its data (onDestroy: "retain")'],
            ["drop", 'then drops the old table "sales", and its data is lost (onDestroy: "drop")'],
            ["softDrop", 'then drops the old table "sales"; its data can be restored for 30 days, and is then lost'],
        ] as const;
        for (const [onDestroy, words] of sentences) {
            await emulator.control("POST", "reset");
            const resource = await created({ ...table, onDestroy });
            const { step, says } = await foreseen(resource, {
                ...table,
                onDestroy,
                name: "sales-2",
                type: "aggregate",
                schema: [],
            });
            expect(step).toBe("replace");
            expect(says).toContain(
                "the name changes: creates a table of the new name (refused if there is one), without data, ",
            );
            expect(says).toContain(words);
        }
    });

    it("is a column while the table has rows, also with allowColumnChanges", async () => {
        const given = { ...table, allowColumnChanges: true };
        const resource = await created(given);
        const id = await feed();
        await emulator.control("POST", "clock", { advanceMs: 1000 });
        const retyped = { ...given, schema: [country, { ...amount, dataType: "long" }] };
        expect((await foreseen(resource, retyped)).says).toBe(
            'changes or removes the column "amount": Imply Polaris accepts it only while the table is empty and no job feeds it, else `pulumi up` is refused',
        );
        expect(await resource.up(retyped)).toEqual({
            step: "update",
            code: "PolarisColumnInUse",
            failure: expect.stringMatching(
                /which changes or removes "amount"; .*\[PolarisColumnInUse\]\n {2}reason: .*column 'amount' cannot be changed/s,
            ) as string,
        });
        expect(resource.outputs.schema).toEqual(table.schema);
        await emulator.api("POST", `/jobs/${id}/status`, { desiredExecutionStatus: "canceled" });
        expect((await resource.preview({ ...given })).step).toBe("same");
    });

    it("is a column of an empty table, with allowColumnChanges", async () => {
        const given = { ...table, allowColumnChanges: true };
        const resource = await created(given);
        await resource.up({ ...given, schema: [{ ...amount, dataType: "long" }] });
        expect((await shown()).schema).toEqual([{ ...amount, dataType: "long" }]);
    });
});

describe("members that a newer API may have", () => {
    it("are kept by an update, and nulls are as good as nothing", async () => {
        const resource = await created();
        const found = await shown();
        const newer = {
            ...found,
            description: null,
            queryGranularity: null,
            storagePolicy: { retain: null, cached: { type: "period", period: "P7D" } },
            sortOrder: "newest",
            schema: [{ ...country, type: null, comment: "two letters" }, amount],
        };
        const body = (status: number) => ({ status, body: newer, contentType: "application/json" });
        await emulator.control("POST", "faults", { method: "GET", path: "/tables/sales$", times: null, ...body(200) });
        await emulator.control("POST", "faults", {
            method: "PUT",
            path: "/tables/sales$",
            status: 503,
            times: null,
            headers: { "retry-after": "121" },
        });
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect((await resource.preview(table)).step).toBe("same");
        await newRequests(emulator);
        await resource.up({ ...table, schemaMode: "flexible" });
        const requests = await newRequests(emulator);
        expect(requests.find(({ method }) => method === "PUT")?.body).toEqual({
            name: "sales",
            type: "detail",
            version: 0,
            schemaMode: "flexible",
            partitioningGranularity: "day",
            storagePolicy: { cached: { type: "period", period: "P7D" } },
            sortOrder: "newest",
            schema: [{ ...country, comment: "two letters" }, amount],
        });
        await emulator.control("DELETE", "faults");
    });
});
