import type { Quote } from "../api/errors";
import { findLiveJob, getJob } from "../api/jobs";
import type { Job, JobSummary } from "../api/jobs";
import { adoptionText, otherOwners } from "../engine/adoption";
import type { Adoption } from "../engine/adoption";
import { Failure } from "../engine/errors";
import { isApiKey } from "../identity/identity";
import { valueAt } from "../values/json";
import { hasUnknown } from "../values/unknown";
import { declaredConnection } from "./connection";
import { descriptionOf, desiredStatus, differences, originOf, tableOf } from "./mapping";
import type { JobContext } from "./mapping";
import { startOf } from "./impact";
import { beginningOf } from "./offsets";
import { specProperties } from "./schema";
import type { StreamingJobInputs } from "./schema";

export interface JobAdoption extends Adoption {
    /** The job to continue with, as it is but for its status; undefined where it is swapped. */
    readonly job: Job | undefined;
}

/** A job that ends is not adopted: its end is awaited. */
export const isEnding = ({ desiredExecutionStatus }: JobSummary) => desiredExecutionStatus === "canceled";

/**
 * Whether a job that does what is declared is swapped all the same. Where its connection is taken over as well, the
 * state of another stack may hold both, and end this job when it gives it up; it does not know the new job.
 */
function isSharedWithStack(
    inputs: StreamingJobInputs,
    live: JobSummary,
    { declared }: Pick<JobContext, "declared">,
): boolean {
    const connection = declaredConnection(inputs, declared);
    const isTakenOver = connection?.inputs.adopt === true && Object.keys(connection.olds).length === 0;
    return isTakenOver && isApiKey(live.createdBy?.username);
}

interface Look {
    /** The job that feeds the table, as the list shows it. */
    readonly live: JobSummary;
    /** The same job with its spec; undefined if it has gone since. */
    readonly job: Job | undefined;
    readonly quote: Quote;
}

/** How a create takes over the job that feeds its table: as it is if it does what is declared, otherwise by a swap. */
export function planAdoption(
    { live, job, quote }: Look,
    inputs: StreamingJobInputs,
    context: Pick<JobContext, "declared">,
): JobAdoption | Failure {
    const isUnchanged = inputs.adopt === "unchanged";
    const isKnown = (name: string) => !hasUnknown(valueAt(inputs, [name]));
    const notSame = job ? differences(job, inputs) : [];
    const [differing, unknown] = [notSame.filter(isKnown), notSame.filter((name) => !isKnown(name))];
    if (isUnchanged && differing.length > 0) {
        return new Failure(
            "PolarisJobDiffers",
            `the streaming job ${live.id} differs in ${differing.join(", ")}`,
            'declare it as it is, or set adopt: true, which swaps it ("unchanged" does not)',
            [quote(`it is a job ${originOf(live)}`)],
        );
    }
    const adopts = `adopts ${quote(descriptionOf(live))}`;
    const spec = differing.filter((name) => specProperties.includes(name));
    const isShared = !isUnchanged && isSharedWithStack(inputs, live, context);
    if (!job || spec.length > 0 || isShared) {
        const begins = beginningOf(job?.spec ?? {}, inputs, context.declared) ?? "continues at its offsets";
        const next = desiredStatus(inputs) === "suspended" ? `is suspended, and when resumed ${begins}` : begins;
        const cause =
            spec.length > 0
                ? `it differs in ${spec.join(", ")}`
                : "another stack, or an old entry of this one, may have it as well";
        return { sentence: `${adopts}: swaps it, as ${cause}, for a new one that ${next}`, job: undefined };
    }
    if (unknown.length > 0) {
        const outcome = isUnchanged ? "`up` refuses it" : "it is swapped";
        return { sentence: `${adopts}; not known yet: ${unknown.join(", ")}, and so whether ${outcome}`, job };
    }
    const change = desiredStatus(inputs) === "suspended" ? "and suspends it" : "and resumes it";
    return { sentence: `${adopts}, ${differing.length > 0 ? change : "as it is"}: ${otherOwners}`, job };
}

/** What a create with `adopt` will do, as far as the table's job shows now. */
export async function describeAdoption(
    { client, declared }: Pick<JobContext, "client" | "declared">,
    inputs: StreamingJobInputs,
): Promise<string> {
    const live = await findLiveJob(client, tableOf(inputs));
    const starts = `starts one that ${startOf(inputs)}`;
    if (!live) return `there is no streaming job on the table to adopt: ${starts}`;
    if (isEnding(live)) return `the streaming job ${live.id} on the table is ending: waits for its end, and ${starts}`;
    const look = { live, job: await getJob(client, live.id), quote: client.quote };
    return adoptionText(planAdoption(look, inputs, { declared }));
}
