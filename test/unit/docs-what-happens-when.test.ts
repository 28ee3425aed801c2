import { readFileSync } from "node:fs";
import path from "node:path";

const page = readFileSync(path.join(__dirname, "../../docs/what-happens-when.md"), "utf8");
const [tables = "", list = ""] = page.split("\n## The tests\n");

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
    "leaks",
];

/** The titles of the tests of a file, as jest reports them. */
function titlesIn(suite: string): string[] {
    const source = readFileSync(path.join(__dirname, `../e2e/${suite}.test.ts`), "utf8");
    const literals = source.matchAll(/^test(?:\.each\([^)]*\))?\(\s*("(?:[^"\\]|\\.)*")/gm);
    return [...literals].map(([, literal = ""]) => JSON.parse(literal) as string);
}

/** What the page's list names: label, file and title. */
const named = list
    .split(/^- /m)
    .slice(1)
    .map((item) => {
        const [, label = "", suite = "", title = ""] =
            /^\*\*([A-Z]\d+)\*\* `([a-z]+)\.test\.ts`: "(.*)"$/.exec(item.replace(/\s+/g, " ").trim()) ?? [];
        return { label, suite, title };
    });

const rows = tables
    .split("\n")
    .filter((line) => /^\|(?! *-)/.test(line) && !/\| *Proof *\|$/.test(line))
    .map((line) =>
        line
            .split("|")
            .slice(1, -1)
            .map((cell) => cell.trim()),
    );

test("the list of proofs names every test of the suites by file and title, and no other", () => {
    const expected = suites.flatMap((suite) => titlesIn(suite).map((title) => `${suite}: ${title}`));
    expect(expected.length).toBeGreaterThan(suites.length);
    expect(named.map(({ suite, title }) => `${suite}: ${title}`)).toEqual(expected);
});

test("every row of the tables names its proofs, each of them is in the list, and none is left over", () => {
    expect(rows.length).toBeGreaterThan(30);
    const labels = rows.map((cells) => cells.at(-1)!.split(" "));
    for (const proofs of labels) for (const label of proofs) expect(label).toMatch(/^[A-Z]\d+$/);
    const known = named.map(({ label }) => label);
    expect(new Set(known).size).toBe(known.length);
    expect([...new Set(labels.flat())].sort()).toEqual([...known].sort());
});

test("no cell is empty", () => {
    for (const cells of rows) expect(cells.filter((cell) => cell === "")).toEqual([]);
});
