import type { Change } from "../engine/resource";
import { connectionChange } from "./connection";
import { desiredStatus } from "./mapping";
import type { JobState } from "./mapping";
import { specProperties } from "./schema";
import type { StreamingJobInputs } from "./schema";

/** What asks for a restart: the trigger, or a connection other than the recorded one, or that none is recorded. */
export type RestartCause = "trigger" | "changed" | "unrecorded";

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
    /** Suspends and resumes the job, so that it reads its connections again. */
    | {
          readonly kind: "restart";
          readonly unlessStarted: boolean;
          readonly cause: RestartCause;
          /** The one that is the cause, in words. */
          readonly connection: string;
      }
    /** Sets the offsets back to `readFromPoint`, once. */
    | { readonly kind: "reset" };

/** The steps that bring a job from its state to the arguments. */
export function planJob(state: JobState, inputs: StreamingJobInputs, change: Change): JobStep[] {
    const { names } = change;
    // The removal of a trigger does nothing.
    const isTriggered = (trigger: "restartTrigger" | "resetTrigger") =>
        names.includes(trigger) && inputs[trigger] !== undefined;
    const spec = names.filter((name) => specProperties.includes(name));
    const swaps = spec.length > 0;
    const resets = isTriggered("resetTrigger");
    const isUnconfirmed = state.unconfirmed !== undefined || state.jobId === undefined;
    const changesStatus = names.includes("desiredExecutionStatus");
    const desired = desiredStatus(inputs);

    // A job that is swapped, suspended or resumed needs no restart.
    const canRestart = !changesStatus && !swaps && desired === "running";
    const connection = canRestart ? connectionChange(state, inputs, change.declared) : ({ kind: "none" } as const);
    const unknown = [...change.unknown, ...(connection.kind === "unknown" ? connection.names : [])];
    const cause = isTriggered("restartTrigger") ? "trigger" : connection.kind;

    const steps: JobStep[] = [];
    if (unknown.length > 0) steps.push({ kind: "unknown", names: unknown });
    if (isUnconfirmed) steps.push({ kind: "confirm", startsIfMissing: !swaps });
    if (swaps) steps.push({ kind: "swap", names: spec, resets });
    if (state.unfinished !== undefined && !isUnconfirmed && !swaps) steps.push({ kind: "continue" });
    if (changesStatus) steps.push({ kind: desired === "suspended" ? "suspend" : "resume" });
    if (canRestart && cause !== "none" && cause !== "unknown") {
        const maySwap = unknown.some((name) => specProperties.includes(name));
        const noun = "connection" in connection ? connection.connection : "connection";
        steps.push({ kind: "restart", unlessStarted: isUnconfirmed || maySwap, cause, connection: noun });
    }
    if (resets) steps.push({ kind: "reset" });
    return steps;
}
