import { z } from "zod";
import { isMembers } from "../credentials";
import type { Answer, Call, Context, Route } from "../context";
import { badRequest, conflict, notFound } from "../errors";
import { newTable, verifyColumnChange, verifyPartitioning, verifyTable } from "../model/new-table";
import { READ_ONLY, tableResponse, tableSummary, type Table } from "../model/table";
import { tableBody, tablePartitioning } from "../schemas/tables";
import { validate } from "../schemas/validate";

function find(call: Call): Table {
    const name = call.params.tableName ?? "";
    const table = call.project.tables.get(name);
    if (table === undefined) {
        throw notFound("TableNotFound", `Table '${name}' does not exist.`, "tableName");
    }
    return table;
}

function readBody(call: Call) {
    const content = call.body(z.unknown());
    const members = isMembers(content)
        ? {
              schemaMode: call.project.rules.schemaModeDefault,
              ...Object.fromEntries(Object.entries(content).filter(([member]) => !READ_ONLY.includes(member))),
          }
        : content;
    const body = validate(tableBody, members);
    verifyTable(body);
    return body;
}

const locationOf = ({ name }: Table) => `/tables/${encodeURIComponent(name)}`;

const listQuery = z.strictObject({
    partitioningGranularity: tablePartitioning.optional(),
    segmentCount: z.coerce.number().int().min(0).optional(),
});

const list = (call: Call): Answer => {
    const filter = validate(listQuery, Object.fromEntries(call.query));
    const values = [...call.project.tables.values()]
        .map(tableSummary)
        .filter(
            (table) =>
                (filter.partitioningGranularity ?? table.partitioningGranularity) === table.partitioningGranularity &&
                (filter.segmentCount ?? table.segmentCount) === table.segmentCount,
        );
    return { body: { values } };
};

const create = (call: Call): Answer => {
    const body = readBody(call);
    if (call.project.tables.has(body.name)) {
        throw conflict("TableExists", `Table '${body.name}' already exists.`, "name");
    }
    verifyPartitioning(body);
    const table = newTable(body, { user: call.user, timestamp: call.timestamp() });
    call.project.tables.set(table.name, table);
    return { status: 201, location: locationOf(table), body: tableResponse(table) };
};

const put = (call: Call): Answer => {
    const table = find(call);
    const body = readBody(call);
    for (const member of ["name", "type"] as const) {
        if (body[member] !== table.body[member]) {
            throw badRequest("Immutable", `${member}: cannot be changed.`, member);
        }
    }
    if (body.version !== table.version) {
        const message = `version: the current version of table '${table.name}' is ${table.version}.`;
        throw conflict("StaleVersion", message, "version");
    }
    verifyPartitioning(body, table.body);
    verifyColumnChange(table, body, call.project.feeding.has(table.name));
    const columns = new Set(body.schema.map(({ name }) => name));
    Object.assign(table, {
        body,
        version: table.version + 1,
        discovered: table.discovered.filter(({ name }) => !columns.has(name)),
        modifiedByUser: call.user,
        modifiedOnTimestamp: call.timestamp(),
    });
    return { body: tableResponse(table) };
};

const segmentsQuery = z.strictObject({
    interval: z.string().optional(),
    limit: z.coerce.number().int().min(1).optional(),
    lastSegmentId: z.string().optional(),
    sortOrder: z.enum(["ASC", "DESC"]).optional(),
});

/** The emulator stores no data, so there are no segments. */
const unusedSegments = (call: Call): Answer => {
    find(call);
    validate(segmentsQuery, Object.fromEntries(call.query));
    return { body: { values: [] } };
};

/** The routes whose answers or rules depend on the number of rows. */
const withRows =
    ({ ingestion }: Context, handle: (call: Call) => Answer) =>
    async (call: Call): Promise<Answer> => {
        const { project, nowMs, params } = call;
        const tables = [...project.tables.values()];
        const wanted = tables.filter(({ name }) => name === (params.tableName ?? name));
        await Promise.all(wanted.map(async (table) => ingestion.countRows(project, table, nowMs)));
        return handle(call);
    };

export const tableRoutes = (context: Context): Route[] => [
    ["GET", "/tables", withRows(context, list)],
    ["POST", "/tables", create],
    ["GET", "/tables/:tableName", withRows(context, (call) => ({ body: tableResponse(find(call)) }))],
    ["PUT", "/tables/:tableName", withRows(context, put)],
    ["GET", "/tables/:tableName/unusedSegments", unusedSegments],
];
