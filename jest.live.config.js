"use strict";

const { projects, ...settings } = require("./jest.config.js");

/**
 * What Imply's documents leave open, asked of a real project; apart from the other tests, as it needs an account.
 * @type {import("jest").Config}
 */
module.exports = {
    ...settings,
    projects: projects
        .filter(({ displayName }) => displayName === "contract")
        .map((contract) => ({
            ...contract,
            displayName: "live",
            globalSetup: "<rootDir>/test/live/global-setup.ts",
            testMatch: ["<rootDir>/test/live/**/*.test.ts"],
            testPathIgnorePatterns: [],
        })),
    testTimeout: 3_600_000,
    maxWorkers: 1,
    verbose: true,
};
