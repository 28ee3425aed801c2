"use strict";
// The program of every contender: pairs of a connection and a job, and the job's table if settings.json beside it says so.
const pulumi = require("@pulumi/pulumi");
const { connectionArguments, jobArguments, tableArguments } = require("./arguments.js");
const { pairs, tables, edited } = require("./settings.json");
const { Connection, Job, Table } = require("./contender.js");

for (let at = 0; at < pairs; at += 1) {
    const name = `orders-${at}`;
    const connection = new Connection(name, {
        ...connectionArguments(name),
        secrets: {
            type: "sasl_scram",
            mechanism: "SCRAM-SHA-512",
            username: "polaris",
            password: pulumi.secret("a-password-of-the-benchmark"),
        },
    });
    const { formatSettings, inputSchema, ...rest } = jobArguments(edited);
    const target = { tableName: tables ? new Table(name, tableArguments(name)).name : name };
    new Job(name, {
        ...rest,
        target,
        createTableIfNotExists: !tables,
        source: { connectionName: connection.name, formatSettings, inputSchema },
    });
}
