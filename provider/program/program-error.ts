import * as pulumi from "@pulumi/pulumi";
import { inspect } from "node:util";
import type { PolarisErrorCode } from "../error-codes";

/**
 * A mistake of the program, which Pulumi prints as one sentence without a stack trace. The custom inspection is for
 * errors that leave an `apply`: they carry the failed promise, and the SDK would inspect it with every object behind
 * it, which takes a minute and gigabytes for a few resources.
 */
export class ProgramError extends pulumi.RunError {
    override readonly stack: string;

    constructor(sentence: string, code: PolarisErrorCode) {
        super(`${sentence} [${code}]`);
        this.stack = this.message;
    }

    [inspect.custom](): string {
        return this.message;
    }
}
