import * as pulumi from "@pulumi/pulumi";
import { inspect } from "node:util";

/**
 * A mistake of the program, told without a stack. An error that leaves an `apply` carries the promise that failed, and
 * the SDK inspects it with all that hangs on it: for a few resources that takes a minute and gigabytes.
 */
export class ProgramError extends pulumi.RunError {
    override readonly stack = this.message;

    [inspect.custom](): string {
        return this.message;
    }
}
