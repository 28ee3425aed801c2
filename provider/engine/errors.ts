import type { PolarisErrorCode } from "../error-codes";

/** A failure in words: what happened, and what to do next. */
export class Failure extends Error {
    constructor(
        readonly code: PolarisErrorCode,
        readonly happened: string,
        readonly cure: string,
        /** Lines of a list below the sentence, such as the last of a job's log. */
        readonly details: readonly string[] = [],
    ) {
        super(happened);
        this.name = "Failure";
    }
}

export type Operation = "check" | "create" | "read" | "update" | "delete";

/**
 * An error as the user sees it. Besides showing the message, the engine's Node runtime prints `${error}: ${error.stack}`
 * for some operations: so these two are a short line of their own, and neither a stack nor the message again.
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
