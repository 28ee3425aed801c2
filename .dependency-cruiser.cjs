"use strict";

/**
 * What each folder may import. A folder that is not listed may import nothing and be imported by nobody, so a new one
 * fails `npm run check:imports` until it has its line here.
 */
const layers = {
    "provider/index.ts": ["provider/program", "provider/aws", "provider/error-codes.ts"],
    "provider/handlers": ["provider/engine", "provider/kafka-connection", "provider/streaming-job"],
    "provider/program": ["provider/config.ts", "provider/error-codes.ts"],
    "provider/streaming-job": [
        "provider/kafka-connection",
        "provider/engine",
        "provider/api",
        "provider/identity",
        "provider/values",
    ],
    "provider/kafka-connection": [
        "provider/aws",
        "provider/engine",
        "provider/api",
        "provider/identity",
        "provider/values",
    ],
    "provider/engine": [
        "provider/api",
        "provider/identity",
        "provider/values",
        "provider/config.ts",
        "provider/error-codes.ts",
    ],
    "provider/identity": ["provider/values"],
    "provider/api": ["provider/values", "provider/config.ts", "provider/version.ts"],
    "provider/values": [],
    "provider/aws": [],
    "provider/config.ts": ["provider/error-codes.ts"],
    "provider/error-codes.ts": [],
    "provider/version.ts": [],
    "emulator/index.ts": ["emulator"],
    emulator: [],
};

/** The packages that a folder may import, besides Node's own modules. */
const packages = {
    "provider/program": ["@pulumi/pulumi"],
    "provider/aws": ["@pulumi/pulumi"],
    "provider/handlers": [],
    "provider/streaming-job": ["zod"],
    "provider/kafka-connection": ["zod"],
    "provider/engine": ["zod", "@pulumi/pulumi"],
    "provider/api": ["zod", "axios"],
    "provider/values": ["zod", "fastest-levenshtein"],
    emulator: ["zod", "fastify"],
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
            from: { path: "^provider/(engine|api|identity|values|kafka-connection|streaming-job|handlers)/" },
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
        // getConnectionsMeta asks the API: it loads the client when it is called.
        { from: { path: "^provider/program/" }, to: { path: "^provider/(api|engine|values)/", dynamic: true } },
        { from: { path: "^(provider|emulator)/" }, to: { dependencyTypes: ["core"] } },
    ],
    allowedSeverity: "error",
    options: {
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        doNotFollow: { path: "node_modules" },
    },
};
