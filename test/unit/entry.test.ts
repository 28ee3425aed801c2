import { execFileSync } from "node:child_process";
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

beforeAll(() => ensureBuild(repository));

describe("a program that declares resources", () => {
    const entry = path.join(built, "provider/index.js");
    /** Each module is a fraction of a millisecond for every program: one more has to be worth it. */
    const most = 24;

    it("loads nothing but the classes beyond Pulumi's own SDK: no validation, no HTTP client, no compiler", () => {
        const modules = modulesLoadedBy(entry, ["@pulumi/pulumi"]);
        expect(modules).toContain("dist/provider/program/kafka-connection.js");
        expect(packagesIn(modules)).toEqual([]);
        expect(modules.length).toBeLessThanOrEqual(most);
        expect(
            modules.filter((file) =>
                /^dist\/(emulator|provider\/(handlers|engine|api|values|identity|kafka-connection|streaming-job))\//.test(
                    file,
                ),
            ),
        ).toEqual([]);
    });
});

describe.each(["kafka-connection", "streaming-job"])("the handler %s", (name) => {
    const modules = () => modulesLoadedBy(path.join(built, `provider/handlers/${name}.js`));

    it("loads what it was made with, and neither Pulumi's SDK nor the emulator's framework", () => {
        const loaded = modules();
        const packages = packagesIn(loaded);
        expect(packages).toEqual(expect.arrayContaining(["zod", "fastest-levenshtein"]));
        expect(packages.filter((one) => /^(@pulumi|axios|fastify|@fastify|typescript|@swc)/.test(one))).toEqual([]);
        expect(loaded.filter((file) => /^dist\/(emulator|provider\/(index|program))/.test(file))).toEqual([]);
    });
});

describe("the public paths of the package", () => {
    it.each(["pulumi-imply-polaris/handlers/kafka-connection", "pulumi-imply-polaris/handlers/streaming-job"])(
        "lead to a handler: %s, which is in users' state",
        (name) => {
            const script = `console.log(JSON.stringify(Object.keys(require(${JSON.stringify(name)})).sort()))`;
            const printed = execFileSync(process.execPath, ["-e", script], { cwd: repository, encoding: "utf8" });
            expect(JSON.parse(printed)).toEqual(["check", "configure", "create", "delete", "diff", "read", "update"]);
        },
    );
});
