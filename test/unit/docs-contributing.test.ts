import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import manifest from "../../package.json";
import { repository } from "../support/project";

const read = (file: string) => readFileSync(path.join(repository, file), "utf8");
const contributing = read("CONTRIBUTING.md");
const prose = contributing.replace(/^```[\s\S]*?^```$/gm, "");
const inCode = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);

test("CONTRIBUTING names each dependency at run time, and each folder of the provider", () => {
    for (const name of Object.keys(manifest.dependencies))
        expect(contributing).toMatch(new RegExp(`^\\| \`${name}\``, "m"));
    const entries = readdirSync(path.join(repository, "provider"), { withFileTypes: true });
    for (const { name } of entries.filter((entry) => entry.isDirectory())) {
        expect(contributing).toContain(`\`provider/${name}/\``);
    }
});

test("the scripts that README and CONTRIBUTING run are in package.json", () => {
    const scripts = [...`${read("README.md")}${contributing}`.matchAll(/npm (?:run ([\w:]+)|test)\b/g)];
    expect(scripts).not.toHaveLength(0);
    for (const [, script = "test"] of scripts) expect(Object.keys(manifest.scripts)).toContain(script);
});

test("the paths that CONTRIBUTING names exist", () => {
    const paths = inCode.filter((text) => /^\.?[\w.-]+\/[\w./*-]*$/.test(text) && !text.includes("*"));
    const published = paths.filter((text) => text.startsWith(`${manifest.name}/`) || text === "dist/");
    expect(paths.length).toBeGreaterThan(20);
    const missing = paths.filter((text) => !published.includes(text) && !existsSync(path.join(repository, text)));
    expect(missing).toEqual([]);
});

test("the names of code in CONTRIBUTING are in the code", () => {
    const folders = ["provider", "emulator", "test", "tools"];
    const files = execFileSync("git", ["ls-files", "--", ...folders], { cwd: repository, encoding: "utf8" })
        .trim()
        .split("\n")
        .filter((file) => /\.[jt]s$/.test(file) && !file.endsWith("docs-contributing.test.ts"))
        .filter((file) => existsSync(path.join(repository, file)));
    const words = new Set([...files, "package.json"].flatMap((file) => read(file).match(/\w+/g) ?? []));
    const names = inCode
        .map((text) => text.replace(/\(.*\)$/, ""))
        .filter((text) => /^(__)?[A-Za-z]+([A-Z]\w*|_\w+)?$/.test(text));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !words.has(name))).toEqual([]);
});
