// @ts-check
"use strict";
// What the package shall reach, beside what was measured; ratios within one run.
const os = require("node:os");
const { nameOf } = require("./program-name.js");

/**
 * @typedef {import("./bench.js").Round} Round
 * @typedef {Awaited<ReturnType<import("./micro.js").microBenchmarks>>} Micro
 * @typedef {[what: string, how: string, measured: string, target: string, reached: string]} Target
 */

/** How many operations the engine runs at once, unless told otherwise. */
const PARALLEL = 4 * os.cpus().length;

/** @type {(what: string, how: string, measured: number, most: number, unit?: string) => Target} */
const atMost = (what, how, measured, most, unit = "") => [
    what,
    how,
    `${+measured.toFixed(2)}${unit}`,
    `≤ ${most}${unit}`,
    measured <= most ? "yes" : "**no**",
];

/** @type {(what: string, how: string, measured: number, least: number) => Target} */
const atLeast = (what, how, measured, least) => [
    what,
    how,
    measured.toFixed(2),
    `≥ ${least}`,
    measured >= least ? "yes" : "**no**",
];

/** @type {(round: Round, contender: string, command: string) => import("./stack.js").Figures} */
function figures(round, contender, command) {
    const found = round.figures[contender]?.[command];
    if (!found) throw new Error(`Nothing was measured of ${contender}, ${command}.`);
    return found;
}

/** @type {(round: Round, contender: string, command: string) => number} */
const seconds = (round, contender, command) => figures(round, contender, command).seconds;

/** @type {(round: Round) => Target[]} */
const againstFloor = (round) =>
    Object.entries({ up: 1.15, preview: 1.03, refresh: 1.15, destroy: 1.15 }).map(([command, most]) => {
        const [own, floor] = [seconds(round, "package", command), seconds(round, "floor", command)];
        return atMost(
            `${command}, ${nameOf(round.program)}, no latency`,
            `${own.toFixed(2)} s / ${floor.toFixed(2)} s of the floor`,
            own / floor,
            most,
        );
    });

/**
 * What nobody can save: each request takes the latency, and each job's transition its time, as many at once as the
 * engine runs. `requests` counts those of a pair that follow one another.
 * @type {(round: Round, command: string, requests: number) => Target}
 */
function againstWaits(round, command, requests) {
    const { latencyMs, transitionMs } = round.timing;
    const waits = (round.program.pairs * (requests * latencyMs + transitionMs)) / PARALLEL / 1000;
    const [own, floor] = [seconds(round, "package", command), seconds(round, "floor", command)];
    const sum = `${round.program.pairs} × (${requests} × ${latencyMs} ms + ${transitionMs} ms) / ${PARALLEL} = ${waits.toFixed(2)} s`;
    return atMost(
        `${command}, with latency`,
        `${own.toFixed(2)} s / (floor ${floor.toFixed(2)} s + ${sum})`,
        own / (floor + waits),
        1.15,
    );
}

/** @type {(round: Round) => Target[]} */
const againstNaive = (round) =>
    ["up", "destroy"].map((command) => {
        const [own, naive] = [seconds(round, "package", command), seconds(round, "naive", command)];
        return atLeast(
            `${command}, latency ${round.timing.latencyMs} ms`,
            `naive ${naive.toFixed(2)} s / ${own.toFixed(2)} s`,
            naive / own,
            1.7,
        );
    });

/** @type {(round: Round, command: string, route: RegExp) => number} */
const requestsPerPair = (round, command, route) =>
    Object.entries(figures(round, "package", command).requests)
        .filter(([name]) => route.test(name))
        .reduce((sum, [, count]) => sum + count, 0) / round.program.pairs;

/** @type {(round: Round) => Target[]} */
function requests(round) {
    const per = (/** @type {string} */ command, /** @type {RegExp} */ route) => requestsPerPair(round, command, route);
    return [
        atMost("requests, preview", "of a pair", per("preview", /./), 0),
        atMost("requests, up", "of a connection, its test included", per("up", /\/connections/), 2),
        atMost("requests, up", "of a job, its status polls included", per("up", /\/jobs/), 3),
        atMost("requests, refresh", "of a resource", per("refresh", /./) / 2, 1),
        atMost("requests, destroy", "of a connection, the look before included", per("destroy", /\/connections/), 2),
        atMost("requests, destroy", "of a job, its status polls included", per("destroy", /\/jobs/), 3),
    ];
}

/** Beyond the floor's growth from one size to another. @type {(small: Round, large: Round) => Target[]} */
const growth = (small, large) =>
    ["up", "destroy"].map((command) => {
        const per = (/** @type {string} */ contender) =>
            seconds(large, contender, command) /
            large.program.pairs /
            (seconds(small, contender, command) / small.program.pairs);
        const [own, floor] = [per("package"), per("floor")];
        return atMost(
            `${command}, time per pair at ${large.program.pairs} to that at ${small.program.pairs}`,
            `${own.toFixed(2)} / ${floor.toFixed(2)} of the floor`,
            own / floor,
            1.3,
        );
    });

/** @type {(round: Round) => Target} */
function state(round) {
    const bytes = (/** @type {string} */ contender) => figures(round, contender, "up").stateBytes;
    const [own, floor, naive] = [bytes("package"), bytes("floor"), bytes("naive")];
    const how = `${Math.round(own)} / ${Math.round(floor)} bytes of the floor, which holds the same arguments (naive ${Math.round(naive)})`;
    return atMost("state per resource", how, own / floor, 1);
}

/** @type {(rounds: Round[], micro: Micro) => Target[]} */
function targets(rounds, { loads, calls, heap }) {
    const [entry, ...handlers] = Object.entries(loads);
    const first = heap[0]?.heapBytes ?? NaN;
    const last = heap.at(-1)?.heapBytes ?? NaN;
    const quiet = rounds.filter(({ timing }) => timing.latencyMs === 0);
    const base = quiet.find(({ program }) => program.pairs === 100) ?? quiet[0];
    const slow = rounds.filter(({ timing }) => timing.latencyMs > 0).at(-1);
    const large = quiet.find(({ program }) => program.pairs === 300);
    const withTables = quiet.find(({ program }) => program.tables);
    if (!entry || !base || !slow) throw new Error("Not enough was measured for the targets.");
    const large1000 = calls.filter(({ name }) => name.includes("1000"));
    return [
        ...againstFloor(base),
        ...(withTables ? againstFloor(withTables) : []),
        // A connection: POST, test. A job: POST, and the poll that sees it run.
        againstWaits(slow, "up", 4),
        // A job: cancel, and the poll that sees it end. A connection: the look, and DELETE.
        againstWaits(slow, "destroy", 4),
        ...againstNaive(base),
        ...againstNaive(slow),
        state(base),
        ...requests(slow),
        ...(large ? growth(base, large) : []),
        atMost("program start", entry[0], entry[1].milliseconds, 15, " ms"),
        ...handlers.map(([name, load]) => atMost("provider start", name, load.milliseconds, 25, " ms")),
        atMost(
            "check + diff",
            "1,000 mappings",
            large1000.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
            5,
            " ms",
        ),
        atMost("memory", "heap after 10,000 operations to that after 2,000", last / first, 1.05),
    ];
}

module.exports = { targets };
