"use strict";
// The program of every contender: pairs of a connection and a job, from settings.json beside it.
const pulumi = require("@pulumi/pulumi");
const { connectionArguments, jobArguments } = require("./arguments.js");
const { pairs, edited } = require("./settings.json");
const { Connection, Job } = require("./contender.js");

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
    const { formatSettings, inputSchema, ...rest } = jobArguments(name, edited);
    new Job(name, { ...rest, source: { connectionName: connection.name, formatSettings, inputSchema } });
}
