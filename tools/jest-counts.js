// @ts-check
"use strict";
const fs = require("node:fs");

/** A jest reporter that leaves the numbers of passed and failed tests in the file named by JEST_COUNTS_FILE. */
class JestCounts {
    /**
     * @param {unknown} _contexts
     * @param {import("@jest/reporters").AggregatedResult} results
     */
    onRunComplete(_contexts, results) {
        const file = process.env.JEST_COUNTS_FILE;
        if (!file) throw new Error("Set JEST_COUNTS_FILE to the file for the numbers.");
        // A file of tests that does not even load counts as one failure: it would otherwise be invisible here.
        const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
        fs.writeFileSync(file, JSON.stringify({ passed: results.numPassedTests, failed }));
    }
}

module.exports = JestCounts;
