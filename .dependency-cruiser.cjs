"use strict";

/** The types of connection beside Kafka's: each is a folder that knows no other of them. */
const typesOfConnection = [
    "provider/kinesis-connection",
    "provider/azure-connection",
    "provider/s3-connection",
    "provider/push-streaming-connection",
    "provider/schema-registry-connection",
    "provider/confluent-connection",
];

/**
 * What each folder may import. A folder that is not listed may import nothing and be imported by nobody, so a new one
 * fails `npm run check:imports` until it has its line here.
 */
const layers = {
    "provider/index.ts": ["provider/program", "provider/aws", "provider/error-codes.ts"],
    "provider/handlers": [
        ...typesOfConnection,
        "provider/engine",
        "provider/kafka-connection",
        "provider/streaming-job",
        "provider/table",
    ],
    "provider/program": ["provider/config.ts", "provider/error-codes.ts"],
    "provider/import": [
        ...typesOfConnection,
        "provider/connection",
        "provider/table",
        "provider/streaming-job",
        "provider/kafka-connection",
        "provider/engine",
        "provider/api",
        "provider/values",
        "provider/config.ts",
        "provider/version.ts",
    ],
    "provider/streaming-job": [
        ...typesOfConnection,
        "provider/kafka-connection",
        "provider/connection",
        "provider/table",
        "provider/engine",
        "provider/api",
        "provider/identity",
        "provider/values",
    ],
    "provider/kafka-connection": ["provider/connection", "provider/aws", "provider/values"],
    ...Object.fromEntries(
        typesOfConnection.map((type) => [
            type,
            ["provider/connection", "provider/kafka-connection", "provider/values"],
        ]),
    ),
    "provider/connection": [
        "provider/named-object",
        "provider/engine",
        "provider/api",
        "provider/identity",
        "provider/values",
    ],
    "provider/table": [
        "provider/named-object",
        "provider/engine",
        "provider/api",
        "provider/identity",
        "provider/values",
    ],
    "provider/named-object": ["provider/engine", "provider/api", "provider/identity", "provider/values"],
    "provider/engine": [
        "provider/api",
        "provider/identity",
        "provider/values",
        "provider/config.ts",
        "provider/error-codes.ts",
    ],
    "provider/identity": ["provider/values"],
    "provider/api": ["provider/values", "provider/address.ts", "provider/config.ts", "provider/version.ts"],
    "provider/values": [],
    "provider/aws": [],
    "provider/config.ts": ["provider/address.ts", "provider/error-codes.ts"],
    "provider/address.ts": [],
    "provider/error-codes.ts": [],
    "provider/version.ts": [],
    // The emulator's package by its name, as it resolves in this repository.
    "provider/emulator": ["emulator/dist", "emulator/cli.ts"],
    "emulator/cli.ts": ["emulator/rules.ts", "emulator/start.ts"],
    "emulator/start.ts": [
        "emulator/app.ts",
        "emulator/clock.ts",
        "emulator/context.ts",
        "emulator/data-file.ts",
        "emulator/faults.ts",
        "emulator/rate-limit.ts",
        "emulator/ingest.ts",
        "emulator/local",
        "emulator/recorder.ts",
        "emulator/rules.ts",
        "emulator/druid",
        "emulator/schemas",
        "emulator/simulation.ts",
        "emulator/store.ts",
        "emulator/users.ts",
    ],
    "emulator/simulation.ts": ["emulator/errors.ts", "emulator/model", "emulator/store.ts"],
    "emulator/ingest.ts": ["emulator/local"],
    "emulator/local": [],
    "emulator/druid": [
        "emulator/credentials.ts",
        "emulator/data-file.ts",
        "emulator/errors.ts",
        "emulator/model",
        "emulator/rules.ts",
        "emulator/schemas",
        "emulator/store.ts",
    ],
    "emulator/app.ts": [
        "emulator/context.ts",
        "emulator/errors.ts",
        "emulator/http.ts",
        "emulator/intercept.ts",
        "emulator/model",
        "emulator/routes",
        "emulator/schemas",
    ],
    "emulator/routes": [
        "emulator/context.ts",
        "emulator/credentials.ts",
        "emulator/errors.ts",
        "emulator/http.ts",
        "emulator/model",
        "emulator/rules.ts",
        "emulator/schemas",
    ],
    "emulator/intercept.ts": [
        "emulator/context.ts",
        "emulator/errors.ts",
        "emulator/faults.ts",
        "emulator/http.ts",
        "emulator/recorder.ts",
    ],
    "emulator/context.ts": [
        "emulator/faults.ts",
        "emulator/model",
        "emulator/rate-limit.ts",
        "emulator/recorder.ts",
        "emulator/store.ts",
        "emulator/users.ts",
    ],
    "emulator/data-file.ts": ["emulator/store.ts"],
    "emulator/store.ts": ["emulator/clock.ts", "emulator/model", "emulator/rules.ts"],
    "emulator/model": [
        "emulator/clock.ts",
        "emulator/credentials.ts",
        "emulator/errors.ts",
        "emulator/rules.ts",
        "emulator/schemas",
        "emulator/users.ts",
    ],
    "emulator/faults.ts": ["emulator/schemas"],
    "emulator/http.ts": ["emulator/errors.ts"],
    "emulator/rate-limit.ts": ["emulator/errors.ts"],
    "emulator/recorder.ts": ["emulator/credentials.ts", "emulator/users.ts"],
    "emulator/schemas": ["emulator/credentials.ts", "emulator/errors.ts", "emulator/rules.ts"],
    "emulator/clock.ts": [],
    "emulator/credentials.ts": [],
    "emulator/errors.ts": [],
    "emulator/rules.ts": [],
    "emulator/users.ts": [],
};

/** The packages that a folder may import, besides Node's own modules. */
const packages = {
    "provider/program": ["@pulumi/pulumi"],
    "provider/aws": ["@pulumi/pulumi"],
    "provider/handlers": [],
    "provider/import": [...typesOfConnection, "provider/connection", "provider/table", "zod", "@pulumi/pulumi"],
    "provider/streaming-job": ["zod"],
    "provider/kafka-connection": ["zod"],
    ...Object.fromEntries(typesOfConnection.map((type) => [type, ["zod"]])),
    "provider/connection": ["zod"],
    "provider/table": ["zod"],
    "provider/engine": ["zod", "@pulumi/pulumi"],
    "provider/api": ["zod", "axios"],
    "provider/values": ["zod", "fastest-levenshtein"],
    "emulator/app.ts": ["fastify"],
    "emulator/local": ["kafkajs"],
    "emulator/faults.ts": ["fastify"],
    "emulator/http.ts": ["fastify"],
    "emulator/intercept.ts": ["fastify"],
    "emulator/context.ts": ["zod"],
    "emulator/druid": ["zod"],
    "emulator/routes": ["fastify", "zod"],
    "emulator/schemas": ["zod"],
};

const pattern = (place) => `^${place.replace(/\./g, "\\.")}${place.endsWith(".ts") ? "$" : "/"}`;
const packagePattern = (name) => `(^|/)node_modules/(@types/)?${name}/`;
const within = (place) => ({ from: { path: pattern(place) }, to: { path: pattern(place) } });

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
    forbidden: [
        { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
        {
            name: "a-program-loads-only-types-of-pulumi-sdk-in-its-engine",
            comment: "The engine process loads no SDK: the handlers are plain objects.",
            severity: "error",
            from: {
                path: "^provider/(engine|api|identity|values|[a-z0-9-]*connection|streaming-job|table|named-object|handlers|import)/",
            },
            to: { path: packagePattern("@pulumi/pulumi"), dependencyTypesNot: ["type-only"] },
        },
    ],
    allowed: [
        ...Object.keys(layers).map(within),
        ...Object.entries(layers).flatMap(([from, targets]) =>
            targets.map((to) => ({ from: { path: pattern(from) }, to: { path: pattern(to) } })),
        ),
        ...Object.entries(packages).flatMap(([from, names]) =>
            names.map((name) => ({ from: { path: pattern(from) }, to: { path: packagePattern(name) } })),
        ),
        // The functions that ask the API load the client when they are called.
        { from: { path: "^provider/program/" }, to: { path: "^provider/(api|engine|values)/", dynamic: true } },
        { from: { path: "^(provider|emulator)/" }, to: { dependencyTypes: ["core"] } },
    ],
    allowedSeverity: "error",
    options: {
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        doNotFollow: { path: "node_modules|^emulator/dist/" },
    },
};
