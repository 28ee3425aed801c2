// @ts-check
"use strict";
// How the demo looks: headings, explanations, and Pulumi's own output without its noise.
const { stripVTControlCharacters } = require("node:util");

const WIDTH = 78;
const RESET = "\u001b[0m";
const colours = process.stdout.isTTY === true && !process.env.NO_COLOR;

/** @type {(code: number) => (text: string) => string} */
const style = (code) => (text) => (colours ? `\u001b[${code}m${text}${RESET}` : text);
const bold = style(1);
const dim = style(2);
const green = style(32);
const red = style(31);

/** What says nothing about the resources: progress, times, addresses, and the text by which Pulumi finds a handler. */
const NOISE = [
    /^(Previewing update|Updating|Destroying) \(/,
    /^@ /,
    /^Duration: /,
    /^ +\[urn=/,
    /^ +__provider *: /,
    /^ +pulumi:pulumi:Stack \S+( +(running|\d+ messages?))?$/,
    /^ +pulumi-nodejs:\S+ \S+$/,
    /^ ~ +pulumi\S+ \S+ refresh( \(\d+(\.\d+)?s\))?$/,
    /\b(creating|updating|deleting|replacing|refreshing)( \(\d+s\))?( \[diff: .*\])?$/,
    /^The resources in the stack have been deleted, but /,
    /^If you want to remove the stack completely, /,
];
const PROGRESS = /^ {0,2}[ +~-]+ +pulumi/;
const UNCHANGED_PROPERTY = /^ {8,}(?!\[id=)[^ ~+-]/;
const LONGEST_RUN = 3;

/**
 * Leaves out the noise, repeated lines, messages that Pulumi lists again at the end, and all but a count of longer
 * runs of unchanged properties in a diff. What is shown is as Pulumi wrote it, but for the durations.
 * @param {(line: string) => void} show
 */
function outputFilter(show) {
    const seen = new Set();
    /** @type {string[]} */
    let unchanged = [];
    let isBlankDue = false;
    let isEmpty = true;
    let isListedAgain = false;
    const flush = () => {
        if (unchanged.length > LONGEST_RUN) {
            const indent = /^ */.exec(stripVTControlCharacters(unchanged[0] ?? ""))?.[0] ?? "";
            show(dim(`${indent}… ${unchanged.length} unchanged lines`));
        } else {
            for (const line of unchanged) show(line);
        }
        unchanged = [];
    };
    /** @type {(text: string) => boolean} */
    const isNoise = (text) => {
        if (text === "Diagnostics:") isListedAgain = true;
        else if (/^\S/.test(text)) isListedAgain = false;
        if (isListedAgain && !/error/i.test(text)) return true;
        if (PROGRESS.test(text) && seen.has(text)) return true;
        seen.add(text);
        return NOISE.some((pattern) => pattern.test(text));
    };
    return {
        /** @param {string} raw */
        line(raw) {
            const line = raw.trimEnd();
            const text = stripVTControlCharacters(line).trimEnd();
            if (text === "") isBlankDue = !isEmpty;
            if (text === "" || isNoise(text)) return;
            if (UNCHANGED_PROPERTY.test(text)) {
                unchanged.push(line);
                return;
            }
            flush();
            if (isBlankDue) show("");
            isBlankDue = false;
            isEmpty = false;
            // Pulumi ends a colour where the next line begins, which may not be shown.
            show(line.replace(/ \(\d+(\.\d+)?s\)/g, "") + (line === text ? "" : RESET));
        },
        end: flush,
    };
}

/** @type {(text: string, width?: number) => string[]} */
function wrap(text, width = WIDTH) {
    const lines = [""];
    for (const word of text.split(/\s+/)) {
        const last = lines[lines.length - 1] ?? "";
        if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
        else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
    }
    return lines;
}

/** @type {(line?: string) => void} */
const print = (line = "") => void process.stdout.write(`${line}\n`);

/** @type {(title: string) => void} */
function heading(title) {
    print();
    print(bold(`━━ ${title} ${"━".repeat(Math.max(2, WIDTH - title.length - 4))}`));
}

/** @type {(text: string) => void} */
function explain(text) {
    for (const line of wrap(text)) print(line);
    print();
}

/** @type {(text: string) => void} */
const command = (text) => print(bold(`$ ${text}`));

/** @type {(text: string) => void} */
const note = (text) => {
    print();
    wrap(text, WIDTH - 2).forEach((line, index) => print(green(`${index === 0 ? "✓" : " "} ${line}`)));
};

module.exports = { bold, colours, command, dim, explain, green, heading, note, outputFilter, print, red, wrap };
