/** What Druid's answers about a streaming job mean in the words of the API: a pure function. */
import type { ExecutionStatus, Health } from "../model/job";
import type { SupervisorStatus, TaskSummary } from "./cluster";

export interface Observation {
    supervisor: SupervisorStatus | undefined;
    /** Tasks of this job, the newest first. */
    tasks: TaskSummary[];
    /** Whether one of its tasks has reported what it reads. */
    isReading: boolean;
    /** Whether it has read since Druid got the job's specification. */
    hasRead: boolean;
    freeSlots: number | undefined;
    /** Rows that could not be parsed. */
    unparseable: number;
    /** How long no row has come. */
    quietMs: number;
    nowMs: number;
}

export interface Verdict {
    status: ExecutionStatus;
    health: Health;
}

const IDLE_AFTER_MS = 5000;
const ERROR_COUNTS_MS = 10_000;
const FAILURES_IN_A_ROW = 3;

const OK: Health = { status: "ok" };

const TOO_MANY = /Max parse exceptions/i;
const CONNECTION = /authenticat|SaslAuth|Ssl|TimeoutException|Timed? ?out|not authorized|bootstrap|UnknownTopic/i;

/** The last tasks, as far as they failed one after the other. */
const failures = (tasks: TaskSummary[]) => {
    const ended = tasks.filter(({ statusCode }) => statusCode !== "RUNNING");
    const success = ended.findIndex(({ statusCode }) => statusCode !== "FAILED");
    return success < 0 ? ended : ended.slice(0, success);
};

/** The sentence before the stack trace. */
const taskReason = (message: string | null | undefined) =>
    brokerReason(message?.split("\n")[0]?.trim() ?? "") || "no reason given";

/** Druid starts a failing task again for ever; the API ends the job. */
function failureOf(tasks: TaskSummary[]): Health | undefined {
    const failed = failures(tasks);
    const tooMany = failed.find(({ errorMsg }) => TOO_MANY.test(errorMsg ?? ""));
    if (tooMany !== undefined) {
        const message = "More records than maxParseExceptions allows could not be parsed.";
        return { status: "error", code: "cannot_parse_source", message };
    }
    const others = failed.filter(({ errorMsg }) => !CONNECTION.test(errorMsg ?? ""));
    if (others.length >= FAILURES_IN_A_ROW) {
        const message = `Apache Druid's task fails again and again: ${taskReason(others[0]?.errorMsg)}`;
        return { status: "error", code: "internal_error", message };
    }
    return undefined;
}

/** The reason why the source does not answer; `undefined` if it does. */
function sourceError({ supervisor, isReading, nowMs }: Observation): string | undefined {
    if (supervisor === undefined) {
        return undefined;
    }
    const states = [supervisor.state, supervisor.detailedState];
    const isLost = states.some(
        (state) => state === "UNABLE_TO_CONNECT_TO_STREAM" || state === "LOST_CONTACT_WITH_STREAM",
    );
    const recent = supervisor.recentErrors
        .filter(({ streamException }) => streamException === true)
        .sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1))[0];
    const isFresh = recent !== undefined && nowMs - Date.parse(recent.timestamp) < ERROR_COUNTS_MS;
    if (!isLost && (isReading || !isFresh)) {
        return undefined;
    }
    return brokerReason(recent?.message ?? "the source does not answer");
}

const CLASS_NAMES = /^(?:(?:[a-z]\w*\.)+[\w$]+:\s*)+/;

/** The broker's own words, without the classes and phrases of Druid around them. */
export function brokerReason(message: string): string {
    const [, topic] = /No partitions found for stream \[(.*?)\]/.exec(message) ?? [];
    if (topic !== undefined) {
        return `Topic '${topic}' does not exist.`;
    }
    return message
        .replace(CLASS_NAMES, "")
        .replace(/^Failed to sample data:\s*/, "")
        .replace(/^Exception while seeking to the \[\w+\] offset of partitions in topic \[.*?\]:\s*/, "")
        .replace(CLASS_NAMES, "");
}

function waitsForSlot({ tasks, freeSlots }: Observation): boolean {
    const waiting = tasks.some(
        ({ statusCode, runnerStatusCode }) =>
            statusCode === "RUNNING" && (runnerStatusCode === "PENDING" || runnerStatusCode === "WAITING"),
    );
    return waiting && freeSlots === 0;
}

const NO_SLOT: Health = {
    status: "warn",
    code: "unable_to_proceed",
    message: "Apache Druid has no free task slot; the job begins when another job ends.",
};

function healthOf(observation: Observation): Health {
    const reason = sourceError(observation);
    if (reason !== undefined) {
        return observation.hasRead
            ? { status: "warn", code: "lost_connection_to_source", message: reason }
            : { status: "error", code: "could_not_connect_to_source", message: reason };
    }
    if (waitsForSlot(observation)) {
        return NO_SLOT;
    }
    const { unparseable } = observation;
    if (unparseable > 0) {
        const message = `${unparseable} ${unparseable === 1 ? "record" : "records"} could not be parsed.`;
        return { status: "warn", code: "invalid_rows_found", message };
    }
    return OK;
}

/** The status and health of a job that is to run. */
export function verdictOf(observation: Observation): Verdict {
    const { supervisor, tasks, isReading, hasRead, quietMs } = observation;
    const failure = failureOf(tasks);
    if (failure !== undefined) {
        return { status: "failed", health: failure };
    }
    const health = healthOf(observation);
    if (!isReading && !hasRead) {
        return { status: "pending", health };
    }
    const isIdle = quietMs >= IDLE_AFTER_MS && (supervisor?.aggregateLag ?? 0) === 0;
    return { status: isIdle && health.status !== "error" ? "idle" : "running", health };
}
