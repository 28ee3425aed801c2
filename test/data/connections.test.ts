import { readFileSync } from "node:fs";
import path from "node:path";
import { emulator, host, orderOf, secrets, topics, waitForRows } from "../support/data";
import { cancel, connect, jobState, postJob, until } from "../support/data-jobs";

/** How connections sign in, and what they say when they cannot. */

const certificate = (name: string) => readFileSync(path.join(host.folder, "kafka/certificates", `${name}.pem`), "utf8");
const truststore = () => ({ type: "pem", certificates: certificate("ca") });
const keystore = () => ({ type: "pem", certificates: certificate("client"), key: certificate("client-key") });
const plain = { type: "sasl_plain", username: host.username, password: host.password };

beforeAll(async () => {
    await topics.create("reachable");
    await topics.produce("reachable", [{ value: orderOf(1, Date.now()) }]);
});

const testOf = async (name: string, topic: string, more: Record<string, unknown>) => {
    expect(await connect(name, topic, more)).toMatchObject({ status: 201 });
    const { status, json } = await emulator.api("POST", `/connections/${name}/test`);
    return { status, message: json.message };
};

test.each([
    ["plain", () => ({ secrets: plain })],
    ["scram-256", () => ({ secrets: { ...secrets, mechanism: "SCRAM-SHA-256" } })],
    ["scram-512", () => ({ secrets: { ...secrets, mechanism: "SCRAM-SHA-512" } })],
    ["tls", () => ({ ssl: { truststore: truststore() } })],
    ["client-certificate", () => ({ secrets: undefined, ssl: { truststore: truststore(), keystore: keystore() } })],
])("a job reads by %s", async (name, more) => {
    expect(await testOf(name, "reachable", more())).toEqual({ status: 200, message: undefined });
    const table = `by_${name}`;
    const { json } = await postJob(table, { connectionName: name });
    await waitForRows(`SELECT * FROM "${table}"`, 1);
    await cancel(String(json.id));
});

test.each([
    ["wrong-password", "reachable", { secrets: { ...plain, password: "wrong" } }, /^Authentication failed/],
    ["missing-topic", "absent", {}, /^Topic 'absent' does not exist\.$/],
    [
        "missing-pattern",
        "absent-[0-9]+",
        { topicNameIsPattern: true },
        /^No topic matches the pattern 'absent-\[0-9\]\+'\.$/,
    ],
    ["no-broker", "reachable", { bootstrapServers: "127.0.0.1:1" }, /^Timeout expired while fetching topic metadata$/],
    [
        "aws-role",
        "reachable",
        { secrets: { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/msk" } },
        /^aws_iam is not possible here: .* awsIam=plaintext/,
    ],
])("the test of a connection with a fault (%s) gives the reason", async (name, topic, more, reason) => {
    const { status, message } = await testOf(name, topic, more);
    expect(status).toBe(400);
    expect(message).toMatch(reason);
    expect(String(message)).not.toMatch(/org\.apache|password="/);
});

test("a topic that does not exist is not created by a test or a job, and the job reads when it comes", async () => {
    await testOf("early", "to-come", {});
    const { json } = await postJob("early");
    const id = String(json.id);
    const state = await until(
        () => jobState(id),
        ({ health }) => health.status === "error",
    );
    expect(state).toMatchObject({
        executionStatus: "pending",
        health: { code: "could_not_connect_to_source", message: "Topic 'to-come' does not exist." },
    });
    expect(await topics.create("to-come")).toBe(true);
    await topics.produce("to-come", [{ value: orderOf(1, Date.now()) }]);
    await waitForRows('SELECT * FROM "early"', 1);
    await until(
        () => jobState(id),
        ({ health }) => health.status === "ok",
    );
    await cancel(id);
});

test("topics that match a pattern are read by one job, and so is a topic that appears later", async () => {
    const createShop = async (topic: string) => {
        await topics.create(topic);
        await topics.produce(topic, [{ value: { ...orderOf(1, Date.now()), order_id: topic } }]);
    };
    await createShop("shop-1");
    await createShop("shop-2");
    expect(await testOf("shops", "shop-[0-9]", { topicNameIsPattern: true })).toMatchObject({ status: 200 });
    const { json } = await postJob("shops");
    await waitForRows('SELECT * FROM "shops"', 2);
    await createShop("shop-3");
    const rows = await waitForRows('SELECT "order_id", COUNT(*) AS "n" FROM "shops" GROUP BY 1 ORDER BY 1', 3);
    expect(rows).toEqual([1, 2, 3].map((shop) => ({ order_id: `shop-${shop}`, n: 1 })));
    await cancel(String(json.id));
});
