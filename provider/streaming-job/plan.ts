import type { Change } from "../engine/resource";
import { desiredStatus } from "./mapping";
import type { JobState } from "./mapping";
import { specProperties } from "./schema";
import type { StreamingJobInputs } from "./schema";

/** A step that an update of a job takes. */
export type JobStep =
    /** Nothing can be said, as these arguments are not known in this preview. */
    | { readonly kind: "unknown"; readonly names: readonly string[] }
    /** Looks for the job of a POST without an answer; starts it if there is none, unless a swap follows. */
    | { readonly kind: "confirm"; readonly startsIfMissing: boolean }
    /** Replaces the job by one with the new spec; the old one runs until the new one is accepted. */
    | { readonly kind: "swap"; readonly names: readonly string[]; readonly resets: boolean }
    /** Brings the job of a failed operation to the desired status, or starts another where it has ended. */
    | { readonly kind: "continue" }
    | { readonly kind: "suspend" }
    | { readonly kind: "resume" }
    /** Suspends and resumes the job, so that it reads its connection again. */
    | { readonly kind: "restart"; readonly unlessStarted: boolean }
    /** Sets the offsets back to `readFromPoint`, once. */
    | { readonly kind: "reset" };

/** The steps that bring a job from its state to the arguments. */
export function planJob(state: JobState, inputs: StreamingJobInputs, { names, unknown }: Change): JobStep[] {
    // The removal of a trigger does nothing.
    const fires = (trigger: "restartTrigger" | "resetTrigger") =>
        names.includes(trigger) && inputs[trigger] !== undefined;
    const spec = names.filter((name) => specProperties.includes(name));
    const swaps = spec.length > 0;
    const resets = fires("resetTrigger");
    const isUnconfirmed = state.unconfirmed !== undefined || state.jobId === undefined;
    const changesStatus = names.includes("desiredExecutionStatus");
    const desired = desiredStatus(inputs);

    const steps: JobStep[] = [];
    if (unknown.length > 0) steps.push({ kind: "unknown", names: unknown });
    if (isUnconfirmed) steps.push({ kind: "confirm", startsIfMissing: !swaps });
    if (swaps) steps.push({ kind: "swap", names: spec, resets });
    if (state.unfinished !== undefined && !isUnconfirmed && !swaps) steps.push({ kind: "continue" });
    if (changesStatus) steps.push({ kind: desired === "suspended" ? "suspend" : "resume" });
    if (fires("restartTrigger") && !changesStatus && !swaps && desired === "running") {
        const maySwap = unknown.some((name) => specProperties.includes(name));
        steps.push({ kind: "restart", unlessStarted: isUnconfirmed || maySwap });
    }
    if (resets) steps.push({ kind: "reset" });
    return steps;
}
