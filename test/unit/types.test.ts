import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const root = path.resolve(__dirname, "../..");
const proofs = path.join(root, "test/unit/types.ts");

/** Compiles the proofs, with some files of the provider edited in memory alone. */
class Compiler {
    private readonly edited = new Map<string, string>();
    private edition = 0;
    private readonly service: ts.LanguageService;

    constructor() {
        const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
            config: { compilerOptions: object };
        };
        const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
        const read = (file: string) => this.edited.get(file) ?? ts.sys.readFile(file);
        this.service = ts.createLanguageService({
            getCompilationSettings: () => options,
            getScriptFileNames: () => [proofs],
            getScriptVersion: (file) => (file.includes("node_modules") ? "0" : String(this.edition)),
            getScriptSnapshot: (file) => {
                const text = read(file);
                return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
            },
            getCurrentDirectory: () => root,
            getDefaultLibFileName: (chosen) => ts.getDefaultLibFilePath(chosen),
            fileExists: (file) => ts.sys.fileExists(file),
            readFile: read,
            directoryExists: (directory) => ts.sys.directoryExists(directory),
            getDirectories: (directory) => ts.sys.getDirectories(directory),
        });
    }

    /** Replaces, in memory, the first place in each file that an expression finds. */
    edit(edits: readonly (readonly [file: string, place: RegExp, text: string])[]): void {
        this.edition += 1;
        for (const [name, place, text] of edits) {
            const file = path.join(root, "provider", name);
            const before = this.edited.get(file) ?? readFileSync(file, "utf8");
            if (!place.test(before)) throw new Error(`${name} has no ${place.source}`);
            this.edited.set(file, before.replace(place, text));
        }
    }

    /** What the compiler says against the proofs. */
    complaints(): string[] {
        const found = [...this.service.getSyntacticDiagnostics(proofs), ...this.service.getSemanticDiagnostics(proofs)];
        return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n").split("\n")[0] ?? "");
    }

    /** The texts of a union of texts that the proofs export. */
    textsOf(name: string): string[] {
        const program = this.service.getProgram();
        const source = program?.getSourceFile(proofs);
        const alias = source?.statements.find((one) => ts.isTypeAliasDeclaration(one) && one.name.text === name);
        if (!program || !alias) throw new Error(`The proofs have no ${name}.`);
        const type = program.getTypeChecker().getTypeAtLocation(alias);
        const members = type.isUnion() ? type.types : [type];
        return members.flatMap((member) => (member.isStringLiteral() ? [member.value] : [])).sort();
    }
}

describe("the documented arguments and the handlers", () => {
    const compiler = new Compiler();

    it("fit the schemas and Pulumi's contract, as the compiler proves", () => {
        expect(compiler.complaints()).toEqual([]);
        expect([...compiler.textsOf("ConnectionDifferences"), ...compiler.textsOf("JobDifferences")]).toEqual([]);
    });

    it("are proven no more where one place alone has or lacks something, at any depth", () => {
        compiler.edit([
            ["program/kafka-connection.ts", /\n {4}description\?:/, "\n    documented: pulumi.Input<string>;$&"],
            ["program/kafka-connection.ts", /clientRack\?:/, "clientRack:"],
            ["program/kafka-connection.ts", /\n {4}mechanism: /, "\n    documented: string;$&"],
            ["kafka-connection/schema.ts", /\n {4}clientRack: /, "\n    taken: z.string(),$&"],
            ["kafka-connection/schema.ts", /oneOf\("SCRAM-SHA-256", /, '$&"SCRAM-SHA-1", '],
            [
                "program/streaming-job.ts",
                /maxParseExceptions\?: pulumi\.Input<number/,
                "maxParseExceptions?: pulumi.Input<string",
            ],
            ["streaming-job/schema.ts", /\n {4}readFromPoint: /, "\n    taken: z.string(),$&"],
            ["streaming-job/format-settings.ts", /"utf-16", /, ""],
        ]);
        expect(compiler.textsOf("ConnectionDifferences")).toEqual([
            ".clientRack: string",
            ".clientRack: undefined",
            ".clientRack?: string",
            ".clientRack?: undefined",
            ".documented: string",
            ".secrets?<sasl_scram>.documented: string",
            '.secrets?<sasl_scram>.mechanism: "SCRAM-SHA-1"',
            ".taken: string",
        ]);
        expect(compiler.textsOf("JobDifferences")).toEqual([
            ".maxParseExceptions?: number",
            ".maxParseExceptions?: string",
            '.source.formatSettings<kafka>.headerFormat?: "utf-16"',
            ".taken: string",
        ]);
        expect(compiler.complaints()).toEqual([
            expect.stringMatching(/does not satisfy the constraint 'never'\.$/),
            expect.stringMatching(/does not satisfy the constraint 'never'\.$/),
        ]);
    });

    it("are proven no more where a handler lacks a method", () => {
        compiler.edit([
            ["handlers/kafka-connection.ts", /configure, check, /, "configure, "],
            ["handlers/streaming-job.ts", /deleteHandler as delete/, "deleteHandler as remove"],
        ]);
        const broken = "Type 'false' does not satisfy the constraint 'true'.";
        expect(compiler.complaints().filter((text) => text === broken)).toHaveLength(2);
    });
});
