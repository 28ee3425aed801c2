import type { Answer, Call, Route } from "../context";
import { isMembers } from "../credentials";
import { badRequest, notFound } from "../errors";
import { addRows } from "../model/checkpoints";

/** Each request payload is limited to 1 MB. */
const MAX_BYTES = 1_000_000;

/** The events of a body: one JSON object a line. */
function eventsIn(text: string): number {
    if (Buffer.byteLength(text) > MAX_BYTES) {
        throw badRequest("PayloadTooLarge", "The events of one request are limited to 1 MB.");
    }
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    for (const [index, line] of lines.entries()) {
        let event: unknown;
        try {
            event = JSON.parse(line);
        } catch {
            event = undefined;
        }
        if (!isMembers(event)) {
            throw badRequest("InvalidEvent", `Line ${index + 1} is not a JSON object.`);
        }
    }
    return lines.length;
}

/** Takes events for the running jobs that read the connection ("Push event data by API"); others miss them. */
const push = ({ project, params, text }: Call): Answer => {
    const name = params.name ?? "";
    if (project.connections.get(name)?.type !== "push_streaming") {
        throw notFound("ConnectionNotFound", `There is no connection '${name}' of type 'push_streaming'.`, "name");
    }
    const rows = eventsIn(text());
    for (const job of project.jobs.values()) {
        const isReading = job.executionStatus === "running" || job.executionStatus === "idle";
        if (job.type === "streaming" && isReading && job.connectionNames[0] === name) {
            addRows(project, job, rows);
        }
    }
    return {};
};

export const eventRoutes: Route[] = [["POST", "/events/:name", push]];
