import { isMembers } from "../credentials";
import type { Answer, Call, Context, Route } from "../context";
import { badRequest, conflict, notFound } from "../errors";
import { copyWithChanges, newConnection, type Connection } from "../model/connection";
import { isSuspended, isTerminal } from "../model/job";
import { createConnection, patchConnection } from "../schemas/connections";
import { validate } from "../schemas/validate";
import { z } from "zod";
import { patchBody } from "./patch-null";

const withoutEmptySsl = ({ ssl, ...rest }: Connection["properties"]) =>
    isMembers(ssl) && Object.keys(ssl).length > 0 ? { ...rest, ssl } : rest;

const representation = ({ project }: Call, connection: Connection) => ({
    type: connection.type,
    name: connection.name,
    ...(project.rules.emptySsl === "omitted" ? withoutEmptySsl(connection.properties) : connection.properties),
    ...(connection.type === "push_streaming"
        ? { endpointUrl: `/v1/projects/${project.id}/events/${connection.name}` }
        : {}),
    submittedByUser: connection.submittedByUser,
    submittedOnTimestamp: connection.submittedOnTimestamp,
    modifiedByUser: connection.modifiedByUser,
    modifiedOnTimestamp: connection.modifiedOnTimestamp,
});

function find({ project, params }: Call): Connection {
    const name = params.name ?? "";
    const connection = project.connections.get(name);
    if (connection === undefined) {
        throw notFound("ConnectionNotFound", `Connection '${name}' does not exist.`, "name");
    }
    return connection;
}

const list = (call: Call): Answer => ({
    body: { values: [...call.project.connections.values()].map((connection) => representation(call, connection)) },
});

const writerOf = ({ salt, vault }: Context["store"], { project: { rules }, user, timestamp }: Call) => ({
    salt,
    vault,
    rules,
    user,
    timestamp: timestamp(),
});

function verifyNameIsFree({ projects }: Context["store"], { project }: Call, name: string): void {
    const scope = project.rules.connectionNameScope === "organization" ? [...projects.values()] : [project];
    if (scope.some(({ connections }) => connections.has(name))) {
        throw conflict("ConnectionExists", `Connection '${name}' already exists.`, "name");
    }
}

const create =
    (store: Context["store"]) =>
    (call: Call): Answer => {
        const body = call.body(createConnection);
        verifyNameIsFree(store, call, body.name);
        const connection = newConnection(body, writerOf(store, call));
        call.project.connections.set(connection.name, connection);
        return { status: 201, location: `/connections/${connection.name}`, body: representation(call, connection) };
    };

const patch =
    (store: Context["store"]) =>
    (call: Call): Answer => {
        const connection = find(call);
        const body = patchBody(call.body(z.looseObject({ type: z.string() })), call.project.rules.patchNull);
        const { type } = body;
        if (type !== connection.type) {
            const message = `type: connection '${connection.name}' is of type '${connection.type}', which cannot be changed.`;
            throw badRequest("TypeCannotChange", message, "type");
        }
        const change = validate(patchConnection[connection.type], body);
        const copy = copyWithChanges(connection, change, writerOf(store, call));
        call.project.connections.set(copy.name, copy);
        return { location: `/connections/${copy.name}`, body: representation(call, copy) };
    };

const remove = (call: Call): Answer => {
    const { name } = find(call);
    const { suspendedConnectionInUse } = call.project.rules;
    for (const job of call.project.jobs.values()) {
        const isUse = !isTerminal(job.executionStatus) && (suspendedConnectionInUse || !isSuspended(job));
        if (isUse && job.connectionNames.includes(name)) {
            const message = `Connection '${name}' is in use by ingestion jobs: '${job.id}' into table '${job.tableName}'.`;
            throw badRequest("ConnectionInUse", message, "name", [{ code: "ActiveJob", message: job.id }]);
        }
    }
    call.project.connections.delete(name);
    return {};
};

const test =
    ({ ingestion }: Context) =>
    async (call: Call): Promise<Answer> => {
        const connection = find(call);
        const message = connection.testError;
        if (message === null) {
            await ingestion.testConnection(call.project, connection);
            return {};
        }
        if (connection.testErrorTimes !== null) {
            connection.testErrorTimes -= 1;
            connection.testError = connection.testErrorTimes > 0 ? message : null;
        }
        throw badRequest("ConnectionTestFailed", message, "name");
    };

const IMPLY_ARN = "arn:aws:iam::123456789012:role/imply-polaris-emulator";

const meta = ({ project: { id, rules } }: Call): Answer => ({
    body: rules.cloud === "aws" ? { externalId: id, implyArn: IMPLY_ARN } : {},
});

export const connectionRoutes = (context: Context): Route[] => [
    ["GET", "/connections", list],
    ["POST", "/connections", create(context.store)],
    ["GET", "/connections/:name", (call) => ({ body: representation(call, find(call)) })],
    ["PATCH", "/connections/:name", patch(context.store)],
    ["DELETE", "/connections/:name", remove],
    ["POST", "/connections/:name/test", test(context)],
    ["GET", "/connectionsMeta", meta],
];
