import * as pulumi from "@pulumi/pulumi";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import * as polaris from "../../provider";
import confluentConnection = require("../../provider/handlers/confluent-connection");
import schemaRegistryConnection = require("../../provider/handlers/schema-registry-connection");
import pushStreamingConnection = require("../../provider/handlers/push-streaming-connection");
import s3Connection = require("../../provider/handlers/s3-connection");
import azureConnection = require("../../provider/handlers/azure-connection");
import kinesisConnection = require("../../provider/handlers/kinesis-connection");
import kafkaConnection = require("../../provider/handlers/kafka-connection");
import streamingJob = require("../../provider/handlers/streaming-job");
import tableHandler = require("../../provider/handlers/table");
import { valueAt } from "../../provider/values/json";
import { formatSettings } from "../../provider/streaming-job/format-settings";
import { confluentConnectionInputs } from "../../provider/confluent-connection/schema";
import { schemaRegistryConnectionInputs } from "../../provider/schema-registry-connection/schema";
import { pushStreamingConnectionInputs } from "../../provider/push-streaming-connection/schema";
import { s3ConnectionInputs } from "../../provider/s3-connection/schema";
import { azureConnectionInputs } from "../../provider/azure-connection/schema";
import { kinesisConnectionInputs } from "../../provider/kinesis-connection/schema";
import { kafkaConnectionInputs } from "../../provider/kafka-connection/schema";
import { streamingJobInputs } from "../../provider/streaming-job/schema";
import { tableInputs } from "../../provider/table/schema";
import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import {
    schemaRegistry,
    schemaRegistryCases,
    pushStreaming,
    pushStreamingCases,
    s3,
    s3Cases,
    azure,
    azureCases,
    kinesis,
    kinesisCases,
    confluent,
    confluentCases,
    connection,
    connectionCases,
    field,
    job,
    jobCases,
    minimal,
    providers,
    table,
    tableCases,
    variables,
} from "./docs-properties-cases";
import type { Cases } from "./docs-properties-cases";

type Properties = Record<string, unknown>;
type Handler = typeof kafkaConnection;

const page = readFileSync(path.join(__dirname, "../../docs/properties.md"), "utf8");

/** The rows of the tables under a heading, table by table, without their heads. */
function tablesOf(heading: string): string[][][] {
    const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
    return [...section.matchAll(/(?:^\|.*\n?)+/gm)].map(([table]) => {
        const rows = table.trimEnd().split("\n");
        return rows.slice(2).map((row) => row.split("|").slice(1, -1).map(unquoted));
    });
}

const unquoted = (cell: string) => cell.trim().replace(/^`([^`]*)`$/, "$1");

const [formatRows = [], providerRows = []] = tablesOf("Formats");
const [settingRows = []] = tablesOf("Configuration and options");

/** All arguments of a schema by their paths; lists as `mappings[].columnName`. */
function pathsOf(schema: unknown, at = ""): string[] {
    if (schema instanceof z.ZodOptional) return pathsOf(schema.unwrap(), at);
    if (schema instanceof z.ZodPipe) return pathsOf(schema.in, at);
    if (schema instanceof z.ZodArray) return pathsOf(schema.element, `${at}[]`);
    if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((option) => pathsOf(option, at)))];
    if (!(schema instanceof z.ZodObject)) return [];
    return Object.entries<unknown>(schema.shape).flatMap(([name, member]) => {
        const there = at === "" ? name : `${at}.${name}`;
        return [there, ...pathsOf(member, there)];
    });
}

const stepsOf = (there: string) => there.replaceAll("[]", ".0").split(".");

/** The arguments with another value at a path, or with none if it is undefined. */
function withAt(args: Properties, there: string, value: unknown): Properties {
    const copy = structuredClone(args);
    const steps = stepsOf(there);
    const last = steps.pop() ?? "";
    const holder = valueAt(copy, steps) as Properties;
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else holder[last] = value;
    return copy;
}

let emulator: EmulatorUnderTest;

function configure(handler: Handler, more: Properties = {}): void {
    const settings: Properties = {
        "polaris:baseUrl": emulator.url,
        "polaris:projectId": emulator.projectId,
        "polaris:apiKey": emulator.apiKey,
        ...more,
    };
    const get = (key: string) => settings[key] as string | undefined;
    void handler.configure({ config: { get, require: (key) => get(key) ?? "" } });
}

/** What the check makes of a program's arguments, which have to be right. */
async function checked(handler: Handler, olds: Properties, args: Properties): Promise<Properties> {
    const { inputs, failures } = await handler.check(olds, args);
    expect(failures ?? []).toEqual([]);
    return inputs ?? {};
}

const fails = async (handler: Handler, args: Properties) =>
    ((await handler.check({}, args)).failures ?? []).map(({ reason }) => reason).join("\n");

interface Change {
    changes: boolean;
    replaces: string[];
    outs: Properties;
    isRefused?: boolean;
}

/** Makes an object, then changes its arguments as an `up` would. */
async function apply(handler: Handler, before: Properties, after: Properties): Promise<Change> {
    const inputs = await checked(handler, {}, before);
    const { id, outs = {} } = await handler.create(inputs);
    const { inputs: news = {}, failures = [] } = await handler.check(inputs, after);
    if (failures.length > 0) return { changes: false, replaces: [], outs, isRefused: true };
    const { changes = false, replaces = [] } = await handler.diff(id, outs, news);
    const isUpdate = changes && replaces.length === 0;
    const answer = isUpdate ? await handler.update(id, outs, news) : undefined;
    return { changes, replaces, outs: answer?.outs ?? outs };
}

interface Seen {
    method: string;
    path: string;
    body?: { target?: { tableName?: string }; replaceRunning?: boolean; desiredExecutionStatus?: string };
}

/** What the API was asked to do, in the words of the page. */
function effectOf({ changes, replaces, isRefused = false }: Change, seen: Seen[]): string {
    if (isRefused) return "refused";
    if (replaces.length > 0) return "replaced";
    if (!changes) return "nothing";
    const statuses = seen.flatMap(({ body }) => body?.desiredExecutionStatus ?? []).join(" to ");
    const effects = [
        seen.some(({ method }) => method === "PATCH" || method === "PUT") && "updated in place",
        seen.some(({ body }) => body?.replaceRunning === true) && "hot-swapped",
        /^(suspended|running)$/.test(statuses) && "suspended or resumed",
        statuses === "suspended to running" && "restarted",
        seen.some(({ path: at }) => at.endsWith("/reset")) && "offsets reset",
    ];
    return effects.filter(Boolean).join(", ") || "recorded in state";
}

/** Applies every case at once, each to an object of its own, and tells what came of it by the argument's path. */
async function applyAll(
    handler: Handler,
    cases: Cases,
    fixed: readonly string[],
    prefix: string,
    named: (name: string) => Properties,
) {
    const changes = await Promise.all(
        Object.entries(cases).map(async ([there, [base, value, besides]], index) => {
            const before = { ...base, ...named(`${prefix}-${index}`) };
            const after = { ...withAt(before, there, value), ...besides };
            const isChange = !fixed.includes(there);
            return [there, isChange ? await apply(handler, before, after) : undefined, `${prefix}-${index}`] as const;
        }),
    );
    const { requests } = await emulator.control<{ requests: Seen[] }>("GET", "requests");
    return new Map(
        changes.flatMap(([there, change, name]) => {
            if (!change) return [];
            const about = [`/connections/${name}`, `/tables/${name}`, `/jobs/${String(change.outs.jobId)}`];
            const ours = requests.filter(
                ({ path: at, body }) =>
                    body?.target?.tableName === name || about.some((text) => `${at}/`.includes(`${text}/`)),
            );
            return [[there, effectOf(change, ours)] as const];
        }),
    );
}

beforeAll(async () => {
    jest.spyOn(console, "log").mockImplementation(() => undefined);
    for (const name of Object.keys(process.env)) {
        if (name.startsWith("POLARIS_")) Reflect.deleteProperty(process.env, name);
    }
    Object.assign(process.env, variables);
    emulator = await startTestEmulator({ transitionMs: 0 });
    for (const name of ["orders", "returns"]) await emulator.api("POST", "/connections", kafka(name));
    for (const { handler } of resources) configure(handler);
});
afterAll(async () => {
    for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
    await emulator.close();
});

const nameOf = (name: string): Properties => ({ name });

/** One entry a resource: what `named` gives makes an object one of its own. */
const resources = [
    {
        noun: "ConfluentConnection",
        schema: confluentConnectionInputs,
        handler: confluentConnection,
        cases: confluentCases,
        example: confluent(),
        named: nameOf,
    },
    {
        noun: "KafkaConnection",
        schema: kafkaConnectionInputs,
        handler: kafkaConnection,
        cases: connectionCases,
        example: connection(),
        named: nameOf,
    },
    {
        noun: "SchemaRegistryConnection",
        schema: schemaRegistryConnectionInputs,
        handler: schemaRegistryConnection,
        cases: schemaRegistryCases,
        example: schemaRegistry(),
        named: nameOf,
    },
    {
        noun: "PushStreamingConnection",
        schema: pushStreamingConnectionInputs,
        handler: pushStreamingConnection,
        cases: pushStreamingCases,
        example: pushStreaming(),
        named: nameOf,
    },
    {
        noun: "S3Connection",
        schema: s3ConnectionInputs,
        handler: s3Connection,
        cases: s3Cases,
        example: s3(),
        named: nameOf,
    },
    {
        noun: "AzureConnection",
        schema: azureConnectionInputs,
        handler: azureConnection,
        cases: azureCases,
        example: azure(),
        named: nameOf,
    },
    {
        noun: "KinesisConnection",
        schema: kinesisConnectionInputs,
        handler: kinesisConnection,
        cases: kinesisCases,
        example: kinesis(),
        named: nameOf,
    },
    {
        noun: "StreamingJob",
        schema: streamingJobInputs,
        handler: streamingJob,
        cases: jobCases,
        example: job(),
        named: (tableName: string): Properties => ({ target: { tableName } }),
    },
    {
        noun: "Table",
        schema: tableInputs,
        handler: tableHandler,
        cases: tableCases,
        example: table(),
        named: (name: string): Properties => ({ name }),
    },
] as const;

it("every handler's resource has its tables", () => {
    const handlers = readdirSync(path.join(__dirname, "../../provider/handlers"));
    const nouns = handlers.map((file) =>
        path
            .basename(file, ".ts")
            .split("-")
            .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
            .join(""),
    );
    expect(resources.map(({ noun }) => noun).sort()).toEqual(nouns.sort());
});

describe.each(resources)("the table of $noun", ({ noun, schema, handler, cases, example, named }) => {
    const [rows = [], outputRows = []] = tablesOf(noun);
    /** The class fills in a name that is left out. */
    const isFilledIn = (there: string) => noun !== "StreamingJob" && there === "name";

    it("has a row for each argument of the schema, and no other", () => {
        const isFormat = (there: string) => there.startsWith("source.formatSettings.");
        const paths = pathsOf(schema).filter((there) => !isFormat(there));
        expect(rows.map(([there]) => there).sort()).toEqual(paths.sort());
        expect(Object.keys(cases).sort()).toEqual(paths);
    });

    it("says of each argument what a change of it asks the API to do", async () => {
        const fixed = rows.flatMap(([there = "", , , change]) => (change === "one value" ? [there] : []));
        const effects = await applyAll(handler, cases, fixed, noun, named);
        for (const [there = "", , , change = ""] of rows) {
            const [said] = change.split(/[;,]/);
            expect([there, effects.get(there) ?? "one value"]).toEqual([there, said]);
        }
    });

    it("says “one value” where any other is refused, and nowhere else", async () => {
        for (const [there = "", form = "", , change] of rows) {
            const [base, value, besides] = cases[there]!;
            const refusal = await fails(handler, { ...named("a"), ...withAt(base, there, value), ...besides });
            expect([there, refusal]).toEqual([
                there,
                change === "one value" ? `${there}: expected ${form} [PolarisArgumentInvalid]` : "",
            ]);
        }
    });

    it("says of each argument whether it can be left out", async () => {
        for (const [there = "", , standard = ""] of rows) {
            const [base, value] = cases[there]!;
            const isThere = valueAt(base, stepsOf(there)) !== undefined;
            const full = { ...named("a"), ...(isThere ? base : withAt(base, there, value)) };
            const args = withAt(full, there, undefined);
            const isNeeded = /^(required|this or)/.test(standard) || isFilledIn(there);
            expect([there, (await fails(handler, args)) !== ""]).toEqual([there, isNeeded]);
        }
    });

    it("says defaults that mean the same as leaving the argument out", async () => {
        for (const [there = "", , standard = ""] of rows) {
            const literal = /^(".*"|false|\d+|\[\])/.exec(standard.replaceAll("`", ""))?.[0];
            if (literal === undefined) continue;
            const base = { ...cases[there]![0], ...named("orders") };
            const said = withAt(base, there, JSON.parse(literal));
            const facts = { submittedOnTimestamp: "then", jobId: "a-job" };
            const answer = await handler.diff("orders", { ...said, ...facts }, withAt(base, there, undefined));
            expect([there, answer.changes]).toEqual([there, false]);
        }
    });

    it("names the outputs that are no arguments", async () => {
        const mocks = {
            newResource: ({ name, inputs }: { name: string; inputs: unknown }) => ({ id: name, state: inputs }),
        };
        await pulumi.runtime.setMocks({ ...mocks, call: () => ({}) } as pulumi.runtime.Mocks);
        const resource = new polaris[noun]("docs", example as never);
        const outputs = Object.keys(resource).filter((name) => !/^(__|id$|urn$)/.test(name) && !(name in schema.shape));
        expect(outputRows.map(([name]) => name).sort()).toEqual(outputs.sort());
    });
});

it("a trigger that is removed asks the API for nothing", async () => {
    const target = { tableName: "untriggered" };
    const before = job({ target, restartTrigger: "1", resetTrigger: "1" });
    const inputs = await checked(streamingJob, {}, before);
    const { id, outs = {} } = await streamingJob.create(inputs);
    await emulator.control("DELETE", "requests");
    await streamingJob.update(id, outs, await checked(streamingJob, inputs, job({ target })));
    expect(await emulator.control("GET", "requests")).toMatchObject({ requests: [] });
});

it("another value of an environment variable that an argument names is a change", async () => {
    const args = { name: "variable", ...connectionCases["secrets.passwordFrom"]![0] };
    const inputs = await checked(kafkaConnection, {}, args);
    const facts = { submittedOnTimestamp: "then" };
    const again = await checked(kafkaConnection, inputs, args);
    expect(await kafkaConnection.diff("variable", { ...inputs, ...facts }, again)).toMatchObject({ changes: false });
    process.env.DOCS_SECRET = "rotated";
    const rotated = await checked(kafkaConnection, inputs, args);
    process.env.DOCS_SECRET = variables.DOCS_SECRET;
    expect(await kafkaConnection.diff("variable", { ...inputs, ...facts }, rotated)).toMatchObject({
        changes: true,
        replaces: [],
    });
});

describe.each([
    ["formats", formatRows, formatSettings, minimal, "format"],
    ["schema providers", providerRows, formatSettings.options[3].shape.parseSchemaProvider, providers, "type"],
] as const)("the table of %s", (_title, rows, schema, samples, discriminator) => {
    const jobWith = (word: string, members: Properties) => {
        const given = { [discriminator]: word, ...members };
        const settings = discriminator === "format" ? given : { format: "protobuf", parseSchemaProvider: given };
        return job({ source: { connectionName: "orders", formatSettings: settings, inputSchema: [field] } });
    };

    it("has a row for each member, and no other", () => {
        const expected = schema.options.flatMap((option) => {
            const members = Object.entries<z.ZodType>(option.shape);
            const [word] = members.flatMap(([name, member]) =>
                name === discriminator && member instanceof z.ZodLiteral ? [...member.values] : [],
            );
            return members.flatMap(([name]) => (name === discriminator ? [] : [[String(word), name]]));
        });
        expect(rows.map(([word, name]) => [word, name])).toEqual(expected);
    });

    it("says of each member whether it can be left out, and what is meant then", async () => {
        for (const [word = "", name = "", , standard = ""] of rows) {
            const others = withAt(samples[word]!, name, undefined);
            const without = await fails(streamingJob, jobWith(word, others));
            expect([word, name, without !== ""]).toEqual([word, name, standard === "required"]);
            if (!/^(".*"|false)$/.test(standard)) continue;
            const state = { ...jobWith(word, withAt(others, name, JSON.parse(standard))), jobId: "a-job" };
            const { changes } = await streamingJob.diff("orders", state, jobWith(word, others));
            expect([word, name, changes]).toEqual([word, name, false]);
        }
    });
});

test("the table of configuration and options says what a change of each does", async () => {
    const args = { name: "settings", ...connection() };
    const inputs = await checked(kafkaConnection, {}, { ...args, timeouts: { create: "5m" } });
    const state = { ...inputs, submittedOnTimestamp: "then", baseUrl: emulator.url };
    const { url: baseUrl, projectId } = emulator;
    const other = "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10";
    const elsewhere = "https://elsewhere.example.com";
    const named = { projectId, baseUrl, apiKeyConfig: "polaris:apiKey" };
    const variants: [settings: Properties, more: Properties][] = [
        [{ "polaris:projectId": other }, {}],
        [{ "polaris:baseUrl": elsewhere }, {}],
        [{}, { project: { ...named, projectId: other } }],
        [{}, { project: { projectId, baseUrl: elsewhere } }],
        [{}, { project: named }],
        [{ "polaris:apiKey": "pok_rotated" }, {}],
        [{}, { timeouts: { create: "20m", delete: "1h" } }],
    ];
    const effects: string[] = [];
    for (const [settings, more] of variants) {
        configure(kafkaConnection, settings);
        const news = await checked(kafkaConnection, inputs, { ...args, timeouts: { create: "5m" }, ...more });
        const { changes = false, replaces = [] } = await kafkaConnection.diff("settings", state, news);
        effects.push(replaces.length > 0 ? "replaced" : changes ? "recorded in state" : "nothing");
    }
    configure(kafkaConnection);
    expect(settingRows.map(([, change]) => change)).toEqual(effects);
});

test("the guide of adoptions lists all arguments that are compared", () => {
    const guide = readFileSync(path.join(__dirname, "../../docs/guides/adopt-existing-objects.md"), "utf8");
    const codes = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
    const listed = Object.fromEntries(
        [...guide.matchAll(/^\| `(\w+)` +\|(.*)\|$/gm)].map(([, noun = "", cell = ""]) => [noun, codes(cell).sort()]),
    );
    const notCompared: Record<string, readonly string[]> = {
        StreamingJob: ["adopt", "restartTrigger", "restartOnConnectionChange", "resetTrigger", "waitForHealthy"],
        Table: ["name", "adopt", "onDestroy", "deletionProtection", "allowColumnChanges"],
    };
    const compared = ([noun, { shape }]: [string, z.ZodObject]) => {
        const others = notCompared[noun] ?? ["name", "adopt", "testConnection"];
        return [
            noun,
            Object.keys(shape)
                .filter((name) => !others.includes(name))
                .sort(),
        ];
    };
    const schemas: Record<string, z.ZodObject> = {
        KafkaConnection: kafkaConnectionInputs,
        ConfluentConnection: confluentConnectionInputs,
        KinesisConnection: kinesisConnectionInputs,
        PushStreamingConnection: pushStreamingConnectionInputs,
        SchemaRegistryConnection: schemaRegistryConnectionInputs,
        S3Connection: s3ConnectionInputs,
        AzureConnection: azureConnectionInputs,
        StreamingJob: streamingJobInputs,
        Table: tableInputs,
    };
    expect(listed).toEqual(Object.fromEntries(Object.entries(schemas).map(compared)));
});
