// @ts-check
"use strict";
// Arguments of a job of any size, and the stack's configuration as a handler asks for it.

/** @param {number} mappings */
exports.jobWith = (mappings) => ({
    target: { tableName: "orders" },
    createTableIfNotExists: true,
    source: {
        connectionName: "orders",
        formatSettings: { format: "nd-json" },
        inputSchema: Array.from({ length: mappings }, (_, at) => ({ name: `field_${at}`, dataType: "string" })),
    },
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("field_0")' },
        ...Array.from({ length: mappings - 1 }, (_, at) => ({
            columnName: `column_${at}`,
            expression: `"field_${at}"`,
        })),
    ],
    __provider: 'exports.handler = () => require("pulumi-imply-polaris/handlers/streaming-job")',
});

/** @param {Record<string, string | undefined>} settings */
exports.configuration = (settings) => ({
    config: {
        get: (/** @type {string} */ key) => settings[key],
        require: (/** @type {string} */ key) => settings[key] ?? "",
    },
});

/** As values come from the engine: new ones, each time. @type {<T>(value: T) => T} */
exports.fromEngine = (value) => JSON.parse(JSON.stringify(value));
