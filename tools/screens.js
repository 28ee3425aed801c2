// @ts-check
"use strict";
// node tools/screens.js [name…]: tells the demo's story, with the real engine, and keeps parts of it as
// docs/screens/*.svg.
const fs = require("node:fs");
const path = require("node:path");
const { renderScreen } = require("./screens/svg.js");

// The demo looks for a terminal when it is loaded, and shows colours only there.
process.stdout.isTTY = true;
delete process.env.NO_COLOR;
const { Surroundings } = require("./demo/surroundings.js");
const { create, destroy, drift, hotSwap } = require("./demo/story.js");

const FOLDER = path.resolve(__dirname, "../docs/screens");

/**
 * Which chapters of the story are on which screen; with `ingest`, of the story in which orders become rows.
 * @type {{ name: string, title: string, chapters: string[], ingest?: boolean }[]}
 */
const SCREENS = [
    { name: "preview", title: "A preview: what will be created", chapters: ["1"] },
    { name: "hot-swap", title: "A change of the ingestion, reviewed and swapped in", chapters: ["4", "5"] },
    { name: "repair", title: "A drift, shown and repaired", chapters: ["6", "7"] },
    { name: "rows", title: "Rows in the table before, during and after a swap", chapters: ["5"], ingest: true },
];

/** The story, by the numbers of its chapters. @type {(ingest: boolean) => Promise<Map<string, string>>} */
async function tell(ingest) {
    const { write } = process.stdout;
    let told = "";
    process.stdout.write = (/** @type {string | Uint8Array} */ text) => {
        told += String(text);
        return true;
    };
    const here = new Surroundings({ ingest });
    try {
        await here.prepare();
        for (const chapter of [create, hotSwap, drift, destroy]) await chapter(here);
    } finally {
        process.stdout.write = write;
        await here.remove();
    }
    const chapters = told.split(/(?=\u001b\[1m━━ \d+\. )/);
    return new Map(chapters.map((text) => [/━━ (\d+)\. /.exec(text)?.[1] ?? "", text]));
}

async function main() {
    const names = process.argv.slice(2);
    const screens = SCREENS.filter(({ name }) => names.length === 0 || names.includes(name));
    fs.mkdirSync(FOLDER, { recursive: true });
    /** @type {Map<boolean, Map<string, string>>} */
    const stories = new Map();
    for (const { name, title, chapters, ingest = false } of screens) {
        const story = stories.get(ingest) ?? (await tell(ingest));
        stories.set(ingest, story);
        const texts = chapters.map((chapter) => story.get(chapter));
        if (texts.includes(undefined))
            throw new Error(`The demo no longer has the chapters ${chapters.join(" and ")}.`);
        fs.writeFileSync(path.join(FOLDER, `${name}.svg`), renderScreen(texts.join(""), title));
        console.log(`docs/screens/${name}.svg`);
    }
}

main().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
