import { brokerReason, verdictOf, type Observation } from "../../emulator/druid/observe";

const NOW = Date.parse("2026-01-15T10:00:00Z");
const running = {
    state: "RUNNING",
    detailedState: "RUNNING",
    suspended: false,
    activeTasks: [],
    aggregateLag: 0,
    recentErrors: [],
};
const task = { id: "t", createdTime: "2026-01-15T09:59:00Z", statusCode: "RUNNING", runnerStatusCode: "RUNNING" };
const failed = (errorMsg: string) => ({ ...task, statusCode: "FAILED", runnerStatusCode: "NONE", errorMsg });

const verdict = (more: Partial<Observation> = {}) =>
    verdictOf({
        supervisor: running,
        tasks: [task],
        isReading: true,
        hasRead: true,
        freeSlots: undefined,
        unparseable: 0,
        quietMs: 0,
        nowMs: NOW,
        ...more,
    });

const streamError = (message: string, secondsAgo = 1) => ({
    ...running,
    recentErrors: [{ timestamp: new Date(NOW - secondsAgo * 1000).toISOString(), message, streamException: true }],
});

test("a job is pending until its tasks read, then running, and idle when nothing comes any more", () => {
    const ok = { status: "ok" };
    expect(verdict({ tasks: [], isReading: false, hasRead: false })).toEqual({ status: "pending", health: ok });
    expect(verdict()).toEqual({ status: "running", health: ok });
    expect(verdict({ quietMs: 5000 })).toEqual({ status: "idle", health: ok });
    expect(verdict({ quietMs: 5000, supervisor: { ...running, aggregateLag: 7 } }).status).toBe("running");
});

test("between two tasks, a job that has read goes on running", () => {
    expect(verdict({ isReading: false, tasks: [] }).status).toBe("running");
});

test("a source that refuses from the beginning is an error, and one that is lost later a warning", () => {
    const message =
        "org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed: Invalid username or password";
    const supervisor = streamError(message);
    const before = { supervisor, tasks: [], isReading: false };
    expect(verdict({ ...before, hasRead: false })).toEqual({
        status: "pending",
        health: {
            status: "error",
            code: "could_not_connect_to_source",
            message: "Authentication failed: Invalid username or password",
        },
    });
    expect(verdict(before).health).toMatchObject({ status: "warn", code: "lost_connection_to_source" });
});

test("an error of the source counts for ten seconds, or as long as Druid's supervisor has no contact", () => {
    const old = streamError("TimeoutException", 11);
    expect(verdict({ supervisor: old, isReading: false, tasks: [] }).health.status).toBe("ok");
    const lost = { ...old, detailedState: "LOST_CONTACT_WITH_STREAM" };
    expect(verdict({ supervisor: lost }).health.code).toBe("lost_connection_to_source");
});

test("a task over maxParseExceptions ends the job at once", () => {
    const tasks = [task, failed("org.apache.druid.java.util.common.RE: Max parse exceptions[1] exceeded")];
    expect(verdict({ tasks })).toMatchObject({ status: "failed", health: { code: "cannot_parse_source" } });
});

test("a task that fails three times in a row ends the job, with Druid's reason", () => {
    const reason =
        "java.lang.ClassCastException: String cannot be cast to Number\n\tat java.base/java.lang.Thread.run(Thread.java:840)";
    expect(verdict({ tasks: [task, failed(reason), failed(reason)] }).status).toBe("running");
    expect(verdict({ tasks: [task, failed(reason), failed(reason), failed(reason)] })).toMatchObject({
        status: "failed",
        health: {
            status: "error",
            code: "internal_error",
            message: "Apache Druid's task fails again and again: String cannot be cast to Number",
        },
    });
    const success = { ...task, statusCode: "SUCCESS" };
    expect(verdict({ tasks: [failed(reason), failed(reason), success, failed(reason)] }).status).toBe("running");
    const dropped = failed("SaslAuthenticationException: Authentication failed");
    expect(verdict({ tasks: [dropped, dropped, dropped] }).status).toBe("running");
});

test("a task without a free slot lets the job wait, with a warning", () => {
    const waiting = { ...task, runnerStatusCode: "PENDING" };
    const look = { tasks: [waiting], isReading: false, hasRead: false };
    expect(verdict({ ...look, freeSlots: 0 })).toMatchObject({
        status: "pending",
        health: { code: "unable_to_proceed" },
    });
    expect(verdict({ ...look, freeSlots: 3 }).health.status).toBe("ok");
});

test("records that could not be parsed are a warning", () => {
    expect(verdict({ unparseable: 2 }).health).toEqual({
        status: "warn",
        code: "invalid_rows_found",
        message: "2 records could not be parsed.",
    });
});

test.each([
    [
        "org.apache.druid.java.util.common.ISE: No partitions found for stream [orders]",
        "Topic 'orders' does not exist.",
    ],
    [
        "Failed to sample data: Timeout expired while fetching topic metadata",
        "Timeout expired while fetching topic metadata",
    ],
    [
        "Exception while seeking to the [earliest] offset of partitions in topic [a]: Authentication failed: Invalid username or password",
        "Authentication failed: Invalid username or password",
    ],
])("of %j, the words of the broker remain", (message, reason) => {
    expect(brokerReason(message)).toBe(reason);
});
