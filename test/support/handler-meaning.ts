import type { Arguments } from "./handler-arguments";
import { pemText } from "./pem";

/**
 * What arguments mean, according to the API's documentation alone and not to the provider's schemas; and other spellings of
 * the same meaning. Tests hold the provider against both.
 */

const isObject = (value: unknown): value is Arguments =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** Defaults of the API ("Connections v1", "Jobs v1", "Data formats"); what is left out of lists is an empty list. */
const formatDefaults: Record<string, Arguments> = {
    "nd-json": {},
    csv: { delimiter: ",", listDelimiter: "\u0001" },
    regex: {},
    avro_stream: { binaryAsString: false, extractUnionsByType: false },
    protobuf: {},
    kafka: {
        keyColumnName: "kafka.key",
        headerLabelPrefix: "kafka.header.",
        timestampColumnName: "kafka.timestamp",
    },
    kinesis: { partitionKeyColumnName: "kinesis.partitionKey", timestampColumnName: "kinesis.timestamp" },
};

const jobDefaults: Arguments = {
    createTableIfNotExists: false,
    readFromPoint: "latest",
    lateMessageRejectionPeriod: "P30D",
    earlyMessageRejectionPeriod: "P2000D",
    dimensionExclusions: [],
    useSchemaDiscovery: false,
    clusteringColumns: [],
    maxParseExceptions: 2_147_483_647,
    enableUpserts: false,
    upsertKeyColumns: [],
    upsertVersionColumn: "__time",
    desiredExecutionStatus: "running",
};

/** What a table has that nobody has given anything else. */
const tableDefaults: Arguments = {
    schemaMode: "flexible",
    partitioningGranularity: "day",
    timeResolution: "millisecond",
    clusteringColumns: [],
    description: null,
    queryGranularity: null,
};

/** What is the same as to say nothing: other members of a table that are left out are not the program's. */
const silentOfTable: Arguments = { schema: [], storagePolicy: {}, onDestroy: "retain", deletionProtection: false };

const connectionDefaults: Arguments = { topicNameIsPattern: false, ssl: {} };

const merged = (defaults: Arguments, given: unknown): Arguments => ({
    ...defaults,
    ...Object.fromEntries(Object.entries((given ?? {}) as Arguments).filter(([, value]) => value !== null)),
});

const brokersIn = (given: unknown) =>
    (Array.isArray(given) ? given.join(",") : String(given)).split(",").map((entry) => entry.trim());

const pemParts = (text: unknown) =>
    [...String(text).matchAll(/-----BEGIN ([^-]+)-----([^-]*)-----END/g)].map(([, kind, body = ""]) => [
        kind,
        Buffer.from(body, "base64").toString("hex"),
    ]);

function storeMeaning(given: unknown): unknown {
    if (!isObject(given)) return null;
    const { certificates, key, ...others } = merged({ type: "pem" }, given);
    return { ...others, certificates: pemParts(certificates), key: key === undefined ? null : pemParts(key) };
}

/** Some members left out. */
export const without = (given: Arguments, ...names: string[]): Arguments =>
    Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));

/** What a connection's arguments ask of the API. */
export function connectionMeaning(given: Arguments): unknown {
    const all = merged(connectionDefaults, given);
    const ssl = all.ssl as Arguments;
    return {
        name: all.name,
        description: all.description ?? null,
        brokers: [...new Set(brokersIn(all.bootstrapServers))].sort(),
        topic: [all.topicName, all.topicNameIsPattern],
        clientRack: all.clientRack ?? null,
        secrets: isObject(all.secrets) ? merged({}, all.secrets) : null,
        ssl: [storeMeaning(ssl.truststore), storeMeaning(ssl.keystore)],
    };
}

function formatMeaning(given: unknown): unknown {
    if (!isObject(given)) return null;
    // The server fills it in for files as well as for streams, which have no header rows.
    const explicit = given.skipHeaderRows === 0 ? without(given, "skipHeaderRows") : given;
    const all = merged(formatDefaults[String(given.format)] ?? {}, explicit);
    return { ...all, valueFormat: formatMeaning(all.valueFormat), keyFormat: formatMeaning(all.keyFormat) };
}

/** What a job's arguments ask of the API; whether it runs, and its triggers, included. */
export function jobMeaning(given: Arguments): unknown {
    const { dimensionExclusions, source, target, mappings, ...others } = without(
        merged(jobDefaults, given),
        "adopt",
        "restartOnConnectionChange",
    );
    const { formatSettings, ...from } = merged({ type: "connection", inputSchema: [] }, source);
    return {
        ...others,
        dimensionExclusions: [...new Set(dimensionExclusions as string[])].sort(),
        target: merged({ type: "table" }, target),
        source: { ...from, formatSettings: formatMeaning(formatSettings) },
        mappings: (mappings as Arguments[]).map((mapping) => merged({}, mapping)),
    };
}

/** What a table's arguments ask of the API, and of a destroy. */
export function tableMeaning(given: Arguments): Arguments {
    const { queryGranularity, storagePolicy, ...others } = without(
        merged(silentOfTable, given),
        "adopt",
        "allowColumnChanges",
    );
    const rollup = isObject(queryGranularity) ? queryGranularity : undefined;
    return {
        ...others,
        storagePolicy: merged({}, storagePolicy),
        ...(rollup && { queryGranularity: merged(rollup.type === "period" ? { timeZone: "UTC" } : {}, rollup) }),
    };
}

/** What the API has of a table that this program alone has written. */
export function heldTable(given: Arguments): Arguments {
    const { type } = given;
    const defaults = type === "detail" ? without(tableDefaults, "timeResolution", "queryGranularity") : tableDefaults;
    return { ...defaults, ...without(tableMeaning(given), "onDestroy", "deletionProtection") };
}

/** Numbers from 0 to 1 that a seed decides. */
function dice(seed: number): () => number {
    let state = seed;
    return () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        return (state >>> 8) / 2 ** 24;
    };
}

type Dice = () => number;

const shuffled = (list: string[], roll: Dice) =>
    list
        .map((entry) => [roll(), entry] as const)
        .sort(([a], [b]) => a - b)
        .map(([, entry]) => entry);

/** Each default given, left out, or `null`; and what is given already as it is, left out where it is the default. */
function withDefaults(given: Arguments, defaults: Arguments, roll: Dice): Arguments {
    const spelt = { ...given };
    for (const [name, value] of Object.entries(defaults)) {
        const isDefault = given[name] === undefined || JSON.stringify(given[name]) === JSON.stringify(value);
        if (!isDefault) continue;
        const choice = roll();
        if (choice < 0.4) spelt[name] = value;
        else if (choice < 0.6) spelt[name] = null;
        else Reflect.deleteProperty(spelt, name);
    }
    return spelt;
}

const rewrapped = (text: unknown, roll: Dice) =>
    pemParts(text)
        .map(([kind = "", body = ""]) =>
            pemText(kind, Buffer.from(body, "hex"), 1 + Math.floor(roll() * 100), roll() < 0.5 ? "\n" : "\r\n"),
        )
        .join(roll() < 0.5 ? "\n" : "a comment\n");

function respeltStore(given: unknown, roll: Dice): unknown {
    if (!isObject(given)) return given;
    const spelt = withDefaults(given, { type: "pem" }, roll);
    for (const member of ["certificates", "key"]) {
        if (spelt[member] !== undefined) spelt[member] = rewrapped(spelt[member], roll);
    }
    return spelt;
}

/** The same connection in other words. */
export function respeltConnection(given: Arguments, seed: number): Arguments {
    const roll = dice(seed);
    const spelt = withDefaults(given, connectionDefaults, roll);
    const list = shuffled(brokersIn(given.bootstrapServers), roll);
    spelt.bootstrapServers = roll() < 0.5 ? list : list.join(roll() < 0.5 ? "," : " , ");
    if (isObject(given.ssl) && Object.keys(given.ssl).length > 0) {
        const { truststore, keystore } = given.ssl;
        spelt.ssl = {
            ...(truststore !== undefined && { truststore: respeltStore(truststore, roll) }),
            ...(keystore !== undefined && { keystore: respeltStore(keystore, roll) }),
        };
    }
    return spelt;
}

/** The same table in other words. */
export function respeltTable(given: Arguments, seed: number): Arguments {
    const roll = dice(seed);
    const spelt = withDefaults(given, silentOfTable, roll);
    const { queryGranularity } = spelt;
    if (!isObject(queryGranularity) || queryGranularity.type !== "period") return spelt;
    return { ...spelt, queryGranularity: withDefaults(queryGranularity, { timeZone: "UTC" }, roll) };
}

function respeltFormat(given: unknown, roll: Dice): unknown {
    if (!isObject(given)) return given;
    const spelt = withDefaults(given, formatDefaults[String(given.format)] ?? {}, roll);
    for (const member of ["valueFormat", "keyFormat"]) {
        if (spelt[member] !== undefined) spelt[member] = respeltFormat(spelt[member], roll);
    }
    return spelt;
}

/** The same job in other words. */
export function respeltJob(given: Arguments, seed: number): Arguments {
    const roll = dice(seed);
    const { upsertVersionColumn, ...defaults } = jobDefaults;
    const effective = given.enableUpserts === true ? { ...defaults, upsertVersionColumn } : defaults;
    const spelt = withDefaults(given, effective, roll);
    const exclusions = given.dimensionExclusions as string[] | undefined;
    if (exclusions?.length) spelt.dimensionExclusions = shuffled([...exclusions, ...exclusions.slice(0, 1)], roll);
    const source = withDefaults(given.source as Arguments, { type: "connection", inputSchema: [] }, roll);
    return {
        ...spelt,
        target: withDefaults(given.target as Arguments, { type: "table" }, roll),
        source: { ...source, formatSettings: respeltFormat(source.formatSettings, roll) },
        // What the table's schema decides has no default: only `null` is another word for nothing.
        mappings: (given.mappings as Arguments[]).map((mapping) =>
            withDefaults(mapping, { isAggregation: null }, roll),
        ),
    };
}

/** The same job as the API may show it: what the table's schema decides is filled in where the program is silent. */
export function filledJob(given: Arguments, seed: number): Arguments {
    const roll = dice(seed);
    const mappings = (given.mappings as Arguments[]).map((mapping) => ({
        isAggregation: [true, false, null][Math.floor(roll() * 3)],
        ...mapping,
    }));
    return respeltJob({ ...given, mappings }, seed);
}

/** A job without what the server may have filled in, as another program is silent about it. */
export function withoutFilled(given: Arguments, declared: Arguments): Arguments {
    const spelt = declared.mappings as Arguments[];
    const mappings = (given.mappings as Arguments[]).map((mapping, at) =>
        spelt[at] && !("isAggregation" in spelt[at]) ? without(mapping, "isAggregation") : mapping,
    );
    return { ...given, mappings };
}
