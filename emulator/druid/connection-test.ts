import { badRequest } from "../errors";
import type { Connection } from "../model/connection";
import { DruidError, type DruidClient } from "./client";
import { consumerProperties, streamOf, type Source } from "./consumer";
import { mask } from "./mask";
import { brokerReason } from "./observe";
import { UnusableConnection } from "./source";

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

/** Connects as a job would, and refuses with the broker's reason. */
export async function testConnection(
    druid: DruidClient,
    connection: Connection,
    signIn: () => Promise<Source>,
    { target, vault }: { target: string; vault: ReadonlyMap<string, string> },
): Promise<void> {
    const refuse = (message: string) => badRequest("ConnectionTestFailed", mask(message, vault), target);
    if (connection.type !== "kafka" && connection.type !== "confluent") {
        return;
    }
    try {
        await druid.post("/druid/indexer/v1/sampler", samplerSpec(await signIn()));
    } catch (error) {
        if (error instanceof UnusableConnection) {
            throw refuse(error.message);
        }
        if (error instanceof DruidError) {
            const topic = String(connection.properties.topicName);
            const isPattern = connection.properties.topicNameIsPattern === true;
            const missing = isPattern ? `No topic matches the pattern '${topic}'.` : `Topic '${topic}' does not exist.`;
            throw refuse(NO_TOPIC.test(error.message) ? missing : brokerReason(error.message));
        }
        throw error;
    }
}
