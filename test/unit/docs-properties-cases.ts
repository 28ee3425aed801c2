import { client, clientKeyAgain, encrypted, other, root } from "../support/pem";

type Properties = Record<string, unknown>;

const { certificates } = client;
export const variables = {
    DOCS_SECRET: client.key.trim(),
    DOCS_OTHER_SECRET: clientKeyAgain.trim(),
    DOCS_PASSWORD: "first",
    DOCS_OTHER_PASSWORD: "second",
};
const [from, fromOther] = [{ env: "DOCS_SECRET" }, { env: "DOCS_OTHER_SECRET" }];
const [passwordFrom, otherPasswordFrom] = [{ env: "DOCS_PASSWORD" }, { env: "DOCS_OTHER_PASSWORD" }];

const scram = { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "polaris", password: "first" };
const plain = { type: "sasl_plain", username: "polaris", password: "first" };
const scramFrom = { ...plain, type: "sasl_scram", mechanism: "SCRAM-SHA-512", password: undefined, passwordFrom: from };
const role = (name: string) => ({ type: "aws_iam", awsAssumedRoleArn: `arn:aws:iam::123456789012:role/${name}` });
const keystore = { certificates, key: client.key };
const [locked, otherLocked] = ["first", "second"].map((word) => ({ certificates, key: encrypted(client.key, word) }));

export const connection = (more: Properties = {}): Properties => ({
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    secrets: scram,
    ...more,
});
const withKeystore = (more: Properties) => connection({ ssl: { keystore: { ...keystore, ...more } } });

export const field = { name: "amount", dataType: "double" };
const time = { columnName: "__time", expression: "MILLIS_TO_TIMESTAMP(0)" };
export const job = (more: Properties = {}): Properties => ({
    target: { tableName: "replaced by the test" },
    source: { connectionName: "orders", formatSettings: { format: "nd-json" }, inputSchema: [field] },
    mappings: [{ columnName: "amount", expression: '"amount"' }, time],
    createTableIfNotExists: true,
    ...more,
});
const upserts = { enableUpserts: true, upsertKeyColumns: ["amount"] };

/** For each argument: arguments that hold it (or may), another value of it, and what has to change with it. */
export type Cases = Record<string, [base: Properties, value: unknown, besides?: Properties]>;

export const connectionCases: Cases = {
    name: [connection(), "other"],
    description: [connection(), "Orders of all shops"],
    bootstrapServers: [connection(), "b-2.example.com:9096"],
    topicName: [connection(), "returns"],
    topicNameIsPattern: [connection(), true],
    clientRack: [connection(), "use1-az4"],
    secrets: [connection(), plain],
    "secrets.type": [connection(), "sasl_plain", { secrets: plain }],
    "secrets.username": [connection(), "other"],
    "secrets.password": [connection(), "second"],
    "secrets.passwordFrom": [connection({ secrets: scramFrom }), fromOther],
    "secrets.passwordFrom.env": [connection({ secrets: scramFrom }), fromOther.env],
    "secrets.mechanism": [connection(), "SCRAM-SHA-256"],
    "secrets.awsAssumedRoleArn": [connection({ secrets: role("one") }), role("two").awsAssumedRoleArn],
    ssl: [connection(), { truststore: { certificates } }],
    "ssl.truststore": [withKeystore({}), { certificates }],
    "ssl.truststore.type": [connection({ ssl: { truststore: { certificates } } }), "jks"],
    "ssl.truststore.certificates": [connection({ ssl: { truststore: { certificates } } }), root],
    "ssl.keystore": [connection({ ssl: { truststore: { certificates } } }), keystore],
    "ssl.keystore.type": [withKeystore({}), "jks"],
    "ssl.keystore.certificates": [withKeystore({}), other.certificates, { ssl: { keystore: other } }],
    "ssl.keystore.key": [withKeystore({}), clientKeyAgain],
    "ssl.keystore.keyFrom": [withKeystore({ key: undefined, keyFrom: from }), fromOther],
    "ssl.keystore.keyFrom.env": [withKeystore({ key: undefined, keyFrom: from }), fromOther.env],
    "ssl.keystore.keyPassword": [
        withKeystore({ ...locked, keyPassword: "first" }),
        "second",
        { ssl: { keystore: { ...otherLocked, keyPassword: "second" } } },
    ],
    "ssl.keystore.keyPasswordFrom": [
        withKeystore({ ...locked, keyPasswordFrom: passwordFrom }),
        otherPasswordFrom,
        { ssl: { keystore: { ...otherLocked, keyPasswordFrom: otherPasswordFrom } } },
    ],
    "ssl.keystore.keyPasswordFrom.env": [
        withKeystore({ ...locked, keyPasswordFrom: passwordFrom }),
        otherPasswordFrom.env,
        { ssl: { keystore: { ...otherLocked, keyPasswordFrom: otherPasswordFrom } } },
    ],
    testConnection: [connection(), "error"],
    adopt: [connection(), true],
};

/** The cases of arguments that connections of all types have. */
const commonCases = (base: () => Properties): Cases => ({
    name: [base(), "other"],
    description: [base(), "Orders of all shops"],
    adopt: [base(), true],
});
const testedCases = (base: () => Properties): Cases => ({ ...commonCases(base), testConnection: [base(), "error"] });

/** The cases of a password that is in the arguments or in a variable. */
function loginCases(type: string, base: (more?: Properties) => Properties): Cases {
    const secrets = { type, username: "polaris" };
    const fromVariable = base({ secrets: { ...secrets, passwordFrom: from } });
    return {
        secrets: [base(), { ...secrets, username: "other", password: "second" }],
        "secrets.type": [base(), "other"],
        "secrets.username": [base(), "other"],
        "secrets.password": [base(), "second"],
        "secrets.passwordFrom": [fromVariable, fromOther],
        "secrets.passwordFrom.env": [fromVariable, fromOther.env],
    };
}

export const confluent = (more: Properties = {}): Properties => ({
    bootstrapServers: "pkc-1.us-east-1.aws.confluent.cloud:9092",
    topicName: "orders",
    secrets: plain,
    ...more,
});
export const confluentCases: Cases = {
    ...testedCases(confluent),
    ...loginCases("sasl_plain", confluent),
    bootstrapServers: [confluent(), "pkc-2.us-east-1.aws.confluent.cloud:9092"],
    topicName: [confluent(), "returns"],
    topicNameIsPattern: [confluent(), true],
};

export const schemaRegistry = (more: Properties = {}): Properties => ({
    urls: ["https://registry.example.com"],
    secrets: { ...plain, type: "basic" },
    ...more,
});
export const schemaRegistryCases: Cases = {
    ...testedCases(schemaRegistry),
    ...loginCases("basic", schemaRegistry),
    urls: [schemaRegistry(), ["https://other.example.com"]],
};

export const pushStreaming = (): Properties => ({});
export const pushStreamingCases: Cases = commonCases(pushStreaming);

const accessKey = { type: "access_key", accessKeyId: "AKIAEXAMPLE", accessKeySecret: "first" };
const accessKeyFrom = { ...accessKey, accessKeySecret: undefined, accessKeySecretFrom: from };
export const s3 = (more: Properties = {}): Properties => ({
    bucket: "orders",
    awsEndpoint: "s3.us-east-1.amazonaws.com",
    secrets: accessKey,
    ...more,
});
const s3WithRole = s3({ secrets: undefined, awsAssumedRoleArn: role("one").awsAssumedRoleArn });
export const s3Cases: Cases = {
    ...testedCases(s3),
    bucket: [s3(), "returns"],
    awsEndpoint: [s3(), "s3.eu-west-1.amazonaws.com"],
    prefix: [s3(), "daily/"],
    awsAssumedRoleArn: [s3WithRole, role("two").awsAssumedRoleArn],
    secrets: [s3(), { ...accessKey, accessKeyId: "AKIAOTHER" }],
    "secrets.type": [s3(), "other"],
    "secrets.accessKeyId": [s3(), "AKIAOTHER"],
    "secrets.accessKeySecret": [s3(), "second"],
    "secrets.accessKeySecretFrom": [s3({ secrets: accessKeyFrom }), fromOther],
    "secrets.accessKeySecretFrom.env": [s3({ secrets: accessKeyFrom }), fromOther.env],
};

const accountKey = { type: "access_key", accessKeySecret: "first" };
const sasToken = { type: "sas_token", sasToken: "?sv=first" };
export const azure = (more: Properties = {}): Properties => ({
    storageAccount: "orders",
    container: "daily",
    secrets: accountKey,
    ...more,
});
const azureWithKeyFrom = azure({ secrets: { type: "access_key", accessKeySecretFrom: from } });
const azureWithTokenFrom = azure({ secrets: { type: "sas_token", sasTokenFrom: from } });
export const azureCases: Cases = {
    ...testedCases(azure),
    storageAccount: [azure(), "returns"],
    container: [azure(), "weekly"],
    prefix: [azure(), "2024/"],
    secrets: [azure(), sasToken],
    "secrets.type": [azure(), "sas_token", { secrets: sasToken }],
    "secrets.accessKeySecret": [azure(), "second"],
    "secrets.accessKeySecretFrom": [azureWithKeyFrom, fromOther],
    "secrets.accessKeySecretFrom.env": [azureWithKeyFrom, fromOther.env],
    "secrets.sasToken": [azure({ secrets: sasToken }), "?sv=second"],
    "secrets.sasTokenFrom": [azureWithTokenFrom, fromOther],
    "secrets.sasTokenFrom.env": [azureWithTokenFrom, fromOther.env],
};

export const kinesis = (more: Properties = {}): Properties => ({
    stream: "orders",
    awsEndpoint: "kinesis.us-east-1.amazonaws.com",
    awsAssumedRoleArn: role("one").awsAssumedRoleArn,
    ...more,
});
export const kinesisCases: Cases = {
    ...testedCases(kinesis),
    stream: [kinesis(), "returns"],
    awsEndpoint: [kinesis(), "kinesis.eu-west-1.amazonaws.com"],
    awsAssumedRoleArn: [kinesis(), role("two").awsAssumedRoleArn],
};

export const jobCases: Cases = {
    target: [job(), { tableName: "other" }],
    "target.type": [job(), "lookup"],
    "target.tableName": [job(), "other"],
    source: [job(), { connectionName: "returns", formatSettings: { format: "nd-json" }, inputSchema: [field] }],
    "source.type": [job(), "s3"],
    "source.connectionName": [job(), "returns"],
    "source.formatSettings": [job(), { format: "csv", columns: ["amount"] }],
    "source.inputSchema": [job({ mappings: [time] }), [field, { name: "country", dataType: "string" }]],
    "source.inputSchema[].name": [job(), "total", { mappings: [time] }],
    "source.inputSchema[].dataType": [job(), "float"],
    mappings: [job(), [time]],
    "mappings[].columnName": [job(), "total"],
    "mappings[].expression": [job(), 'ROUND("amount")'],
    "mappings[].isAggregation": [job(), true],
    createTableIfNotExists: [job(), false],
    readFromPoint: [job(), "earliest"],
    lateMessageRejectionPeriod: [job(), "P7D"],
    earlyMessageRejectionPeriod: [job(), "P7D"],
    filterExpression: [job(), '"amount" > 0'],
    dimensionExclusions: [job(), ["country"]],
    useSchemaDiscovery: [job(), true],
    partitionedBy: [job(), "hour"],
    clusteringColumns: [job(), ["amount"]],
    maxParseExceptions: [job(), 0],
    enableUpserts: [job(), true, upserts],
    upsertKeyColumns: [job(upserts), ["amount", "__time"]],
    upsertVersionColumn: [job(upserts), "amount"],
    desiredExecutionStatus: [job(), "suspended"],
    restartTrigger: [job(), "2"],
    restartOnConnectionChange: [job(), true],
    resetTrigger: [job(), "2"],
    adopt: [job(), true],
    waitForHealthy: [job(), "1s"],
};

const dimension = { type: "dimension", name: "country", dataType: "string" };
const measure = { type: "measure", name: "amount", dataType: "double" };
const week = { type: "period", period: "P7D" };
const summer = { type: "intervals", intervals: ["2024-06-01/2024-09-01"] };
export const table = (more: Properties = {}): Properties => ({
    type: "aggregate",
    schema: [dimension, measure],
    allowColumnChanges: true,
    ...more,
});
const retaining = (retain: Properties) => table({ storagePolicy: { retain } });
const caching = (cached: Properties) => table({ storagePolicy: { cached } });
const rollup = (more: Properties) => table({ queryGranularity: { type: "period", period: "PT6H", ...more } });
const simple = { type: "simple", granularity: "hour" };

export const tableCases: Cases = {
    name: [table(), "other"],
    type: [{ type: "aggregate" }, "detail"],
    schemaMode: [table(), "strict"],
    schema: [table(), [dimension, measure, { ...dimension, name: "city" }]],
    "schema[].name": [table(), "city"],
    "schema[].dataType": [table(), "long"],
    "schema[].type": [table({ schema: [measure] }), "dimension"],
    partitioningGranularity: [table(), "hour"],
    clusteringColumns: [table(), ["country"]],
    description: [table(), "Orders of all shops"],
    storagePolicy: [table(), { retain: week }],
    "storagePolicy.retain": [retaining(week), summer],
    "storagePolicy.retain.type": [retaining(week), "intervals", retaining(summer)],
    "storagePolicy.retain.period": [retaining(week), "P30D"],
    "storagePolicy.retain.intervals": [retaining(summer), ["2024-07-01/2024-08-01"]],
    "storagePolicy.cached": [caching(week), summer],
    "storagePolicy.cached.type": [caching(week), "intervals", caching(summer)],
    "storagePolicy.cached.period": [caching(week), "P30D"],
    "storagePolicy.cached.intervals": [caching(summer), ["2024-07-01/2024-08-01"]],
    timeResolution: [table(), "hour"],
    queryGranularity: [table(), simple],
    "queryGranularity.type": [rollup({}), "simple", { queryGranularity: simple }],
    "queryGranularity.granularity": [table({ queryGranularity: simple }), "day"],
    "queryGranularity.period": [rollup({}), "PT12H"],
    "queryGranularity.timeZone": [rollup({}), "Europe/Berlin"],
    "queryGranularity.origin": [rollup({}), "2024-01-01T00:00:00"],
    onDestroy: [table(), "drop"],
    deletionProtection: [table(), true],
    allowColumnChanges: [table({ allowColumnChanges: false }), true],
    adopt: [table(), true],
};

export const minimal: Record<string, Properties> = {
    "nd-json": {},
    csv: { columns: ["amount"] },
    regex: { pattern: "^(.*)$", columns: ["amount"] },
    avro_stream: { parseSchemaProvider: { type: "inline-avro", schema: {} } },
    protobuf: { parseSchemaProvider: { type: "connection", connectionName: "registry" } },
    kafka: { valueFormat: { format: "nd-json" } },
    kinesis: { valueFormat: { format: "nd-json" } },
};
export const providers: Record<string, Properties> = {
    connection: { connectionName: "registry" },
    "inline-avro": { schema: {} },
    "inline-protobuf": { descriptor: "Cg==" },
};
