// @ts-check
"use strict";
// Bundles sources with the packages that they import, and collects the licences of those packages.
const { decode, encode } = require("@jridgewell/sourcemap-codec");
const esbuild = require("esbuild");
const fs = require("node:fs");
const path = require("node:path");

const ROOT = path.dirname(__dirname);

/** @typedef {import("@jridgewell/sourcemap-codec").SourceMapSegment} Segment */

/**
 * Leaves out of a source map what is not shipped: the files of packages, and an entry that is no file.
 * @type {(text: string) => string}
 */
function withoutPackages(text) {
    const map = JSON.parse(text);
    /** @type {string[]} */
    const all = map.sources;
    const sources = all.filter((source) => source.endsWith(".ts") && !source.includes("node_modules/"));
    const indexes = all.map((source) => sources.indexOf(source));
    /** @type {(segment: Segment) => Segment} */
    const moved = ([column, source, ...rest]) => {
        const index = indexes[source ?? -1] ?? -1;
        return /** @type {Segment} */ (index < 0 ? [column] : [column, index, ...rest]);
    };
    const lines = decode(map.mappings).map((line) =>
        line.map(moved).filter((segment, position, whole) => segment.length > 1 || whole[position - 1]?.length !== 1),
    );
    return JSON.stringify({ ...map, sources, mappings: encode(lines) });
}

/**
 * Through its namespace object, `import { z }` keeps all of zod, with fifty languages. Only a namespace import lets
 * esbuild leave out what is not used: half of the file, and a third of the time to load it.
 * @type {import("esbuild").Plugin}
 */
const onlyUsedPartsOfZod = {
    name: "only-used-parts-of-zod",
    setup({ onLoad }) {
        onLoad({ filter: /[\\/](provider|emulator)[\\/].*\.ts$/ }, ({ path: file }) => ({
            contents: fs.readFileSync(file, "utf8").replace('import { z } from "zod"', 'import * as z from "zod"'),
            loader: "ts",
        }));
    },
};

/**
 * Writes one file for each entry, in CommonJS by default.
 * @param {import("esbuild").BuildOptions} options
 * @returns {Promise<string[]>} the paths of all bundled files
 */
async function bundle(options) {
    const { metafile, outputFiles } = await esbuild.build({
        format: "cjs",
        ...options,
        absWorkingDir: ROOT,
        bundle: true,
        platform: "node",
        target: "node20",
        sourcemap: true,
        sourcesContent: false,
        metafile: true,
        write: false,
        plugins: [onlyUsedPartsOfZod],
        logLevel: "warning",
    });
    for (const { path: file, text } of outputFiles) {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, file.endsWith(".map") ? withoutPackages(text) : text);
    }
    return Object.keys(metafile.inputs);
}

/** @type {(folder: string) => string} */
function licenseOf(folder) {
    const { name, version, license, author } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
    const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? (author?.name ?? author ?? "") : fs.readFileSync(path.join(folder, file), "utf8");
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

/**
 * Writes the licences of the packages to which `files` belong.
 * @type {(outdir: string, files: string[]) => void}
 */
function writeLicenses(outdir, files) {
    const folders = new Set(
        files.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
    );
    const texts = [...folders].sort().map((folder) => licenseOf(path.join(ROOT, folder)));
    fs.writeFileSync(path.join(ROOT, outdir, "THIRD_PARTY_LICENSES"), texts.join(`\n${"-".repeat(80)}\n\n`));
}

module.exports = { bundle, writeLicenses };
