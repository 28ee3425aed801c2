import type { z } from "zod";
import { Client } from "../api/client";
import type { ClientOptions, RequestOptions } from "../api/client";
import { ApiError } from "../api/errors";
import { Clients } from "../engine/clients";
import { Session } from "../engine/session";
import type { Mask } from "../values/mask";
import type { ExistingProject } from "./existing";

/**
 * Answers the requests of a handler from what was read of the project before, so that the handler itself makes state of
 * it: what `pulumi refresh` would write, without a request for each object.
 */
class SnapshotClient extends Client {
    private readonly answers: ReadonlyMap<string, unknown>;

    constructor(
        options: ClientOptions,
        mask: Mask,
        private readonly project: ExistingProject,
    ) {
        super(options, mask);
        const { connections, jobs, tables } = project;
        this.answers = new Map<string, unknown>([
            ["/connections", { values: connections }],
            ...connections.map((one) => [`/connections/${encodeURIComponent(one.name)}`, one] as const),
            ...tables.map((one) => [`/tables/${encodeURIComponent(one.name)}`, one] as const),
            ...jobs.map((one) => [`/jobs/${encodeURIComponent(one.id)}`, one] as const),
        ]);
    }

    override request<T>(method: string, path: string, { query }: RequestOptions<T>, answer: z.ZodType<T>): Promise<T> {
        const body = path === "/jobs" ? this.jobsOn(query?.targetTableName) : this.answers.get(path);
        if (method === "GET" && body !== undefined) return Promise.resolve(answer.parse(body));
        return Promise.reject(new ApiError({ method, path }, { status: 404, reason: "" }));
    }

    private jobsOn(tableName: unknown) {
        return { values: this.project.jobs.filter(({ target }) => target?.tableName === tableName) };
    }
}

class SnapshotClients extends Clients {
    constructor(
        mask: Mask,
        private readonly client: Client,
    ) {
        super(mask);
    }

    override for(): Client {
        return this.client;
    }
}

/** A session of handlers that sends no requests and prints nothing. */
export class SnapshotSession extends Session {
    override readonly clients: Clients;

    constructor(options: ClientOptions, project: ExistingProject) {
        super();
        this.clients = new SnapshotClients(this.mask, new SnapshotClient(options, this.mask, project));
    }

    override print(): void {
        // What a refresh reports of a job's health is no part of an import.
    }
}
