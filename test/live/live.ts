import { randomBytes } from "node:crypto";
import { poll, sendTo, type Answer, type Send } from "./api";
import { dropBody, isTerminal, removeAll, suitePrefix } from "./objects";
import type { Settings } from "./settings";

/** Why a question has no answer here. */
export class Unclear extends Error {}

type Members = Record<string, unknown>;

export const isAccepted = ({ status }: Answer) => status >= 200 && status < 300;

/** One of two words, by whether a request was accepted or refused as such. */
export function decide<Word extends string>(answer: Answer, accepted: Word, refused: Word): Word {
    if (isAccepted(answer)) return accepted;
    if ([400, 409, 422].includes(answer.status)) return refused;
    throw new Unclear(`the answer is ${answer.status}`);
}

export const randomPrefix = () => `${suitePrefix}${randomBytes(4).toString("hex")}-`;

/** A project as one question uses it: all that it creates has a prefix, and goes with `remove`. */
export class Live {
    constructor(
        readonly settings: Settings,
        readonly prefix: string,
        readonly send: Send = sendTo(settings, settings.projectId),
    ) {}

    name(suffix: string): string {
        return `${this.prefix}${suffix}`;
    }

    /** Requests to the second project, where there is one. */
    get sendToOther(): Send | undefined {
        const { otherProjectId } = this.settings;
        return otherProjectId === undefined ? undefined : sendTo(this.settings, otherProjectId);
    }

    /** Sends what has to succeed for the question to make sense. */
    async need(method: string, path: string, body?: object): Promise<Members> {
        const answer = await this.send(method, path, body);
        const call = `${method} ${path}`.replaceAll(this.prefix, "").replace(/[0-9a-f-]{36}/, "…");
        if (!isAccepted(answer)) throw new Unclear(`${call} answered ${answer.status}`);
        return answer.body;
    }

    connectionBody(name: string, more: Members = {}): Members {
        const { bootstrapServers, topicName, secrets } = this.settings.kafka;
        return { type: "kafka", name, bootstrapServers, topicName, topicNameIsPattern: false, secrets, ...more };
    }

    /** Creates a connection, and returns its name. */
    async connection(suffix: string, more: Members = {}): Promise<string> {
        const name = this.name(suffix);
        await this.need("POST", "/connections", this.connectionBody(name, more));
        return name;
    }

    patch(name: string, change: Members): Promise<Answer> {
        return this.send("PATCH", `/connections/${name}`, { type: "kafka", topicNameIsPattern: false, ...change });
    }

    /** A job that reads whatever records there are, from any broker. */
    jobBody(connectionName: string, tableName: string, more: Members = {}): Members {
        return {
            type: "streaming",
            target: { type: "table", tableName },
            createTableIfNotExists: true,
            source: {
                type: "connection",
                connectionName,
                formatSettings: { format: "kafka", valueFormat: { format: "nd-json" } },
                inputSchema: [
                    { name: "kafka.timestamp", dataType: "long" },
                    { name: "amount", dataType: "double" },
                ],
            },
            mappings: [
                { columnName: "__time", expression: 'MILLIS_TO_TIMESTAMP("kafka.timestamp")' },
                { columnName: "amount", expression: '"amount"' },
            ],
            readFromPoint: "earliest",
            ...more,
        };
    }

    /** Starts a job, and returns its id. */
    async job(connectionName: string, tableName: string, more: Members = {}): Promise<string> {
        return String((await this.need("POST", "/jobs", this.jobBody(connectionName, tableName, more))).id);
    }

    async status(id: string): Promise<string> {
        return String((await this.need("GET", `/jobs/${id}`)).executionStatus);
    }

    setStatus(id: string, desiredExecutionStatus: string): Promise<Answer> {
        return this.send("POST", `/jobs/${id}/status`, { desiredExecutionStatus });
    }

    /** The status of a job when it is as wanted. */
    async until(id: string, isWanted: (status: string) => boolean): Promise<string> {
        const status = await poll(
            () => this.status(id),
            (value) => isWanted(value) || isTerminal(value),
            this.settings.waitMs,
        );
        if (!isWanted(status)) throw new Unclear(`the job is ${status}`);
        return status;
    }

    /** A connection and a job on it that has begun, or that is pending for the whole time: brokers may be out of reach. */
    async activeJob(more: Members = {}): Promise<{ id: string; connection: string; table: string }> {
        const connection = await this.connection("orders");
        const table = this.name("sales");
        const id = await this.job(connection, table, more);
        const hasBegun = (status: string) => !["pending", "unknown"].includes(status);
        const status = await poll(() => this.status(id), hasBegun, this.settings.waitMs);
        if (isTerminal(status)) throw new Unclear(`the job is ${status}`);
        return { id, connection, table };
    }

    /** The same, brought to another status. */
    async jobThatIs(desired: "suspended" | "canceled") {
        const job = await this.activeJob();
        await this.bring(job.id, desired);
        return job;
    }

    async bring(id: string, desired: "suspended" | "canceled"): Promise<void> {
        await this.need("POST", `/jobs/${id}/status`, { desiredExecutionStatus: desired });
        await this.until(id, (status) => status === desired);
    }

    drop(tableName: string): Promise<Answer> {
        return this.send("POST", "/jobs", dropBody(tableName));
    }

    /** Removes all that was created; returns what could not be removed. */
    async remove(): Promise<string[]> {
        const sends = [this.send, this.sendToOther].filter((send) => send !== undefined);
        const left = await Promise.all(sends.map((send) => removeAll(send, this.prefix, this.settings.waitMs)));
        return left.flat();
    }
}
