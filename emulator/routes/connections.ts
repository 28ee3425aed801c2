import type { Answer, Call, Route } from "../context";
import { badRequest, conflict, notFound } from "../errors";
import { makeConnection, patchedConnection, type Connection } from "../model/connection";
import { isTerminal } from "../model/job";
import { createConnection, patchConnection } from "../schemas/connections";
import { z } from "zod";

const representation = ({ project }: Call, connection: Connection) => ({
    type: connection.type,
    name: connection.name,
    ...connection.properties,
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

const create =
    (salt: string) =>
    (call: Call): Answer => {
        const body = call.body(createConnection);
        if (call.project.connections.has(body.name)) {
            throw conflict("ConnectionExists", `Connection '${body.name}' already exists.`, "name");
        }
        const connection = makeConnection(body, { salt, user: call.user, timestamp: call.timestamp() });
        call.project.connections.set(connection.name, connection);
        return { status: 201, location: `/connections/${connection.name}`, body: representation(call, connection) };
    };

const patch =
    (salt: string) =>
    (call: Call): Answer => {
        const connection = find(call);
        const { type } = call.body(z.looseObject({ type: z.string() }));
        if (type !== connection.type) {
            const message = `type: connection '${connection.name}' is of type '${connection.type}', which cannot be changed.`;
            throw badRequest("TypeCannotChange", message, "type");
        }
        const change = call.body(patchConnection[connection.type]);
        const patched = patchedConnection(connection, change, { salt, user: call.user, timestamp: call.timestamp() });
        call.project.connections.set(patched.name, patched);
        return { location: `/connections/${patched.name}`, body: representation(call, patched) };
    };

const remove = (call: Call): Answer => {
    const { name } = find(call);
    for (const job of call.project.jobs.values()) {
        if (job.connectionNames.includes(name) && !isTerminal(job.executionStatus)) {
            const message = `Connection '${name}' is used by active job '${job.id}' into table '${job.tableName}'.`;
            throw badRequest("ConnectionInUse", message, "name", [{ code: "ActiveJob", message: job.id }]);
        }
    }
    call.project.connections.delete(name);
    return {};
};

const test = (call: Call): Answer => {
    const connection = find(call);
    const message = connection.testError;
    if (message === null) {
        return {};
    }
    if (connection.testErrorTimes !== null) {
        connection.testErrorTimes -= 1;
        connection.testError = connection.testErrorTimes > 0 ? message : null;
    }
    throw badRequest("ConnectionTestFailed", message, "name");
};

const meta = ({ project }: Call): Answer => ({
    body: { externalId: project.id, implyArn: "arn:aws:iam::123456789012:role/imply-polaris-emulator" },
});

export const connectionRoutes = (salt: string): Route[] => [
    ["GET", "/connections", list],
    ["POST", "/connections", create(salt)],
    ["GET", "/connections/:name", (call) => ({ body: representation(call, find(call)) })],
    ["PATCH", "/connections/:name", patch(salt)],
    ["DELETE", "/connections/:name", remove],
    ["POST", "/connections/:name/test", test],
    ["GET", "/connectionsMeta", meta],
];
