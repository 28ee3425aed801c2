import { randomUUID } from "node:crypto";
import { badRequest } from "../errors";
import { allFormats, streamingProblem } from "../schemas/formats";
import type { CreateJob, Mapping, StreamingSpec } from "../schemas/jobs";
import { tableBody } from "../schemas/tables";
import { validate } from "../schemas/validate";
import type { Rules } from "../rules";
import type { User } from "../users";
import { isSuspended, type Job } from "./job";
import { newTable } from "./new-table";
import type { Project } from "./project";
import type { Table } from "./table";

const AGGREGATION =
    /\b(APPROX_\w+|ANY_VALUE|ARRAY_AGG|AVG|COUNT|DS_\w+|EARLIEST\w*|LATEST\w*|LISTAGG|MAX|MIN|STDDEV\w*|STRING_AGG|SUM|TIMESERIES|VAR\w*_(POP|SAMP)|VARIANCE)\s*\(/i;

/** If a mapping does not say it, the column decides, or without a column the expression. */
export function isAggregation({ columnName, expression, isAggregation }: Mapping, table?: Table): boolean {
    const column = table?.body.schema.find(({ name }) => name === columnName);
    const isMeasure = column !== undefined && "type" in column && column.type === "measure";
    const aggregates = table?.body.type !== "detail" && AGGREGATION.test(expression);
    return isAggregation ?? (column === undefined ? aggregates : isMeasure);
}

const STREAM_CONNECTIONS = new Set(["kafka", "confluent", "kinesis", "push_streaming"]);

function verifyConnection(project: Project, name: string, target: string, types: Set<string>): void {
    const connection = project.connections.get(name);
    if (connection === undefined) {
        throw badRequest("ConnectionNotFound", `Connection '${name}' does not exist.`, target);
    }
    if (!types.has(connection.type)) {
        const message = `Connection '${name}' of type '${connection.type}' cannot be used here.`;
        throw badRequest("WrongConnectionType", message, target);
    }
    if (project.rules.jobCreateDials && connection.testError !== null) {
        throw badRequest("ConnectionTestFailed", connection.testError, target);
    }
}

function verifyMappings(mappings: Mapping[]): void {
    const names = mappings.map(({ columnName }) => columnName);
    if (!names.includes("__time")) {
        throw badRequest("MissingTimeMapping", "mappings: a mapping for __time is required.", "mappings");
    }
    const duplicate = names.findIndex((name, index) => names.indexOf(name) !== index);
    if (duplicate >= 0) {
        const target = `mappings[${duplicate}].columnName`;
        throw badRequest("DuplicateMapping", `${target}: column '${names[duplicate] ?? ""}' is mapped twice.`, target);
    }
}

/** The formats that each type of connection cannot deliver: metadata of another service, and schemas for push. */
const REFUSED_FORMATS: Record<string, readonly string[]> = {
    kafka: ["kinesis"],
    confluent: ["kinesis"],
    kinesis: ["kafka"],
    push_streaming: ["kafka", "kinesis", "avro_stream", "protobuf"],
};

function verifyFormats(project: Project, { connectionName, formatSettings }: StreamingSpec["source"]): void {
    const type = project.connections.get(connectionName)?.type ?? "";
    for (const { settings, path } of allFormats(formatSettings ?? {}, "source.formatSettings")) {
        if (REFUSED_FORMATS[type]?.includes(String(settings.format))) {
            const message = `${path}.format: '${String(settings.format)}' is not supported for connections of type '${type}'.`;
            throw badRequest("FormatNotSupported", message, `${path}.format`);
        }
    }
}

const registriesOf = (formatSettings: Record<string, unknown> | null | undefined) =>
    [...allFormats(formatSettings ?? {}, "source.formatSettings")].flatMap(({ settings, path }) => {
        const provider = settings.parseSchemaProvider as { connectionName?: string } | undefined;
        return provider?.connectionName === undefined ? [] : [{ name: provider.connectionName, path }];
    });

function verifyStreaming(project: Project, spec: StreamingSpec): void {
    const { source, mappings, enableUpserts, upsertKeyColumns } = spec;
    verifyConnection(project, source.connectionName, "source.connectionName", STREAM_CONNECTIONS);
    verifyFormats(project, source);
    for (const { name, path } of registriesOf(source.formatSettings)) {
        const target = `${path}.parseSchemaProvider.connectionName`;
        verifyConnection(project, name, target, new Set(["confluent_schema_registry"]));
    }
    const problem = source.formatSettings ? streamingProblem(source.formatSettings) : undefined;
    if (problem !== undefined) {
        throw badRequest("InvalidFormat", `${problem.path}: ${problem.message}`, problem.path);
    }
    verifyMappings(mappings);
    if (enableUpserts === true && (upsertKeyColumns ?? []).length === 0) {
        const message = "upsertKeyColumns: is required with enableUpserts.";
        throw badRequest("MissingUpsertKey", message, "upsertKeyColumns");
    }
}

const mappingsOf = (body: CreateJob) => ("mappings" in body ? body.mappings : []);

/** A measure of an aggregate table takes an aggregation. */
function verifyMeasures(table: Table, body: CreateJob): void {
    const plain = mappingsOf(body).findIndex(
        ({ columnName, expression, isAggregation: isMarked }) =>
            table.body.schema.some(
                (column) => "type" in column && column.type === "measure" && column.name === columnName,
            ) &&
            (isMarked === false || !AGGREGATION.test(expression)),
    );
    if (plain >= 0) {
        const target = `mappings[${plain}].expression`;
        throw badRequest("AggregationRequired", `${target}: a measure needs an aggregation function.`, target);
    }
}

/** The table of the job, which may be one to create; nothing is changed. */
function findTable(project: Project, body: CreateJob, tableName: string, by: Author): Table {
    const present = project.tables.get(tableName);
    if (present === undefined && "createTableIfNotExists" in body && body.createTableIfNotExists) {
        const type = mappingsOf(body).some((mapping) => isAggregation(mapping)) ? "aggregate" : "detail";
        return newTable(validate(tableBody, { type, name: tableName }), by);
    }
    if (present === undefined) {
        throw badRequest("TableNotFound", `Table '${tableName}' does not exist.`, "target.tableName");
    }
    if (present.availability === "deleting") {
        throw badRequest("TableDeleting", `Table '${tableName}' is being deleted.`, "target.tableName");
    }
    return present;
}

const undeclared = (table: Table, body: CreateJob) => {
    const declared = new Set(["__time", ...table.body.schema.map(({ name }) => name)]);
    return mappingsOf(body)
        .map(({ columnName }) => columnName)
        .filter((name) => !declared.has(name));
};

function verifyColumns(table: Table, body: CreateJob): void {
    verifyMeasures(table, body);
    const [column] = undeclared(table, body);
    if (table.body.schemaMode === "flexible") {
        return;
    }
    if (column !== undefined) {
        const message = `mappings: strict table '${table.name}' has no column '${column}'.`;
        throw badRequest("UnknownColumn", message, "mappings");
    }
    if (body.type === "streaming" && body.useSchemaDiscovery) {
        const message = `useSchemaDiscovery: table '${table.name}' is strict.`;
        throw badRequest("SchemaDiscoveryNotAllowed", message, "useSchemaDiscovery");
    }
}

/** The type of a column that copies a field; only Druid's planner knows that of another expression. */
function typeOf(body: CreateJob, column: string): string {
    const fields = body.type === "streaming" ? body.source.inputSchema : [];
    const expression = mappingsOf(body).find(({ columnName }) => columnName === column)?.expression;
    return fields.find(({ name }) => expression === `"${name}"`)?.dataType ?? "string";
}

function addColumns(table: Table, body: CreateJob): void {
    if (table.body.schemaMode === "flexible") {
        const discovered = new Set(table.discovered.map(({ name }) => name));
        const fresh = undeclared(table, body).filter((name) => !discovered.has(name));
        table.discovered.push(...fresh.map((name) => ({ name, dataType: typeOf(body, name) })));
    }
}

/** The request as the job stores it. */
function specOf(body: CreateJob, table: Table, { isAggregationInSpec }: Rules): Record<string, unknown> {
    const spec: Record<string, unknown> = { ...body };
    delete spec.desiredExecutionStatus;
    if ("mappings" in body && isAggregationInSpec === "filled") {
        const fill = (mapping: Mapping) => ({ ...mapping, isAggregation: isAggregation(mapping, table) });
        spec.mappings = body.mappings.map(fill);
    }
    return spec;
}

function targetOf(body: CreateJob): string {
    if (body.type !== "sql") {
        return body.target.tableName;
    }
    const into = /\b(?:INSERT|REPLACE)\s+INTO\s+(?:"([^"]+)"|([^\s("]+))/i.exec(body.query);
    const name = into?.[1] ?? into?.[2];
    if (name === undefined) {
        throw badRequest("InvalidQuery", "query: expected INSERT INTO or REPLACE INTO a table.", "query");
    }
    return name;
}

function verifyDeletion(body: CreateJob): void {
    if (body.type !== "delete_data") {
        return;
    }
    const hasIntervals = (body.target.intervals ?? []).length > 0;
    if (hasIntervals === body.deleteAll) {
        const message = `target.intervals: ${body.deleteAll ? "must not be given with" : "is required without"} deleteAll.`;
        throw badRequest("InvalidIntervals", message, "target.intervals");
    }
}

/** Whether a new job is accepted beside the active one, or replaces it. */
function isAccepted({ suspendedOccupies, dropWithActiveJob }: Rules, body: CreateJob, active: Job): boolean {
    switch (body.type) {
        case "streaming":
            return body.replaceRunning || (!suspendedOccupies && isSuspended(active));
        case "drop_table":
            return dropWithActiveJob === "cancels";
        default:
            return true;
    }
}

/** A table has at most one active streaming job, and cannot be dropped while it has one. */
function verifyFeeding(project: Project, body: CreateJob, tableName: string): void {
    const active = project.feeding.get(tableName);
    if (active === undefined || isAccepted(project.rules, body, active)) {
        return;
    }
    const message = `Table '${tableName}' already has an active streaming job.`;
    throw badRequest("StreamingJobExists", message, "target.tableName", [{ code: "ActiveJob", message: active.id }]);
}

interface Author {
    user: User;
    timestamp: string;
}

function connectionsOf(project: Project, body: CreateJob): string[] {
    if (body.type === "streaming") {
        verifyStreaming(project, body);
        const registries = registriesOf(body.source.formatSettings).map(({ name }) => name);
        return [body.source.connectionName, ...registries];
    }
    if (body.type === "batch" && "connectionName" in body.source) {
        const types = new Set(body.source.type === "connection" ? STREAM_CONNECTIONS : [body.source.type]);
        verifyConnection(project, body.source.connectionName, "source.connectionName", types);
        return [body.source.connectionName];
    }
    return [];
}

/** Verifies everything that a new job needs, and changes nothing. */
export function verifyJob(project: Project, body: CreateJob, by: Author) {
    const tableName = targetOf(body);
    const connectionNames = connectionsOf(project, body);
    verifyDeletion(body);
    verifyFeeding(project, body, tableName);
    const table = findTable(project, body, tableName, by);
    verifyColumns(table, body);
    return { tableName, connectionNames, table };
}

/** Verifies a new job, and creates its table if the job asks for it. */
export function newJob(project: Project, body: CreateJob, by: Author): Job {
    const { tableName, connectionNames, table } = verifyJob(project, body, by);
    project.tables.set(tableName, table);
    addColumns(table, body);
    return {
        id: randomUUID(),
        type: body.type,
        spec: specOf(body, table, project.rules),
        tableName,
        connectionNames,
        topic: null,
        connectionRevision: null,
        startedFrom: null,
        desiredExecutionStatus: "running",
        executionStatus: "pending",
        transitions: [],
        health: { status: "ok" },
        logs: [],
        rowsProcessed: 0,
        countedToMs: null,
        createdBy: by.user,
        createdTimestamp: by.timestamp,
        lastModifiedBy: by.user,
        lastUpdatedTimestamp: by.timestamp,
        startedTimestamp: null,
        completedTimestamp: null,
    };
}
