import { STATUS_CODES } from "node:http";
import { AnswerError, ApiError, ConnectionError } from "../api/errors";
import { ProjectMissingError } from "../api/missing";
import { ConfigurationError } from "../config";

/** Something that a handler found, in words: what happened, and what to do next. */
export class Failure extends Error {
    constructor(
        readonly happened: string,
        readonly next: string,
        /** Lines of a list below the sentence, such as the last of a job's log. */
        readonly lines: readonly string[] = [],
    ) {
        super(happened);
        this.name = "Failure";
    }
}

/** The remote object exists, or may exist, though the operation failed: what is known of it has to be kept. */
export class HalfDone extends Error {
    constructor(
        override readonly cause: unknown,
        readonly facts: Record<string, unknown>,
    ) {
        super("half done");
        this.name = "HalfDone";
    }
}

/** Goes on with an object that was just found: whatever becomes of that, it is kept; with `before`, if nothing was done. */
export async function keeping<T>(
    facts: Record<string, unknown>,
    before: Record<string, unknown>,
    work: Promise<T>,
): Promise<T> {
    try {
        return await work;
    } catch (error) {
        if (error instanceof HalfDone) throw new HalfDone(error.cause, { ...facts, ...error.facts });
        throw new HalfDone(error, { ...before, ...facts });
    }
}

/** Set in state by a failure that kept the object: a refresh clears the engine's own mark, and not this one. */
export const unfinishedFact = "unfinished";

/** Beside it: the arguments that may not have reached Imply Polaris. Without it, as version 0.1.0 wrote it, all may be. */
export const owedFact = "owed";

/**
 * An error as the user sees it. Besides showing the message, the engine's Node runtime prints `${error}: ${error.stack}`
 * for some operations; so these two are a short line of their own, and neither a stack nor the message again.
 */
export class ShownError extends Error {
    constructor(
        private readonly title: string,
        operation: Operation,
        sentence: string,
    ) {
        super(sentence);
        this.stack = `${operation} failed`;
    }

    override toString(): string {
        return this.title;
    }
}

/** Keeps the resource in state, marked as failed: the engine's form of a partial failure. */
export class PartialFailure extends ShownError {
    readonly reasons: readonly string[];

    constructor(
        readonly id: string,
        readonly properties: Record<string, unknown>,
        ...[title, operation, sentence]: ConstructorParameters<typeof ShownError>
    ) {
        super(title, operation, sentence);
        this.reasons = [sentence];
    }
}

export type Operation = "check" | "create" | "read" | "update" | "delete";

interface Place {
    readonly operation: Operation;
    readonly permission: string;
    /** How to come to it again, where that is by no command alone. */
    readonly again?: string;
}

const isOfUp = (operation: Operation) => operation === "create" || operation === "update";

/** Other operations belong to several commands. */
const againAt = ({ operation, again }: Place) =>
    again ?? (isOfUp(operation) ? "run `pulumi up` again" : "run the command again");

function nextAfter(status: number, place: Place): string {
    const again = againAt(place);
    if (status === 400) return `${isOfUp(place.operation) ? "correct the arguments" : "remove the cause"} and ${again}`;
    if (status === 401) return "check the key in POLARIS_API_KEY or the secret polaris:apiKey";
    if (status === 403) return `give the API key the permission ${place.permission} for this project`;
    if (status === 404) return `check that what it names exists, then ${again}`;
    if (status === 409) return `run \`pulumi refresh\` to see what is there, then ${again}`;
    if (status === 429) return `${again} later, or with a lower --parallel`;
    if (status >= 300 && status < 400)
        return "set polaris:baseUrl to the address of the API itself, which does not redirect";
    if (status >= 500) return `${again}; if it goes on, ask Imply's support`;
    return again;
}

/** What happened, and what to do about it, for any error that a handler may meet. */
export function explained(error: unknown, place: Place): { happened: string; next: string; lines: readonly string[] } {
    if (error instanceof HalfDone) return explained(error.cause, place);
    const again = againAt(place);
    if (error instanceof Failure) return error;
    if (error instanceof ProjectMissingError) {
        return {
            happened: error.message,
            next: "check polaris:projectId and polaris:baseUrl; nothing was concluded about the object",
            lines: [],
        };
    }
    if (error instanceof ApiError) {
        const reason = error.reason && `: ${JSON.stringify(error.reason)}`;
        const request = error.requestId ? `, request ${error.requestId}` : "";
        const name = `${error.status} ${STATUS_CODES[error.status] ?? ""}`.trim();
        const happened = `Imply Polaris answered ${name} to ${error.method} ${error.path}${request}${reason}`;
        return { happened, next: nextAfter(error.status, place), lines: [] };
    }
    if (error instanceof ConnectionError) {
        return {
            happened: `Imply Polaris ${error.message} at ${error.method} ${error.path}`,
            next: `check the network and polaris:baseUrl (or organization, region and cloud), then ${again}`,
            lines: [],
        };
    }
    if (error instanceof AnswerError) {
        return {
            happened: `Imply Polaris ${error.message} to ${error.method} ${error.path}`,
            next: `check that polaris:baseUrl is the address of the API, then ${again}`,
            lines: [],
        };
    }
    if (error instanceof ConfigurationError) return { happened: error.message, next: "", lines: [] };
    const name = error instanceof Error ? error.name : typeof error;
    return {
        happened: `an unexpected ${name} inside the provider`,
        next: "report it to the package's maintainers",
        lines: [],
    };
}

/** One sentence: the resource, the operation, what happened, what to do; lists follow on lines of their own. */
export function sentenceOf(error: unknown, at: Place & { title: string }): string {
    const { happened, next, lines } = explained(error, at);
    const sentence =
        next === "" ? `${at.title}: ${happened}` : `${at.title}: ${at.operation} failed: ${happened}; ${next}.`;
    return [sentence, ...lines.map((line) => `  ${line}`)].join("\n");
}
