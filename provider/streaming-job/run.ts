import { RequestError } from "../api/errors";
import { findLiveJob, getJob, resetJob } from "../api/jobs";
import type { JobSummary } from "../api/jobs";
import { Failure } from "../engine/errors";
import type { Change } from "../engine/resource";
import { attemptsIn } from "../engine/unconfirmed";
import { connectionFacts, topicFacts } from "./connection";
import { findUnconfirmed, postJob, settle, startOrAdopt } from "./create";
import { isOfSameUser } from "./delete";
import { descriptionOf, desiredStatus, factsOf, hasSpec, isSuspended, originOf, tableOf } from "./mapping";
import type { JobContext, JobState } from "./mapping";
import type { JobStep } from "./plan";
import type { StreamingJobInputs } from "./schema";
import { watchStart } from "./settle-time";
import { bringToDesired, goneFailure, orEnded, suspendRunning } from "./status";

const refreshCure = "run `pulumi refresh` to see the differences, then `pulumi up` again to put them back";

/** What all steps of an update work with; `state` is as the steps before have left it. */
interface Update {
    readonly context: JobContext;
    readonly state: JobState;
    readonly inputs: StreamingJobInputs;
    readonly change: Change;
}

const fedByOther = ({ context, state }: Update, live: JobSummary) =>
    new Failure(
        "PolarisJobChanged",
        `the table is fed by the streaming job ${live.id}, and not by this resource's job ${String(state.jobId)} any more`,
        refreshCure,
        [context.client.quote(`it is a job ${originOf(live)}`)],
    );

/** A change of something else does not undo that another user has suspended or resumed the job. */
function assertStatusUnchanged({ context, state, change }: Update, live: JobSummary): void {
    const isOwed = change.names.includes("desiredExecutionStatus") || state.unfinished !== undefined;
    if (isOwed || isSuspended(live) === (desiredStatus(state) === "suspended")) return;
    const status = isSuspended(live) ? "suspended" : context.client.quote(live.executionStatus);
    throw new Failure(
        "PolarisJobChanged",
        `another user has changed the status of the job ${live.id} to ${status}`,
        refreshCure,
    );
}

/** The live job of the table, which has to be this resource's, and as the state has it. */
async function ownLiveJob(update: Update): Promise<JobSummary | undefined> {
    const live = await findLiveJob(update.context.client, tableOf(update.state));
    if (live && live.id !== update.state.jobId) throw fedByOther(update, live);
    if (live) assertStatusUnchanged(update, live);
    return live;
}

/** Swaps the job for one with the declared spec; the old one runs until the new one is accepted. */
async function swap(update: Update): Promise<void> {
    const { context, state, inputs } = update;
    const attempts = attemptsIn(state);
    const live = state.jobId === undefined ? undefined : await findLiveJob(context.client, tableOf(inputs));
    if (!live) return settle(context, inputs, await startOrAdopt(context, inputs, attempts));
    if (live.id !== state.jobId) {
        const job = await getJob(context.client, live.id);
        if (!job || !isOfSameUser(live, state) || !hasSpec(job, inputs)) throw fedByOther(update, live);
        context.log(context.client.quote(`continues with ${descriptionOf(live)}, and which does what is declared`));
        return settle(context, inputs, job);
    }
    if (!attempts) assertStatusUnchanged(update, live);
    return settle(context, inputs, await postJob(context, inputs, { replacing: live.id, earlier: attempts }));
}

/** Brings the job of the state to the desired status; what is resumed reads its connection again. */
async function bring({ context, state, inputs }: Update, live: JobSummary | undefined): Promise<void> {
    const desired = desiredStatus(inputs);
    // A job that is not live any more is asked all the same: the refusal shows how it has ended.
    const job = live ?? { id: state.jobId ?? "", executionStatus: desired === "running" ? "suspended" : "running" };
    const isResumed = desired === "running" && isSuspended(job);
    try {
        await orEnded(context, job.id, () => bringToDesired(context, inputs, job));
    } catch (error) {
        if (error instanceof RequestError && error.isAmbiguous) context.saveState({});
        throw error;
    }
    context.saveState(isResumed ? topicFacts(inputs, context.declared) : {});
    if (desired === "running") await watchStart(context, inputs, job.id, "continued");
}

/** Continues what an earlier operation has left half done, as far as a restart that follows does not do it. */
async function continueUnfinished(update: Update, restarts: boolean): Promise<void> {
    const { context, state, inputs } = update;
    const live = await findLiveJob(context.client, tableOf(inputs));
    if (!live) return settle(context, inputs, await startOrAdopt(context, inputs));
    if (live.id !== state.jobId) throw fedByOther(update, live);
    // A job that cannot connect stays pending until the restart lets it read the connection again.
    if (restarts && live.executionStatus === "pending") return;
    return bring(update, live);
}

async function restart(update: Update): Promise<void> {
    const { context, state, inputs } = update;
    const live = await ownLiveJob(update);
    const id = live?.id ?? state.jobId ?? "";
    // Once it is suspended, whatever resumes the job has it read the connection.
    const suspending: JobContext = {
        ...context,
        saveState: (facts, args) => context.saveState({ ...connectionFacts(inputs, context.declared), ...facts }, args),
    };
    try {
        await suspendRunning(suspending, id);
    } catch (error) {
        const isOpen = error instanceof RequestError && error.isAmbiguous;
        if (isOpen) context.saveState({}, { ...inputs, restartTrigger: state.restartTrigger });
        throw error;
    }
    await bringToDesired(context, inputs, { id, executionStatus: "suspended" });
    context.saveState(topicFacts(inputs, context.declared));
    await watchStart(context, inputs, id, "continued");
}

/** Resets the offsets, once: an attempt without an answer is not repeated. */
async function reset(update: Update): Promise<void> {
    const { context, state, inputs } = update;
    const id = state.jobId ?? "";
    await ownLiveJob(update);
    try {
        const isReset = await orEnded(context, id, () => resetJob(context.client, id));
        if (!isReset) throw goneFailure(id);
    } catch (error) {
        if (!(error instanceof RequestError) || !error.isAmbiguous) throw error;
        context.saveState({}, inputs);
        throw new Failure(
            "PolarisResetUnconfirmed",
            `it is not known whether the offsets of the job ${id} were reset, as Imply Polaris ${error.message}`,
            "look at the job, and change resetTrigger again if they were not",
        );
    }
    context.log(`job ${id} was reset to its readFromPoint`);
}

/** What a trigger asks for stays to be done until it is carried out: the state holds the trigger of before until then. */
const withoutTrigger = (
    name: "resetTrigger" | "restartTrigger",
    context: JobContext,
    { state, inputs }: Pick<Update, "state" | "inputs">,
): JobContext => ({
    ...context,
    saveState: (facts, args = inputs) => context.saveState(facts, { ...args, [name]: state[name] }),
});

/** Runs the steps of a plan. */
export async function runJobSteps(
    given: JobContext,
    steps: readonly JobStep[],
    state: JobState,
    inputs: StreamingJobInputs,
    change: Change,
): Promise<void> {
    const has = (kind: JobStep["kind"]) => steps.some((step) => step.kind === kind);
    const context = has("reset") ? withoutTrigger("resetTrigger", given, { state, inputs }) : given;
    let facts: Partial<JobState> = {};
    let isStarted = false;
    let isAtDesired = false;
    const tracked: JobContext = {
        ...context,
        saveState(fresh, args) {
            facts = { ...facts, ...fresh };
            context.saveState(fresh, args);
        },
    };
    const beforeRestart = has("restart") ? withoutTrigger("restartTrigger", tracked, { state, inputs }) : tracked;
    for (const step of steps) {
        const update: Update = { context: tracked, state: { ...state, ...facts }, inputs, change };
        switch (step.kind) {
            case "unknown":
                break;
            case "confirm": {
                const attempts = attemptsIn(state);
                const found = attempts && (await findUnconfirmed(tracked, state, attempts, state.jobId));
                if (found) {
                    tracked.saveState({ ...factsOf(found), unconfirmed: undefined }, state);
                    if (step.startsIfMissing) {
                        const confirmed = { ...update, context: beforeRestart, state: { ...state, ...facts } };
                        await continueUnfinished(confirmed, has("restart"));
                        isAtDesired = true;
                    }
                } else if (step.startsIfMissing) {
                    await swap(update);
                    [isStarted, isAtDesired] = [true, true];
                }
                break;
            }
            case "swap":
                await swap(update);
                isAtDesired = true;
                break;
            case "continue":
                await continueUnfinished({ ...update, context: beforeRestart }, has("restart"));
                isAtDesired = true;
                break;
            case "suspend":
            case "resume":
                if (!isAtDesired) await bring(update, await ownLiveJob(update));
                break;
            case "restart":
                if (!(step.unlessStarted && isStarted)) await restart(update);
                break;
            case "reset":
                await reset({ ...update, context: given });
                break;
        }
    }
    // What an update has run is this resource's own from here on.
    given.saveState({ foundByRefresh: undefined });
}
