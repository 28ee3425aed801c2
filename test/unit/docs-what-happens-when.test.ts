import { readFileSync } from "node:fs";
import path from "node:path";

const read = (file: string) => readFileSync(path.join(__dirname, "../..", file), "utf8");

const suites = [
    "faults",
    "outage",
    "storm",
    "answers",
    "crash",
    "ownership",
    "entries",
    "drift",
    "rotation",
    "foresight",
    "health",
    "leaks",
    "table",
    "connection-types",
];

/** The titles of the tests of a file, as jest reports them. */
function titlesIn(suite: string): string[] {
    const source = read(`test/e2e/${suite}.test.ts`);
    const literals = source.matchAll(/^test(?:\.each\([^)]*\))?\(\s*("(?:[^"\\]|\\.)*")/gm);
    return [...literals].map(([, literal = ""]) => JSON.parse(literal) as string);
}

/** The list of proofs: label, file and title. */
const proofs = read("test/e2e/proofs.md")
    .split(/^- /m)
    .slice(1)
    .map((item) => {
        const [, label = "", suite = "", title = ""] =
            /^\*\*([A-Z]\d+)\*\* `([a-z-]+)\.test\.ts`: "(.*)"$/.exec(item.replace(/\s+/g, " ").trim()) ?? [];
        return { label, suite, title };
    });

/** The rows of all tables of the page, without heads and rules. */
const rows = [...read("docs/what-happens-when.md").matchAll(/^\|.*\n\|[ |-]+\n((?:\|.*\n)+)/gm)]
    .flatMap(([, body = ""]) => body.trimEnd().split("\n"))
    .map((line) =>
        line
            .split("|")
            .slice(1, -1)
            .map((cell) => cell.trim()),
    );

test("the list of proofs names every test of the suites by file and title, and no other", () => {
    const expected = suites.flatMap((suite) => titlesIn(suite).map((title) => `${suite}: ${title}`));
    expect(expected.length).toBeGreaterThan(suites.length);
    expect(proofs.map(({ suite, title }) => `${suite}: ${title}`)).toEqual(expected);
});

test("every row of the tables names its proofs, each of them is in the list, and none is left over", () => {
    expect(rows.length).toBeGreaterThan(30);
    const labels = rows.map(([when = ""]) => /<!-- ((?:[A-Z]\d+ )+)-->$/.exec(when)?.[1]?.trim().split(" ") ?? [when]);
    for (const ofRow of labels) for (const label of ofRow) expect(label).toMatch(/^[A-Z]\d+$/);
    const known = proofs.map(({ label }) => label);
    expect(new Set(known).size).toBe(known.length);
    expect([...new Set(labels.flat())].sort()).toEqual([...known].sort());
});

test("no cell is empty", () => {
    for (const cells of rows) expect(cells.filter((cell) => cell.replace(/<!--.*-->/, "").trim() === "")).toEqual([]);
});
