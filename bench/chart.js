// @ts-check
"use strict";
// results.svg: seconds of each command, by contender, for the largest programs that were measured at each timing.
const { commands } = require("./stack.js");

/** @typedef {import("./bench.js").Round} Round */

const WIDTH = 900;
const HEIGHT = 320;
const COLOURS = ["#9aa5b1", "#d98841", "#2f6fde"];

/** @type {(round: Round, at: number) => object[]} */
const seriesOf = ({ figures }, at) =>
    Object.entries(figures).map(([name, byCommand]) => ({
        type: "bar",
        name,
        xAxisIndex: at,
        yAxisIndex: at,
        data: commands.map((command) => +(byCommand[command]?.seconds ?? NaN).toFixed(2)),
        label: { show: true, position: "top", fontSize: 9 },
    }));

/** @type {(rounds: Round[]) => string} */
function drawChart(rounds) {
    const echarts = require("echarts");
    const shown = rounds.filter(({ program }) => program.pairs === 100);
    const chart = echarts.init(null, null, {
        renderer: "svg",
        ssr: true,
        width: WIDTH,
        height: HEIGHT * shown.length + 40,
    });
    const tops = shown.map((_, at) => 70 + HEIGHT * at);
    chart.setOption({
        animation: false,
        backgroundColor: "#ffffff",
        color: COLOURS,
        legend: { top: 8, data: Object.keys(shown[0]?.figures ?? {}) },
        title: shown.map(({ program, timing }, at) => ({
            text: `Seconds for ${program.pairs} pairs, latency ${timing.latencyMs} ms, transitions ${timing.transitionMs} ms`,
            left: 40,
            top: (tops[at] ?? 0) - 34,
            textStyle: { fontSize: 13 },
        })),
        grid: tops.map((top) => ({ top, left: 50, right: 20, height: HEIGHT - 90 })),
        xAxis: shown.map((_, at) => ({ type: "category", data: commands, gridIndex: at })),
        yAxis: shown.map((_, at) => ({ type: "value", gridIndex: at })),
        series: shown.flatMap((round, at) => seriesOf(round, at)),
    });
    const svg = chart.renderToSVGString();
    chart.dispose();
    return svg;
}

module.exports = { drawChart };
