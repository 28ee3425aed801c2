// @ts-check
"use strict";
// node --expose-gc load.js WANTED [BEFORE…]: what requiring WANTED takes once BEFORE is loaded, as JSON.
const [wanted = "", ...before] = process.argv.slice(2);
before.forEach((name) => require(name));

const modulesBefore = Object.keys(require.cache).length;
global.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
const begun = process.hrtime.bigint();
require(wanted);
const milliseconds = Number(process.hrtime.bigint() - begun) / 1e6;
global.gc?.();
const heapBytes = process.memoryUsage().heapUsed - heapBefore;
console.log(JSON.stringify({ milliseconds, heapBytes, modules: Object.keys(require.cache).length - modulesBefore }));
