import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { repository } from "../support/project";

interface Packed {
    files: { path: string; mode: number }[];
}

// Its scripts would rebuild dist under the feet of the other tests; the build is up to date when these run.
const pack = ["pack", "--dry-run", "--json", "--ignore-scripts"];

function filesOf(folder: string): Packed["files"] {
    const [packed] = JSON.parse(execFileSync("npm", pack, { cwd: folder, encoding: "utf8" })) as Packed[];
    return packed?.files ?? [];
}

const pathsOf = (folder: string) =>
    filesOf(folder)
        .map((file) => file.path)
        .sort();

const sourcesIn = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !/(^|\/)(dist|node_modules)\//.test(file))
        .map((file) => file.slice(0, -3));

/** What is built of these sources: the scripts, their types, and the maps that lead back to the sources. */
const built = (sources: string[], endings: string[]) =>
    sources.flatMap((source) => endings.map((ending) => `dist/${source}${ending}`));
const script = [".js", ".js.map"];
const types = [".d.ts", ".d.ts.map"];

const emulator = path.join(repository, "emulator");

test("the provider's package holds the bundles, the sources behind their maps and the documents, and nothing else", () => {
    const sources = sourcesIn(path.join(repository, "provider")).map((source) => `provider/${source}`);
    const handlers = sources.filter((source) => source.startsWith("provider/handlers/"));
    const docs = readdirSync(path.join(repository, "docs"), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.(md|svg)$/.test(file))
        .map((file) => `docs/${file}`);
    const others = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "dist/THIRD_PARTY_LICENSES", "package.json"];
    const documents = [...others, ...docs];
    const bundles = ["index", "handlers", "emulator/index", "emulator/cli", "import/cli"].map(
        (name) => `provider/${name}`,
    );
    const scripts = [...built(bundles, script), ...built(handlers, [".js"])];
    const expected = [...documents, ...scripts, ...built(sources, types), ...sources.map((name) => `${name}.ts`)];
    const isForBundlers = (file: string) => /^dist\/provider\/module\/[\w-]+\.mjs(\.map)?$/.test(file);
    const paths = pathsOf(repository);
    expect(paths.filter((file) => !isForBundlers(file))).toEqual(expected.sort());
    expect(paths).toContain("dist/provider/module/index.mjs");
});

test("the emulator's package holds three scripts, the sources behind their maps, what starts Druid and Kafka, and the documents", () => {
    const sources = sourcesIn(emulator);
    const documents = ["LICENSE", "README.md", "dist/THIRD_PARTY_LICENSES", "package.json"];
    const scripts = built(["cli", "start", "local/start-local"], script);
    const jars = ["dist/local/druid.jars", "dist/local/kafka.jars"];
    const classes = readdirSync(path.join(emulator, "local/classes"), { recursive: true, encoding: "utf8" })
        .filter((file) => file.includes("."))
        .map((file) => `dist/local/classes/${file}`);
    const code = [...scripts, ...built(sources, types), ...sources.map((name) => `${name}.ts`)];
    const expected = [...documents, ...code, ...jars, ...classes];
    expect(pathsOf(emulator)).toEqual(expected.sort());
    expect(filesOf(emulator).find((file) => file.path === "dist/cli.js")?.mode).toBe(0o755);
});

test.each([
    ["the provider", repository],
    ["the emulator", emulator],
])("every map of %s leads to files of its package", (_, folder) => {
    const paths = pathsOf(folder);
    const maps = paths.filter((file) => file.endsWith(".map"));
    const missing = maps.flatMap((file) => {
        const { sources } = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as { sources: string[] };
        // A file that only imports from others, or esbuild's own helpers, have no source.
        const isShared = /^dist\/provider\/module\/(?!index\.)/.test(file);
        expect({ file, isMapped: sources.length > 0 || isShared }).toEqual({ file, isMapped: true });
        return sources
            .map((source) => path.join(path.dirname(file), source))
            .filter((source) => !paths.includes(source));
    });
    expect(missing).toEqual([]);
});

test("the emulator's package has the licence of everything that it bundles", () => {
    const text = readFileSync(path.join(emulator, "dist/THIRD_PARTY_LICENSES"), "utf8");
    for (const name of ["fastify", "find-my-way", "ajv", "@fastify/error", "kafkajs"]) {
        expect(text).toMatch(new RegExp(`^${name} \\S+ \\(`, "m"));
    }
    expect(text.match(/Copyright/g)?.length).toBeGreaterThan(20);
});
