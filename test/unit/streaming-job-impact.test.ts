import { connectionEffects } from "../../provider/kafka-connection/impact";
import { jobEffects } from "../../provider/streaming-job/impact";

const planned = (changed: string[], replaces: string[] = []) => ({
    changed,
    replaces,
    // Its connection, as it is.
    declaration: (_noun: string, name: string) =>
        name === "orders-kafka" ? { olds: { topicName: "orders" }, inputs: { topicName: "orders" } } : undefined,
});
const job = {
    jobId: "0f3a8a52",
    target: { tableName: "orders" },
    source: { connectionName: "orders-kafka", formatSettings: { format: "nd-json" } },
    readFromPoint: "earliest",
};
const connection = {
    bootstrapServers: "b-1:9096",
    secrets: { type: "sasl_plain", username: "u", password: "p" },
};

describe("what a planned change of a job says", () => {
    it("tells of the swap, and of the offsets that are kept", () => {
        expect(jobEffects(job, { ...job, filterExpression: "1 = 1" }, planned(["filterExpression"]))).toEqual([
            "filterExpression changes: the running job is swapped for a new one that goes on at its offsets",
        ]);
    });

    it("does not call a suspended job a running one", () => {
        const suspended = { ...job, desiredExecutionStatus: "suspended" };
        const mappings = [{ columnName: "__time", expression: '"t"' }];
        expect(jobEffects(suspended, { ...suspended, mappings }, planned(["mappings"]))).toEqual([
            "mappings changes: the suspended job is swapped for a new one that is suspended as well, and when it is resumed goes on at its offsets",
        ]);
        expect(jobEffects(suspended, { ...job, mappings }, planned(["mappings", "desiredExecutionStatus"]))).toEqual([
            "mappings changes: the suspended job is swapped for a new one that goes on at its offsets",
            "the job is resumed at its offsets",
        ]);
    });

    it("does not promise offsets when another connection is read", () => {
        const source = { ...job.source, connectionName: "other" };
        const [note] = jobEffects(job, { ...job, source }, planned(["source"]));
        expect(note).toMatch(/goes on at its offsets where the connection reads the same topic/);
    });

    it("warns that readFromPoint changes nothing, also where more changes, unless a reset comes with it", () => {
        const alone = jobEffects(job, { ...job, readFromPoint: "latest" }, planned(["readFromPoint"]));
        expect(alone[1]).toMatch(/^readFromPoint has no effect on a topic that this table has read before/);
        const [, among] = jobEffects(job, { ...job, readFromPoint: "latest" }, planned(["mappings", "readFromPoint"]));
        expect(among).toMatch(/^readFromPoint has no effect/);
        const inputs = { ...job, readFromPoint: "latest", resetTrigger: "1" };
        const notes = jobEffects(job, inputs, planned(["readFromPoint", "resetTrigger"]));
        expect(notes.join()).not.toContain("has no effect");
        expect(notes).toContain("the job's offsets are reset to latest: unread rows are skipped");
    });

    it("tells suspension from resumption", () => {
        const suspended = { ...job, desiredExecutionStatus: "suspended" };
        expect(jobEffects(job, suspended, planned(["desiredExecutionStatus"]))).toEqual([
            "the job is suspended: ingestion stops, offsets are kept",
        ]);
        expect(jobEffects(suspended, job, planned(["desiredExecutionStatus"]))).toEqual([
            "the job is resumed at its offsets",
        ]);
    });

    it("tells of a restart, but not of one that a swap makes needless, nor of a suspended job, nor of a trigger that is taken away", () => {
        const restarted = { ...job, restartTrigger: "2" };
        expect(jobEffects(job, restarted, planned(["restartTrigger"]))).toEqual([
            "the job is restarted (suspended and resumed) at its offsets, with the connection as it is now",
        ]);
        expect(jobEffects(job, restarted, planned(["mappings", "restartTrigger"])).join()).not.toContain("restarted");
        const suspended = { ...job, desiredExecutionStatus: "suspended" };
        expect(jobEffects(suspended, { ...suspended, restartTrigger: "2" }, planned(["restartTrigger"]))).toEqual([]);
        expect(jobEffects(restarted, job, planned(["restartTrigger"]))).toEqual([]);
        expect(jobEffects({ ...job, resetTrigger: "1" }, job, planned(["resetTrigger"]))).toEqual([]);
    });

    it("says of a replacement what becomes of the old table's data", () => {
        const moved = { ...job, target: { tableName: "orders2" } };
        expect(jobEffects(job, moved, planned(["target"], ["target"]))).toEqual([
            'the table changes: a job is started on the new one, then the old one\'s is ended; the table "orders" keeps its data',
        ]);
    });
});

describe("what a planned change of a connection says", () => {
    it("says nothing of a change that no job can notice", () => {
        expect(connectionEffects(connection, { ...connection, description: "x" }, planned(["description"]))).toEqual(
            [],
        );
    });

    it("says that running jobs go on with what they have", () => {
        const inputs = { ...connection, bootstrapServers: "b-2:9096" };
        expect(connectionEffects(connection, inputs, planned(["bootstrapServers"]))).toEqual([
            "updates bootstrapServers in place: jobs that run go on with what they have until they are restarted (restartTrigger)",
        ]);
    });

    it("names only what is sure to change: a part that is not known yet may stay as it is", () => {
        const secrets = { type: "aws_iam", awsAssumedRoleArn: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
        const inputs = { ...connection, bootstrapServers: "b-2:9096", secrets };
        expect(
            connectionEffects(
                { ...connection, secrets: { type: "aws_iam" } },
                inputs,
                planned(["bootstrapServers", "secrets"]),
            ),
        ).toEqual([
            "updates bootstrapServers in place: jobs that run go on with what they have until they are restarted (restartTrigger)",
        ]);
        expect(connectionEffects(connection, inputs, planned(["secrets"]))).toEqual([]);
    });

    it("says that secrets are set again after a write that this resource has no record of", () => {
        const secrets = { type: "sasl_plain", username: "u" };
        const [note] = connectionEffects({ ...connection, secrets }, connection, planned(["secrets"]));
        expect(note).toBe(
            "the connection was changed since this resource's last recorded write, and secrets cannot be read back: sets secrets.password again",
        );
    });

    it("does not take another kind of secrets for lost ones", () => {
        const inputs = { ...connection, secrets: { type: "aws_iam", awsAssumedRoleArn: "arn" } };
        expect(connectionEffects(inputs, connection, planned(["secrets"])).join()).not.toContain("somebody else");
    });
});
