// @ts-check
"use strict";
// RESULTS.md: what was measured, on what, and how it stands to what it shall reach.
const os = require("node:os");
const { nameOf } = require("./program-name.js");
const { commands } = require("./stack.js");
const { targets } = require("./targets.js");

/**
 * @typedef {import("./bench.js").Round} Round
 * @typedef {import("./stack.js").Figures} Figures
 */

/** @type {(names: string[], rows: (string | number)[][]) => string} */
const table = (names, rows) =>
    [names, names.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** @type {(figures: Figures, pairs: number) => string} */
const requestsOf = ({ requests }, pairs) =>
    Object.entries(requests)
        .filter(([, count]) => count > 0)
        .map(([route, count]) => `${+(count / pairs).toFixed(2)} ${route}`)
        .join(", ") || "none";

/** @type {(round: Round) => string} */
function roundTable({ program, timing, figures }) {
    const floor = figures.floor ?? {};
    const rows = commands.flatMap((command) =>
        Object.entries(figures).map(([contender, byCommand]) => {
            const one = /** @type {Figures} */ (byCommand[command]);
            const ratio = one.seconds / (floor[command]?.seconds ?? NaN);
            return [
                command,
                contender,
                one.seconds.toFixed(2),
                ratio.toFixed(2),
                one.cpuSeconds.toFixed(1),
                Math.round(one.peakBytes / 1e6),
                command === "destroy" ? "" : Math.round(one.stateBytes),
                one.mostInFlight,
                requestsOf(one, program.pairs),
            ];
        }),
    );
    const title = `### ${nameOf(program)}, latency ${timing.latencyMs} ms, transitions ${timing.transitionMs} ms`;
    const heads =
        "command, contender, seconds, to the floor, CPU s, peak MB, state bytes, in flight, requests per pair";
    return `${title}\n\n${table(heads.split(", "), rows)}`;
}

/** @type {(micro: Awaited<ReturnType<import("./micro.js").microBenchmarks>>) => string} */
function microTables({ loads, calls, heap, refresh }) {
    return [
        table(
            ["loaded", "ms", "heap KB", "modules"],
            Object.entries(loads).map(([name, load]) => [
                name,
                load.milliseconds.toFixed(1),
                Math.round(load.heapBytes / 1e3),
                load.modules,
            ]),
        ),
        table(
            ["call", "ms"],
            calls.map(({ name, milliseconds }) => [name, milliseconds.toFixed(3)]),
        ),
        table(
            ["operations in one provider process", "heap MB"],
            heap.map(({ operations, heapBytes }) => [operations, (heapBytes / 1e6).toFixed(1)]),
        ),
        "Where the time of a refresh of 100 pairs goes in the provider process (`--cpu-prof`, which itself slows it):",
        table(
            ["work", "ms"],
            Object.entries(refresh)
                .sort(([, one], [, other]) => other - one)
                .map(([work, milliseconds]) => [work, Math.round(milliseconds)]),
        ),
    ].join("\n\n");
}

/**
 * @param {Round[]} rounds
 * @param {Awaited<ReturnType<import("./micro.js").microBenchmarks>>} micro
 * @param {number} repeats
 * @returns {string}
 */
function report(rounds, micro, repeats) {
    const [cpu] = os.cpus();
    const versions = `Node ${process.versions.node}, Pulumi ${require("@pulumi/pulumi/package.json").version}, pulumi-imply-polaris ${require("../package.json").version}`;
    const machine = `${os.cpus().length} cores (${cpu?.model.trim() ?? "unknown"}), ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}`;
    return `# Results

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}.

- ${versions}
- ${machine}
- a file backend, the emulator in a process of its own on the same machine, the engine's own parallelism

Contenders take turns; figures are medians of ${repeats} (of 1 for 300 pairs), and compare within their table alone.

- **floor**: a dynamic provider that does nothing, by a constant text, with the same arguments: the engine's own time.
- **naive**: a dynamic provider as most people write one ([contenders/naive.js](contenders/naive.js)).
- **package**: this one.

![Seconds of each command, by contender](results.svg)

## Targets

${table(["what", "how", "measured", "target", "reached"], targets(rounds, micro))}

A refresh of the floor is little more than the start of its processes, so that what any provider adds weighs most there:
the loading of its handlers and of its HTTP client, and the requests. The profile at the end says how much each takes.

A destroy looks for each connection before it deletes it, as a DELETE goes by name and Imply Polaris has no conditional
requests: what another user has created under the name is left.

## Lives of pairs of a connection and a job

Seconds are wall time. CPU is of the whole tree of processes without the emulator; peak memory is the sum of what each
process has resident. State bytes are the state file's, over the resources of the program.

${rounds.map(roundTable).join("\n\n")}

## Within one process

${microTables(micro)}
`;
}

module.exports = { report };
