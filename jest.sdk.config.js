"use strict";

const { projects, ...settings } = require("./jest.config.js");

/**
 * The emulator driven by Imply's own Python client; apart from the other tests, as it needs Python.
 * @type {import("jest").Config}
 */
module.exports = {
    ...settings,
    projects: projects
        .filter(({ displayName }) => displayName === "contract")
        .map((contract) => ({
            ...contract,
            displayName: "sdk",
            testMatch: ["<rootDir>/test/contract/polaris-sdk/**/*.test.ts"],
            testPathIgnorePatterns: [],
        })),
};
