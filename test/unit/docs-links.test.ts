import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import manifest from "../../package.json";
import { repository } from "../support/project";

interface Packed {
    files: { path: string }[];
}

const outputOf = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: repository, encoding: "utf8" });
const packed = JSON.parse(outputOf("npm", "pack", "--dry-run", "--json", "--ignore-scripts")) as Packed[];
const shipped = new Set(packed.flatMap(({ files }) => files.map((file) => file.path)));
const pages = outputOf("git", "ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md")
    .trim()
    .split("\n")
    .filter((page) => existsSync(path.join(repository, page)));

const read = (file: string) => readFileSync(path.join(repository, file), "utf8");
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, "");

/** The anchors that a page's headings make, as GitHub does. */
const anchorsOf = (page: string) =>
    [...withoutCode(read(page)).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
        title
            .toLowerCase()
            .replace(/[^\p{L}\p{N}_\- ]/gu, "")
            .replaceAll(" ", "-"),
    );

const home = manifest.homepage.replace(/#.*$/, "");

/** The file that a link names, with its anchor; undefined for other sites, and for pages of the repository's site. */
function targetOf(page: string, link: string): { file: string; anchor?: string } | undefined {
    const [address = "", anchor] = link.split("#");
    const own = new RegExp(`^${home}/(?:blob|tree)/main/(.*)$`).exec(address)?.[1];
    if (own !== undefined) return { file: own, anchor };
    if (/^[a-z]+:/.test(address)) return undefined;
    return { file: address === "" ? page : path.join(path.dirname(page), address), anchor };
}

/** What is wrong with the links and pictures of a page. */
function faultsIn(page: string): string[] {
    const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    return links.flatMap((link) => {
        const target = targetOf(page, link);
        if (!target) return [];
        const { file, anchor } = target;
        const isAbsolute = link.startsWith("https:");
        if (!existsSync(path.join(repository, file))) return [`${link}: no such file`];
        if (shipped.has(page) && !isAbsolute && !shipped.has(file)) return [`${link}: not in the package`];
        return anchor !== undefined && !anchorsOf(file).includes(anchor) ? [`${link}: no such heading`] : [];
    });
}

test("the package has the documentation and its pictures", () => {
    for (const file of ["README.md", "CHANGELOG.md", "SECURITY.md", "docs/README.md", "docs/screens/preview.svg"]) {
        expect(shipped).toContain(file);
    }
});

test.each(pages)("the links of %s lead to a heading or file, and from the package to one of the package", (page) => {
    expect(faultsIn(page)).toEqual([]);
});

test("every page of docs and every example is in an index", () => {
    const linked = (index: string) =>
        [...read(index).matchAll(/\]\(([^)#\s]+)/g)].map(([, link = ""]) => targetOf(index, link)?.file);
    const indexes = ["docs/README.md", "docs/guides/README.md", "examples/README.md"];
    const found = new Set([...indexes, ...indexes.flatMap(linked)]);
    expect(pages.filter((page) => /^(docs|examples)\//.test(page) && !found.has(page))).toEqual([]);
});
