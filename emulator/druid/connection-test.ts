import { badRequest } from "../errors";
import type { Connection } from "../model/connection";
import type { Rules } from "../rules";
import { DruidError } from "./client";
import type { Cluster } from "./cluster";
import { consumerProperties, streamOf, type Source } from "./consumer";
import { brokerReason } from "./observe";
import { sourceOf, UnusableConnection } from "./source";

/** Lets Druid's sampler sign in, look for the topic and read one record; it stores nothing. */
const samplerSpec = (source: Source) => ({
    type: "kafka",
    spec: {
        type: "kafka",
        ioConfig: {
            type: "kafka",
            ...streamOf(source),
            useEarliestOffset: true,
            inputFormat: { type: "regex", pattern: "(?s)(.*)", columns: ["value"] },
            consumerProperties: consumerProperties(source),
        },
        dataSchema: {
            dataSource: "sampler",
            timestampSpec: { column: "!!no-such-column!!", missingValue: "1970-01-01T00:00:00Z" },
            dimensionsSpec: {},
        },
        tuningConfig: { type: "kafka" },
    },
    samplerConfig: { numRows: 1, timeoutMs: 1000 },
});

const NO_TOPIC = /not subscribed to any topics|No partitions found for topics/;

export async function testConnection(
    cluster: Cluster,
    vault: ReadonlyMap<string, string>,
    rules: Rules,
    connection: Connection,
): Promise<void> {
    const refuse = (message: string) => badRequest("ConnectionTestFailed", message, "name");
    if (connection.type !== "kafka" && connection.type !== "confluent") {
        return;
    }
    try {
        const source = await sourceOf(vault, connection, rules.awsIam === "plaintext", cluster.listeners);
        await cluster.druid.post("/druid/indexer/v1/sampler", samplerSpec(source));
    } catch (error) {
        if (error instanceof UnusableConnection) {
            throw refuse(error.message);
        }
        if (error instanceof DruidError && error.status === 400) {
            const topic = String(connection.properties.topicName);
            const isPattern = connection.properties.topicNameIsPattern === true;
            const missing = isPattern ? `No topic matches the pattern '${topic}'.` : `Topic '${topic}' does not exist.`;
            throw refuse(NO_TOPIC.test(error.message) ? missing : brokerReason(error.message));
        }
        throw error;
    }
}
