"use strict";

const transform = {
    "^.+\\.ts$": [
        "@swc/jest",
        {
            jsc: { parser: { syntax: "typescript" }, target: "es2022" },
            module: { type: "commonjs" },
            sourceMaps: "inline",
        },
    ],
};

/** @returns {import("jest").Config["projects"][number]} */
const project = (name, more = {}) => ({
    displayName: name,
    rootDir: __dirname,
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    testEnvironment: "node",
    transform,
    // A dynamic import names the compiled file.
    moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
    modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/emulator/dist", "<rootDir>/examples/.*/node_modules"],
    ...more,
});

/** @type {import("jest").Config} */
module.exports = {
    projects: [
        project("unit"),
        // Imply's own client needs Python: see jest.sdk.config.js.
        project("contract", { testPathIgnorePatterns: ["<rootDir>/test/contract/polaris-sdk/"] }),
        project("e2e", { globalSetup: "<rootDir>/test/support/global-setup.ts" }),
    ],
    testTimeout: 120_000,
    maxWorkers: 2,
};
