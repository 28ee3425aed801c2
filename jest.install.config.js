"use strict";

const { projects, ...settings } = require("./jest.config.js");

/**
 * The packed packages under every supported package manager and Node.js; apart from the other tests, as each case
 * installs some hundred packages.
 * @type {import("jest").Config}
 */
module.exports = {
    ...settings,
    projects: projects
        .filter(({ displayName }) => displayName === "e2e")
        .map((e2e) => ({
            ...e2e,
            displayName: "install",
            testMatch: ["<rootDir>/test/install/**/*.test.ts"],
            globalSetup: "<rootDir>/test/install/global-setup.ts",
        })),
};
