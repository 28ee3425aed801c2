import { setTimeout as sleep } from "node:timers/promises";
import { poll } from "../api";
import { decide, isAccepted, Unclear, type Live } from "../live";
import { dropBody, isTerminal, tablePath } from "../objects";
import { common, notAsked, ruleQuestion, type Question } from "./question";

async function suspendedOccupies(live: Live): Promise<string> {
    const { connection, table } = await live.jobThatIs("suspended");
    return decide(await live.send("POST", "/jobs", live.jobBody(connection, table)), "false", "true");
}

/** The top-level domain "invalid" has no hosts. */
const noBrokers = "b-1.invalid:9096";

async function jobCreateDials(live: Live): Promise<string> {
    const connection = await live.connection("orders", { bootstrapServers: noBrokers });
    if (isAccepted(await live.send("POST", `/connections/${connection}/test`))) {
        throw new Unclear("the test of a connection without brokers passes");
    }
    const body = live.jobBody(connection, live.name("sales"));
    return decide(await live.send("POST", "/jobs", body), "false", "true");
}

async function isAggregationInSpec(live: Live): Promise<string> {
    const schema = [{ type: "measure", name: "amount", dataType: "double" }];
    const table = live.name("sales");
    await live.need("POST", "/tables", { type: "aggregate", name: table, schemaMode: "flexible", schema });
    const amount = { columnName: "amount", expression: 'SUM("amount")', isAggregation: null };
    const time = { columnName: "__time", expression: 'MILLIS_TO_TIMESTAMP("kafka.timestamp")' };
    const id = await live.job(await live.connection("orders"), table, { mappings: [time, amount] });
    const { spec } = await live.need("GET", `/jobs/${id}`);
    const { mappings = [] } = spec as { mappings?: { columnName: string; isAggregation?: unknown }[] };
    const results = mappings.map(({ columnName, isAggregation }) => [
        columnName,
        typeof isAggregation === "boolean" ? "filled" : "sent",
    ]);
    return common(Object.fromEntries(results) as Record<string, string>);
}

async function replacedJobStatus(live: Live): Promise<string> {
    const { id, connection, table } = await live.activeJob();
    await live.job(connection, table, { replaceRunning: true });
    return live.until(id, isTerminal);
}

async function terminalStatusPost(live: Live): Promise<string> {
    const { id } = await live.jobThatIs("canceled");
    const answer = await live.setStatus(id, "running");
    const isEnded = isTerminal(await live.status(id));
    return decide(answer, isEnded ? "lenient" : "resumed", "strict");
}

/** Looks at a job many times a second until its status is as wanted, and reports whether it was unknown meanwhile. */
async function wasUnknown(live: Live, id: string, first: unknown, isWanted: (status: string) => boolean) {
    const end = Date.now() + live.settings.waitMs;
    for (let status = String(first); status !== "unknown"; status = await live.status(id)) {
        if (isWanted(status)) return false;
        if (isTerminal(status) || Date.now() > end) throw new Unclear(`the job is ${status}`);
        await sleep(50);
    }
    return true;
}

async function unknownDuringTransition(live: Live): Promise<string> {
    const connection = await live.connection("orders");
    const { id, executionStatus } = await live.need("POST", "/jobs", live.jobBody(connection, live.name("sales")));
    const isUp = (status: string) => status === "running" || status === "idle";
    if (await wasUnknown(live, String(id), executionStatus, isUp)) return "true";
    const { body } = await live.setStatus(String(id), "suspended");
    return String(await wasUnknown(live, String(id), body.executionStatus, (status) => status === "suspended"));
}

const accepting: Record<string, string> = { "yes yes no": "live", "yes no no": "running", "yes yes yes": "any" };

async function resetAccepts(live: Live): Promise<string> {
    const { id } = await live.activeJob();
    const reset = async () => decide(await live.send("POST", `/jobs/${id}/reset`), "yes", "no");
    const status = await live.status(id);
    if (status === "pending") throw new Unclear("the job is pending");
    const results = { [status]: await reset(), suspended: "", canceled: "" };
    for (const next of ["suspended", "canceled"] as const) {
        await live.bring(id, next);
        results[next] = await reset();
    }
    return accepting[Object.values(results).join(" ")] ?? common(results);
}

async function dropWithActiveJob(live: Live): Promise<string> {
    const { id, table } = await live.activeJob();
    const answer = await live.drop(table);
    if (decide(answer, "cancels", "refused") === "refused") {
        if (isTerminal(await live.status(id))) throw new Unclear("the job ended by itself");
        return "refused";
    }
    const status = await poll(() => live.status(id), isTerminal, live.settings.waitMs);
    return isTerminal(status) ? "cancels" : `accepted, the job is ${status}`;
}

const counted = ["numRowsProcessed", "numRowsProcessedWithWarning", "numRowsSkippedByError", "numRowsSkippedByFilter"];

/** How many rows a job has read, whatever became of them, when they are enough or the time is up. */
async function rowsRead(live: Live, id: string, enough: number): Promise<number> {
    const read = async () => {
        const { totals } = await live.need("GET", `/jobs/${id}/metrics`);
        return counted.reduce((sum, name) => sum + Number((totals as Record<string, unknown>)[name] ?? 0), 0);
    };
    return poll(read, (rows) => rows >= enough, live.settings.waitMs);
}

async function checkpointAfterDrop(live: Live): Promise<string> {
    if (!live.settings.kafka.isReachable) {
        return notAsked("it takes a topic with rows that nobody writes to, named by POLARIS_LIVE_KAFKA_*");
    }
    const { id, connection, table } = await live.activeJob();
    const before = await rowsRead(live, id, 1);
    if (before === 0) throw new Unclear("no row of the topic was read");
    await live.bring(id, "suspended");
    await live.bring(id, "canceled");
    await live.need("POST", "/jobs", dropBody(table));
    const isGone = (status: number) => status === 404;
    const tableStatus = async () => (await live.send("GET", tablePath(table))).status;
    if (!isGone(await poll(tableStatus, isGone, live.settings.waitMs))) throw new Unclear("the table stays");
    const next = await live.job(connection, table);
    const after = await rowsRead(live, next, before);
    const status = await live.status(next);
    if (status !== "running" && status !== "idle") throw new Unclear(`the job is ${status}`);
    if (after > 0 && after < before) throw new Unclear("the topic has new rows");
    return after === 0 ? "kept" : "removed";
}

async function batchJob(live: Live): Promise<string> {
    const inputSchema = [{ name: "t", dataType: "string" }];
    const source = { type: "inline", data: '{"t":"2026-01-01T00:00:00Z"}', inputSchema };
    const { id } = await live.need("POST", "/jobs", {
        type: "batch",
        source: { ...source, formatSettings: { format: "nd-json" } },
        target: { type: "table", tableName: live.name("sales") },
        createTableIfNotExists: true,
        mappings: [{ columnName: "__time", expression: 'TIME_PARSE("t")' }],
    });
    return String(id);
}

async function suspendBatch(live: Live): Promise<string> {
    const answer = await live.setStatus(await batchJob(live), "suspended");
    if (isAccepted(answer) && isTerminal(String(answer.body.executionStatus))) throw new Unclear("the job had ended");
    return decide(answer, "accepted", "refused");
}

async function resetBatch(live: Live): Promise<string> {
    return decide(await live.send("POST", `/jobs/${await batchJob(live)}/reset`), "accepted", "refused");
}

async function transitionTimes(live: Live): Promise<string> {
    const connection = await live.connection("orders");
    const parts: string[] = [];
    const measure = async (word: string, work: () => Promise<unknown>) => {
        const begun = Date.now();
        await work();
        parts.push(`${word} after ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    };
    const id = await live.job(connection, live.name("sales"));
    await measure("running", () => live.until(id, (status) => status === "running" || status === "idle"));
    await measure("suspended", () => live.bring(id, "suspended"));
    await measure("canceled", () => live.bring(id, "canceled"));
    return parts.join(", ");
}

export const jobQuestions: readonly Question[] = [
    ruleQuestion("suspendedOccupies", suspendedOccupies),
    ruleQuestion("jobCreateDials", jobCreateDials),
    ruleQuestion("isAggregationInSpec", isAggregationInSpec),
    ruleQuestion("replacedJobStatus", replacedJobStatus),
    ruleQuestion("pausedJobStatus", () => Promise.resolve(notAsked("the API cannot pause a project"))),
    ruleQuestion("terminalStatusPost", terminalStatusPost),
    ruleQuestion("unknownDuringTransition", unknownDuringTransition),
    ruleQuestion("resetAccepts", resetAccepts),
    ruleQuestion("dropWithActiveJob", dropWithActiveJob),
    ruleQuestion("checkpointAfterDrop", checkpointAfterDrop),
    { id: "suspendBatch", question: "suspended asked of a batch job", assumed: "refused", ask: suspendBatch },
    { id: "resetBatch", question: "a reset of a batch job", assumed: "refused", ask: resetBatch },
    { id: "transitionTimes", question: "how long a change of a job's status takes", ask: transitionTimes },
];
