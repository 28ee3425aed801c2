// @ts-check
"use strict";
// Renders what a terminal shows as an SVG image. Knows the colours and weights that Pulumi and the demo use.

/** @typedef {{ colour?: string, bold?: boolean, dim?: boolean }} Style */
/** @typedef {{ text: string, style: Style }} Run */

/** Longer lines are wrapped; shorter ones make a narrower screen, down to the least. */
const COLUMNS = { least: 80, most: 132 };
const SIZE = { font: 14, column: 8.43, line: 20, margin: 18 };
const GROUND = "#0d1117";
const INK = "#d4dae1";
const COLOURS = ["#6e7681", "#ff7b72", "#56d364", "#e3b341", "#79b8ff", "#d2a8ff", "#5fd7d7", "#f0f6fc"];

/** @type {(style: Style, codes: number[]) => Style} */
function restyled(style, codes) {
    const [code = 0, ...rest] = codes;
    /** @type {(next: Style, left?: number[]) => Style} */
    const go = (next, left = rest) => (left.length > 0 ? restyled(next, left) : next);
    if (code === 0) return go({});
    if (code === 1) return go({ ...style, bold: true });
    if (code === 2) return go({ ...style, dim: true });
    if (code === 22) return go({ ...style, bold: false, dim: false });
    if (code === 38 && rest[0] === 5) return go({ ...style, colour: COLOURS[(rest[1] ?? 0) % 8] }, rest.slice(2));
    if (code === 39) return go({ ...style, colour: undefined });
    if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return go({ ...style, colour: COLOURS[code % 10] });
    return go(style);
}

/**
 * The lines as runs of one style each, cut where a terminal of that width would wrap.
 * @type {(text: string, columns: number) => Run[][]}
 */
function layOut(text, columns) {
    /** @type {Run[][]} */
    const lines = [[]];
    /** @type {Style} */
    let style = {};
    let column = 0;
    const breakLine = () => {
        lines.push([]);
        column = 0;
    };
    for (const [part = ""] of text.matchAll(/\u001b\[[\d;?]*[A-Za-z]|\n|[^\u001b\n]+/g)) {
        if (part === "\n") breakLine();
        else if (part.startsWith("\u001b")) {
            if (part.endsWith("m")) style = restyled(style, part.slice(2, -1).split(";").map(Number));
        } else {
            for (let rest = [...part]; rest.length > 0;) {
                if (column === columns) breakLine();
                const piece = rest.splice(0, columns - column);
                column += piece.length;
                lines[lines.length - 1]?.push({ text: piece.join(""), style });
            }
        }
    }
    return lines;
}

/** @type {(text: string) => string} */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** @type {(run: Run) => string} */
function tspan({ text, style }) {
    const weight = style.bold ? ' font-weight="bold"' : "";
    const opacity = style.dim ? ' fill-opacity="0.6"' : "";
    return `<tspan fill="${style.colour ?? INK}"${weight}${opacity}>${escaped(text)}</tspan>`;
}

/**
 * An SVG image of a terminal's text, with its escape sequences.
 * @type {(text: string, title: string) => string}
 */
function renderScreen(text, title) {
    const lines = layOut(text.replace(/^\n+|\s+$/g, ""), COLUMNS.most);
    const lengths = lines.map((runs) => runs.reduce((sum, run) => sum + [...run.text].length, 0));
    const columns = Math.max(COLUMNS.least, ...lengths);
    const width = Math.ceil(columns * SIZE.column + 2 * SIZE.margin);
    const height = lines.length * SIZE.line + 2 * SIZE.margin;
    const rows = lines.map((runs, index) => {
        const y = SIZE.margin + index * SIZE.line + SIZE.font;
        return `<text x="${SIZE.margin}" y="${y}" xml:space="preserve">${runs.map(tspan).join("")}</text>`;
    });
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
        `<title>${escaped(title)}</title>`,
        `<rect width="${width}" height="${height}" rx="8" fill="${GROUND}"/>`,
        `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${SIZE.font}">`,
        ...rows,
        "</g>",
        "</svg>",
        "",
    ].join("\n");
}

module.exports = { renderScreen };
