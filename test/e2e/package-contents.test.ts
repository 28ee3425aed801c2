import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { repository } from "../support/project";

interface Packed {
    files: { path: string; mode: number }[];
}

/** Every source is there with its compiled form, its types, and the maps that lead back to it. */
function expectedFiles(): string[] {
    const sources = ["provider", "emulator"].flatMap((part) =>
        readdirSync(`${repository}/${part}`, { recursive: true, encoding: "utf8" })
            .filter((file) => file.endsWith(".ts"))
            .map((file) => `${part}/${file.slice(0, -3)}`),
    );
    const endings = [".js", ".js.map", ".d.ts", ".d.ts.map"];
    const compiled = sources.flatMap((source) => endings.map((ending) => `dist/${source}${ending}`));
    const documents = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "emulator/README.md", "package.json"];
    const docs = readdirSync(`${repository}/docs`, { recursive: true, encoding: "utf8" })
        .filter((file) => /\.(md|svg)$/.test(file))
        .map((file) => `docs/${file}`);
    return [...documents, ...docs, ...compiled, ...sources.map((source) => `${source}.ts`)].sort();
}

// Its scripts would rebuild dist under the feet of the other tests; the build is up to date when these run.
const pack = ["pack", "--dry-run", "--json", "--ignore-scripts"];

test("the package holds the build, the sources behind its maps and the documents, and nothing else", () => {
    const [packed] = JSON.parse(execFileSync("npm", pack, { cwd: repository, encoding: "utf8" })) as Packed[];
    expect(packed?.files.map((file) => file.path).sort()).toEqual(expectedFiles());
});
