import type { KafkaRecord } from "./local/records";
import type { Query, Row, WaitOptions } from "./local/rows";
import type { LocalOptions, LocalServices } from "./local/start-local";

/** The Kafka that was started, and what a test does with it. */
export interface LocalIngest {
    /** Address of the broker, for producers and consumers, and for connections of any kind. */
    kafkaBootstrapServers: string;
    /** With what a connection signs in, and the certificates for TLS. */
    kafka: LocalServices["kafka"];
    /** URL of Druid's router. */
    druidUrl: string;
    pids: LocalServices["pids"];
    /** Creates a topic; resolves to whether it is new. */
    createTopic: (topic: string, partitions?: number) => Promise<boolean>;
    /** Sends records to a topic; resolves when the broker has them. */
    produce: (topic: string, records: readonly KafkaRecord[]) => Promise<void>;
    /** The rows that a SQL statement finds, through the API's query route. */
    query: Query;
    /** Repeats a SQL statement until it finds so many rows, or rows that satisfy the condition. */
    waitForRows: (sql: string, condition: number | ((rows: Row[]) => boolean), options?: WaitOptions) => Promise<Row[]>;
}

/** Loads what starts processes only where it is needed. */
export async function startServices(options: LocalOptions): Promise<LocalServices> {
    const { startLocal } = await import("./local/start-local.js");
    return startLocal(options);
}

interface Api {
    url: string;
    projectId: string;
    apiKey: string;
}

async function queryRows({ url, projectId, apiKey }: Api, sql: string): Promise<Row[]> {
    const credentials = Buffer.from(`${apiKey}:`).toString("base64");
    const response = await fetch(`${url}/v1/projects/${projectId}/query/sql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Basic ${credentials}` },
        body: JSON.stringify({ query: sql }),
    });
    const text = await response.text();
    if (!response.ok) {
        const { QueryError } = await import("./local/start-local.js");
        throw new QueryError(response.status, text);
    }
    return JSON.parse(text) as Row[];
}

/** What a test does with records and rows of an emulator that ingests; `close` ends the connection to the broker. */
export async function openIngest(
    api: Api,
    { kafkaBootstrapServers, kafka, druidUrl, pids }: LocalServices,
): Promise<LocalIngest & { closeTopics: () => Promise<void> }> {
    const { Topics, waitForRows } = await import("./local/start-local.js");
    const topics = new Topics(kafkaBootstrapServers);
    const query: Query = (sql) => queryRows(api, sql);
    return {
        kafkaBootstrapServers,
        kafka,
        druidUrl,
        pids,
        createTopic: (topic, partitions) => topics.create(topic, partitions),
        produce: (topic, records) => topics.produce(topic, records),
        query,
        waitForRows: (sql, condition, options) => waitForRows(query, sql, condition, options),
        closeTopics: () => topics.close(),
    };
}
