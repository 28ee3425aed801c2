/** How connections sign in, as a program says it. */
export const scram = {
    type: "sasl_scram",
    mechanism: "SCRAM-SHA-512",
    username: "polaris",
    password: "first-password",
};
export const plain = { type: "sasl_plain", username: "polaris", password: "first-password" };
export const iam = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/reader" };

/** The arguments of a connection. */
export const connectionFixture = {
    bootstrapServers: "b-1.example.com:9096,b-2.example.com:9096",
    topicName: "orders",
    secrets: scram,
};

const source = { formatSettings: { format: "nd-json" }, inputSchema: [{ name: "at", dataType: "string" }] };
const spec = { createTableIfNotExists: true, mappings: [{ columnName: "__time", expression: 'TIME_PARSE("at")' }] };

/** The arguments of a job into a table that it creates. */
export const jobFixture = (tableName: string, connectionName: string, more: Record<string, unknown> = {}) => ({
    ...spec,
    target: { tableName },
    source: { ...source, connectionName },
    ...more,
});

/** The connection as POST `/connections` takes it. */
export const kafka = (name: string, more: Record<string, unknown> = {}) => ({
    type: "kafka",
    name,
    ...connectionFixture,
    ...more,
});

/** A connection to Kinesis as POST `/connections` takes it. */
export const kinesis = (name: string) => ({
    type: "kinesis",
    name,
    stream: "orders",
    awsEndpoint: "kinesis.us-east-1.amazonaws.com",
    awsAssumedRoleArn: iam.awsAssumedRoleArn,
});

/** The job as POST `/jobs` takes it. */
export const streaming = (tableName: string, connectionName: string, more: Record<string, unknown> = {}) => ({
    type: "streaming",
    ...spec,
    target: { type: "table", tableName },
    source: { ...source, type: "connection", connectionName },
    ...more,
});

/** What every program text of `withStack` may use: the SDKs, its stack config, its args, `Upstream` and these fixtures. */
export const prelude = `"use strict";
const pulumi = require("@pulumi/pulumi");
const polaris = require("pulumi-imply-polaris");
const { Upstream } = require("./upstream");
const config = new pulumi.Config();
const args = JSON.parse(require("node:fs").readFileSync(require.resolve("./args.json"), "utf8"));
const connectionFixture = ${JSON.stringify(connectionFixture)};
const jobFixture = (tableName, connectionName) => ({
    ...${JSON.stringify(spec)},
    target: { tableName },
    source: { ...${JSON.stringify(source)}, connectionName },
});
`;

/** A connection and a job that reads it: `args.connection` and `args.job` hold what differs from the fixtures. */
export const pair = `
const connection = new polaris.KafkaConnection("orders", { ...connectionFixture, ...args.connection });
new polaris.StreamingJob("ingestion", { ...jobFixture("orders", connection.name), ...args.job });
`;

/** Many of both: `args.connections` and `args.jobs` by name, each with what differs from the fixtures. */
export const fleet = `
const connections = {};
const optionsOf = ({ timeouts }) => (timeouts ? { customTimeouts: timeouts } : {});
for (const [name, { timeouts, ...more }] of Object.entries(args.connections ?? {})) {
    const given = { ...connectionFixture, testConnection: "off", ...more };
    connections[name] = new polaris.KafkaConnection(name, given, optionsOf({ timeouts }));
}
for (const [table, { connection = "source", timeouts, ...more }] of Object.entries(args.jobs ?? {})) {
    const given = { ...jobFixture(table, connections[connection]?.name ?? connection), ...more };
    new polaris.StreamingJob(table, given, optionsOf({ timeouts }));
}
`;

/**
 * A resource from before ours in the graph, such as a cluster: `new Upstream("cluster", { value: "b-1:9098" })`.
 * Its output `result` is the value, known only after an `up`: in a preview that creates it or changes its value,
 * `result` is unknown. A change of the value updates it in place; with `replace: true`, it replaces it.
 */
export const upstream = `"use strict";
const pulumi = require("@pulumi/pulumi");

const provider = \`exports.handler = () => {
    const outs = (inputs) => ({ ...inputs, result: inputs.value });
    return {
        check: async (_olds, news) => ({ inputs: news }),
        diff: async (_id, olds, news) => {
            const changes = JSON.stringify(olds.value) !== JSON.stringify(news.value);
            return { changes, replaces: changes && news.replace ? ["value"] : [] };
        },
        create: async (inputs) => ({ id: "upstream-" + Date.now(), outs: outs(inputs) }),
        update: async (_id, _olds, news) => ({ outs: outs(news) }),
        read: async (id, props) => ({ id, props }),
        delete: async () => undefined,
    };
};\`;

class Upstream extends pulumi.CustomResource {
    constructor(name, { value, replace = false }, options) {
        super("pulumi-nodejs:dynamic:Upstream", name, { __provider: provider, value, replace, result: undefined }, options);
    }
}

module.exports = { Upstream };
`;
