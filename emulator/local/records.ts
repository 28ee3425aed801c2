import { Kafka, logLevel, Partitioners, type Producer } from "kafkajs";

/** A record for a topic. A value or key that is not a string is sent as JSON. */
export interface KafkaRecord {
    value: unknown;
    key?: unknown;
    headers?: Record<string, string>;
    /** Milliseconds since 1970. Default: now. */
    timestamp?: number;
    partition?: number;
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

const messageOf = ({ value, key, headers, timestamp, partition }: KafkaRecord) => ({
    value: value === null ? null : textOf(value),
    ...(key === undefined ? {} : { key: textOf(key) }),
    ...(headers === undefined ? {} : { headers }),
    ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
    ...(partition === undefined ? {} : { partition }),
});

/** Sends records to the topics of one Kafka, and creates the topics that are missing. */
export class Topics {
    readonly #kafka: Kafka;
    #producer: Promise<Producer> | undefined;

    constructor(bootstrapServers: string) {
        this.#kafka = new Kafka({
            clientId: "imply-polaris-emulator",
            brokers: bootstrapServers.split(","),
            logLevel: logLevel.NOTHING,
        });
    }

    /** Creates a topic; resolves to whether it is new. */
    async create(topic: string, partitions = 1): Promise<boolean> {
        const admin = this.#kafka.admin();
        await admin.connect();
        try {
            return await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
        } finally {
            await admin.disconnect();
        }
    }

    /** Resolves when the broker has all records. */
    async produce(topic: string, records: readonly KafkaRecord[]): Promise<void> {
        this.#producer ??= this.#connect();
        const producer = await this.#producer;
        await producer.send({ topic, acks: -1, messages: records.map(messageOf) });
    }

    async close(): Promise<void> {
        await (await this.#producer)?.disconnect();
    }

    async #connect(): Promise<Producer> {
        const producer = this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
        await producer.connect();
        return producer;
    }
}
