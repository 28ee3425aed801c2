"use strict";
// What every contender declares: the same arguments, so that only the providers differ.

/** @param {string} name */
exports.connectionArguments = (name) => ({
    name,
    description: "Orders as the shop takes them",
    bootstrapServers: "b-1.events.example.com:9096,b-2.events.example.com:9096,b-3.events.example.com:9096",
    topicName: name,
    clientRack: "use1-az4",
});

/** @param {string} name */
exports.tableArguments = (name) => ({
    name,
    type: "detail",
    schemaMode: "strict",
    schema: [
        { name: "order_id", dataType: "string" },
        { name: "country", dataType: "string" },
        { name: "amount", dataType: "double" },
    ],
    storagePolicy: { retain: { type: "period", period: "P90D" } },
    onDestroy: "drop",
});

/** @param {boolean} edited */
const amount = (edited) => (edited ? 'ROUND("amount", 2)' : '"amount"');

/** @param {boolean} edited */
exports.jobArguments = (edited) => ({
    readFromPoint: "earliest",
    formatSettings: { format: "nd-json" },
    inputSchema: [
        { name: "timestamp", dataType: "string" },
        { name: "order_id", dataType: "string" },
        { name: "country", dataType: "string" },
        { name: "amount", dataType: "double" },
    ],
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("timestamp")' },
        { columnName: "order_id", expression: '"order_id"' },
        { columnName: "country", expression: 'UPPER("country")' },
        { columnName: "amount", expression: amount(edited) },
    ],
});
