// @ts-check
"use strict";
// A preload for the processes that the engine starts (`node --require`): what V8 has compiled of the SDK is read from
// the file that E2E_CODE_CACHE names, which halves the time that the SDK takes to load. Where there is no such file, the
// process writes it when it ends. Node.js can do the same from version 22 on (NODE_COMPILE_CACHE).
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const cacheFile = process.env.E2E_CODE_CACHE ?? "";

/** @type {() => Map<string, Buffer> | undefined} The compiled code by file, from a table of contents and all of it. */
function readCache() {
    if (!fs.existsSync(cacheFile)) return undefined;
    const bytes = fs.readFileSync(cacheFile);
    let start = 4 + bytes.readUInt32LE(0);
    /** @type {[string, number][]} */
    const contents = JSON.parse(bytes.toString("utf8", 4, start));
    return new Map(contents.map(([file, length]) => [file, bytes.subarray(start, (start += length))]));
}

/** @type {(scripts: ReadonlyMap<string, vm.Script>) => void} */
function writeCache(scripts) {
    const entries = [...scripts].map(([file, script]) => /** @type {const} */ ([file, script.createCachedData()]));
    const contents = Buffer.from(JSON.stringify(entries.map(([file, code]) => [file, code.length])));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(contents.length);
    fs.writeFileSync(cacheFile, Buffer.concat([length, contents, ...entries.map(([, code]) => code)]));
}

const cache = readCache();
/** @type {Map<string, vm.Script>} */
const scripts = new Map();

/** @type {any} Not among Node's types, but what every loader of other languages hooks into. */
const prototype = Module.prototype;
/** @type {(this: NodeModule, content: string, filename: string) => unknown} */
const compile = prototype._compile;
/** @type {typeof compile} */
prototype._compile = function (content, filename) {
    const cachedData = cache?.get(filename);
    // Only what never changes while tests run; and not the file that imports the program, as `import()` is special.
    if (cache ? !cachedData : !/node_modules/.test(filename) || filename.endsWith("/cmd/run/run.js"))
        return compile.call(this, content, filename);
    const script = new vm.Script(Module.wrap(content), {
        filename,
        cachedData,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    scripts.set(filename, script);
    const own = Module.createRequire(filename);
    const required = Object.assign((/** @type {string} */ id) => this.require(id), own, { main: process.mainModule });
    return script.runInThisContext().call(this.exports, this.exports, required, this, filename, path.dirname(filename));
};

if (!cache) process.on("exit", () => writeCache(scripts));
