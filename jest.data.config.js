"use strict";

const { projects, ...settings } = require("./jest.config.js");

/**
 * Records that a real Kafka client produces, through a real Druid, to rows; apart from the other tests, as it needs Java.
 * @type {import("jest").Config}
 */
module.exports = {
    ...settings,
    projects: projects
        .filter(({ displayName }) => displayName === "e2e")
        .map((e2e) => ({
            ...e2e,
            displayName: "data",
            globalSetup: "<rootDir>/test/data/global-setup.ts",
            globalTeardown: "<rootDir>/test/data/global-teardown.ts",
            testMatch: ["<rootDir>/test/data/**/*.test.ts"],
        })),
    testTimeout: 300_000,
    // All files share one Druid and one Kafka.
    maxWorkers: 1,
};
