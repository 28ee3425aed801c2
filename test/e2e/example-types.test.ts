import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { exampleFolder } from "../support/aws";
import { repository } from "../support/project";

const programs = readdirSync(path.join(repository, "examples")).filter((name) =>
    existsSync(path.join(exampleFolder(name), "Pulumi.yaml")),
);

/** Reads each file once for all the programs: most of what there is to read is the SDK of AWS. */
function cachingHost(options: ts.CompilerOptions): ts.CompilerHost {
    const host = ts.createCompilerHost(options);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (file, ...rest) => {
        const known = sources.get(file) ?? read(file, ...rest);
        sources.set(file, known);
        return known;
    };
    return host;
}
const sources = new Map<string, ts.SourceFile | undefined>();

type ParsedJson = { config: unknown; error?: ts.Diagnostic };

/** What `tsc -p` says of a program. */
function complaints(name: string): string[] {
    const tsconfig = path.join(exampleFolder(name), "tsconfig.json");
    const { config, error } = ts.readConfigFile(tsconfig, ts.sys.readFile.bind(ts.sys)) as ParsedJson;
    const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, exampleFolder(name));
    const program = ts.createProgram({ rootNames: fileNames, options, host: cachingHost(options) });
    const found = [...(error ? [error] : []), ...errors, ...ts.getPreEmitDiagnostics(program)];
    return found.map(
        ({ file, messageText }) =>
            `${file?.fileName ?? tsconfig}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}

interface Manifest {
    name: string;
    private: boolean;
    main: string;
    dependencies: Record<string, string>;
}

const read = (name: string, file: string) => readFileSync(path.join(exampleFolder(name), file), "utf8");

test.each(programs)("the types of examples/%s are right as its own tsconfig.json has them checked", (name) => {
    expect(complaints(name)).toEqual([]);
});

test.each(programs)(
    "examples/%s is a project of its own: it depends on what it imports, and says what it makes, costs and leaves",
    (name) => {
        const manifest = JSON.parse(read(name, "package.json")) as Manifest;
        expect(manifest).toMatchObject({ name: `polaris-${name}`, private: true, main: "index.ts" });
        expect(read(name, "Pulumi.yaml")).toMatch(
            new RegExp(`^name: polaris-${name}\ndescription: .+\nruntime: nodejs\n$`),
        );
        const sources = readdirSync(exampleFolder(name)).filter((file) => file.endsWith(".ts"));
        const imports = sources.flatMap((file) =>
            [...read(name, file).matchAll(/ from "([^."][^"]*)"/g)].map(([, module = ""]) => module),
        );
        expect(Object.keys(manifest.dependencies).sort()).toEqual([...new Set(imports)].sort());
        expect(read(name, "README.md")).toContain("pulumi destroy");
    },
);
