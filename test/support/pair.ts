/** A connection as a program declares it. */
export const connection = {
    name: "orders",
    bootstrapServers: "a:1",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "imply", password: "hidden-word" },
    testConnection: "off",
};

/** The same as POST `/connections` takes it. */
export const connectionBody = { ...connection, type: "kafka", testConnection: undefined };

/** A job that reads it, as a program declares it. */
export const job = {
    target: { tableName: "sales" },
    createTableIfNotExists: true,
    source: {
        connectionName: "orders",
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "t", dataType: "string" },
            { name: "country", dataType: "string" },
        ],
    },
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("t")' }],
};

/** The same with another spec. */
export const editedJob = { ...job, filterExpression: '"country" = 1' };

/** The job as POST `/jobs` takes it. */
export const jobBody = {
    ...job,
    type: "streaming",
    source: { ...job.source, type: "connection" },
    target: { ...job.target, type: "table" },
};

/** A table, as a program declares it. */
export const table = {
    name: "sales",
    type: "detail",
    schemaMode: "strict",
    schema: [
        { name: "country", dataType: "string" },
        { name: "amount", dataType: "double" },
    ],
};
