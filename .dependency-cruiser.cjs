"use strict";

const loaded = { dependencyTypesNot: ["type-only"] };

/** One-way imports: resources | handlers → lifecycle → client → schemas; provider and emulator share nothing. */
/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
    forbidden: [
        {
            name: "no-cycles",
            severity: "error",
            from: {},
            to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
        },
        {
            name: "emulator-and-provider-share-nothing",
            severity: "error",
            from: { path: "^(provider|emulator)/" },
            to: { path: "^(provider|emulator)/", pathNot: "^$1/" },
        },
        {
            name: "a-program-loads-no-handler-client-or-schema",
            comment: "The engine is the only link between a program's resources and their handlers.",
            severity: "error",
            from: { path: "^provider/(index\\.ts|resources/|functions/|aws/)" },
            to: { path: "^provider/(handlers|lifecycle|client|schemas)/", dynamic: false, ...loaded },
        },
        {
            name: "a-program-loads-neither-axios-nor-zod",
            severity: "error",
            from: { path: "^provider/(index\\.ts|resources/|functions/|aws/)" },
            to: { path: "node_modules/(axios|zod|fastify)/", ...loaded },
        },
        {
            name: "handlers-never-import-resources",
            severity: "error",
            from: { path: "^provider/(handlers|lifecycle|client|schemas)/" },
            to: { path: "^provider/(index\\.ts|resources/)" },
        },
        {
            name: "lifecycle-never-imports-handlers",
            severity: "error",
            from: { path: "^provider/(lifecycle|client|schemas)/" },
            to: { path: "^provider/handlers/" },
        },
        {
            name: "client-never-imports-the-lifecycle",
            severity: "error",
            from: { path: "^provider/(client|schemas)/" },
            to: { path: "^provider/lifecycle/" },
        },
        {
            name: "schemas-import-no-client",
            severity: "error",
            from: { path: "^provider/schemas/" },
            to: { path: "^provider/client/" },
        },
        {
            name: "fastify-stays-in-the-emulator",
            severity: "error",
            from: { path: "^provider/" },
            to: { path: "node_modules/fastify/" },
        },
    ],
    options: {
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        doNotFollow: { path: "node_modules" },
    },
};
