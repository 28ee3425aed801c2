import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ensureBuild } from "../../tools/prepare.js";
import { repository } from "../support/project";

const built = path.join(repository, "dist");

/** The modules that a fresh Node loads for `wanted`, beyond those that `before` loads. */
function modulesLoadedBy(wanted: string, before: string[] = []): string[] {
    const script = `
        const [wanted, ...before] = process.argv.slice(1);
        before.forEach((name) => require(name));
        const known = new Set(Object.keys(require.cache));
        require(wanted);
        console.log(JSON.stringify(Object.keys(require.cache).filter((file) => !known.has(file))));
    `;
    const printed = execFileSync(process.execPath, ["-e", script, wanted, ...before], {
        cwd: repository,
        encoding: "utf8",
    });
    return (JSON.parse(printed) as string[]).map((file) => path.relative(repository, file).replaceAll(path.sep, "/"));
}

/** The packages whose modules are among them; of nested ones, the innermost. */
const packagesIn = (modules: string[]) => [
    ...new Set(modules.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [])),
];

/** The packages that a built file holds, as esbuild notes above each part. */
const packagesBundledIn = (file: string) =>
    packagesIn(readFileSync(file, "utf8").match(/^\s*\/\/ node_modules\/.+$/gm) ?? []);

/** The sources in a bundle that run when it loads: esbuild wraps the others, and notes each source above its part. */
function sourcesRunBy(file: string): string[] {
    const [, ...parts] = readFileSync(file, "utf8").split(/^\/\/ (provider\/\S+\.ts)$/m);
    const sources = parts.flatMap((name, index) => (index % 2 === 0 ? { name, code: parts[index + 1] ?? "" } : []));
    const wrapper = (code: string) => /^var (init_\w+) = __esm/m.exec(code)?.[1];
    const code = sources.map((source) => source.code).join("");
    const runs = (name: string | undefined) => name === undefined || new RegExp(`^${name}\\(\\);$`, "m").test(code);
    return sources.filter((source) => runs(wrapper(source.code))).map(({ name }) => name);
}

beforeAll(() => ensureBuild(repository));

describe("a program that declares resources", () => {
    const entry = path.join(built, "provider/index.js");

    it("loads one file beyond Pulumi's own SDK: no validation, no HTTP client, no compiler", () => {
        expect(modulesLoadedBy(entry, ["@pulumi/pulumi"])).toEqual(["dist/provider/index.js"]);
        expect(packagesBundledIn(entry)).toEqual([]);
        const sources = sourcesRunBy(entry);
        expect(sources).toContain("provider/program/kafka-connection.ts");
        expect(sources.filter((file) => !/^provider\/(index\.ts|config\.ts|program\/|aws\/)/.test(file))).toEqual([]);
    });
});

describe("the handlers", () => {
    const handlers = ["kafka-connection", "streaming-job", "table"].map((name) => `dist/provider/handlers/${name}.js`);
    const bundle = "dist/provider/handlers.js";
    const absolute = (file: string) => path.join(repository, file);

    it.each(handlers)("load one bundle and no package, neither Pulumi's SDK nor the HTTP client: %s", (handler) => {
        expect(modulesLoadedBy(absolute(handler))).toEqual([handler, bundle]);
    });

    it("share one bundle in one process", () => {
        const [first = "", second = ""] = handlers;
        expect(modulesLoadedBy(absolute(first), [absolute(second)])).toEqual([first]);
    });

    it("hold the packages that check inputs with their licences, and of zod no other language", () => {
        const licenses = readFileSync(path.join(built, "THIRD_PARTY_LICENSES"), "utf8");
        const packages = licenses.match(/^\S+ \d+\.\S+ \(.+\)$/gm) ?? [];
        expect(packages.map((line) => line.replace(/ \d\S+/, ""))).toEqual(["fastest-levenshtein (MIT)", "zod (MIT)"]);
        const text = readFileSync(absolute(bundle), "utf8");
        expect(text).toContain("Invalid input: expected");
        expect(text).not.toContain("erwartet instanceof");
    });
});

describe("the public paths of the package", () => {
    it.each(["kafka-connection", "streaming-job", "table"].map((name) => `pulumi-imply-polaris/handlers/${name}`))(
        "lead to a handler: %s, which is in users' state",
        (name) => {
            const script = `console.log(JSON.stringify(Object.keys(require(${JSON.stringify(name)})).sort()))`;
            const printed = execFileSync(process.execPath, ["-e", script], { cwd: repository, encoding: "utf8" });
            expect(JSON.parse(printed)).toEqual(["check", "configure", "create", "delete", "diff", "read", "update"]);
        },
    );
});
