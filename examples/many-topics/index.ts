import * as pulumi from "@pulumi/pulumi";
import { IngestedTopic, type IngestedTopicArgs } from "./ingested-topic";

const config = new pulumi.Config();
const cluster: IngestedTopicArgs["cluster"] = {
    bootstrapServers: config.require("bootstrapServers"),
    secrets: {
        type: "sasl_scram",
        mechanism: "SCRAM-SHA-512",
        username: config.require("kafkaUsername"),
        password: config.requireSecret("kafkaPassword"),
    },
};

// What the others are joined with comes first.
const customers = new IngestedTopic("customers", {
    cluster,
    topic: "customers",
    timeField: "changed_at",
    fields: { customer_id: "string", country: "string", segment: "string" },
});

const topics: Omit<IngestedTopicArgs, "cluster">[] = [
    {
        topic: "orders",
        timeField: "placed_at",
        fields: { order_id: "string", customer_id: "string", amount: "double" },
    },
    { topic: "payments", timeField: "paid_at", fields: { order_id: "string", amount: "double" } },
    { topic: "returns", timeField: "returned_at", fields: { order_id: "string", reason: "string" } },
];
const ingested = topics.map((args) => new IngestedTopic(args.topic, { cluster, ...args }, { dependsOn: customers }));

/** The jobs that feed the tables now, by table. */
export const jobIds = Object.fromEntries([customers, ...ingested].map(({ table, jobId }) => [table, jobId]));
