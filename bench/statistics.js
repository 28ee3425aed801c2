// @ts-check
"use strict";

/** @typedef {import("./stack.js").Figures} Figures */

/** @type {(values: number[]) => number} */
function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length / 2;
    return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** @type {(all: Figures[]) => Figures} */
function medianOf(all) {
    const middle = (/** @type {(one: Figures) => number} */ pick) => median(all.map(pick));
    const routes = [...new Set(all.flatMap(({ requests }) => Object.keys(requests)))].sort();
    return {
        seconds: middle((one) => one.seconds),
        cpuSeconds: middle((one) => one.cpuSeconds),
        peakBytes: middle((one) => one.peakBytes),
        stateBytes: middle((one) => one.stateBytes),
        mostInFlight: middle((one) => one.mostInFlight),
        requests: Object.fromEntries(routes.map((route) => [route, middle((one) => one.requests[route] ?? 0)])),
    };
}

/** Of several lives, the median of each figure of each command. @type {(lives: Record<string, Figures>[]) => Record<string, Figures>} */
const medianFigures = (lives) =>
    Object.fromEntries(
        Object.keys(lives[0] ?? {}).map((command) => [command, medianOf(lives.flatMap((life) => life[command] ?? []))]),
    );

module.exports = { median, medianFigures };
