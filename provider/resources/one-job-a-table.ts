import * as pulumi from "@pulumi/pulumi";
import { ProgramError } from "./program-error";
import { projectIdOf } from "./project";
import { perRun } from "./run";
import type { StreamingJobArgs, StreamingJobTarget } from "./streaming-job";

/** Which resource of the program feeds which table of which project. */
const feeders = perRun(() => new Map<string, { name: string }>());

/** The target, once it is sure that no other StreamingJob of the program has its table: they would replace each other. */
export function claimed(name: string, { target, project }: StreamingJobArgs): pulumi.Input<StreamingJobTarget> {
    const known = feeders();
    const self = { name };
    return pulumi.output(target).apply((resolved) => {
        // A program in JavaScript may leave out what its types ask for; the check of the resource says so.
        const { tableName } = (resolved as Partial<typeof resolved> | undefined) ?? {};
        if (tableName === undefined) return resolved;
        const table = JSON.stringify([projectIdOf(project), tableName]);
        const feeder = known.get(table);
        if (feeder !== undefined && feeder !== self) {
            throw new ProgramError(
                `StreamingJob "${name}": the table "${tableName}" is fed by StreamingJob "${feeder.name}" of this program already; a table takes one streaming job, so give one of them another table.`,
            );
        }
        known.set(table, self);
        return resolved;
    });
}
