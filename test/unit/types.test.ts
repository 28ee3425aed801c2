import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const root = path.resolve(__dirname, "../..");
const proofs = path.join(root, "test/unit/types.ts");
/** A program of a user, which exists in memory alone. */
const userProgram = path.join(root, "test/unit/types-user-program.ts");

/** Compiles the proofs and a program of a user, with files edited in memory alone. */
class Compiler {
    private readonly edited = new Map([[userProgram, ""]]);
    private version = 0;
    private readonly service: ts.LanguageService;

    constructor() {
        const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
            config: { compilerOptions: object };
        };
        const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
        const read = (file: string) => this.edited.get(file) ?? ts.sys.readFile(file);
        this.service = ts.createLanguageService({
            getCompilationSettings: () => options,
            getScriptFileNames: () => [proofs, userProgram],
            getScriptVersion: (file) => (file.includes("node_modules") ? "0" : String(this.version)),
            getScriptSnapshot: (file) => {
                const text = read(file);
                return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
            },
            getCurrentDirectory: () => root,
            getDefaultLibFileName: (chosen) => ts.getDefaultLibFilePath(chosen),
            fileExists: (file) => this.edited.has(file) || ts.sys.fileExists(file),
            readFile: read,
            directoryExists: (directory) => ts.sys.directoryExists(directory),
            getDirectories: (directory) => ts.sys.getDirectories(directory),
        });
    }

    /** Replaces the first match in each file. */
    edit(edits: readonly (readonly [file: string, pattern: RegExp, text: string])[]): void {
        this.version += 1;
        for (const [name, pattern, text] of edits) {
            const file = path.join(root, "provider", name);
            const before = this.edited.get(file) ?? readFileSync(file, "utf8");
            if (!pattern.test(before)) throw new Error(`${name} has no ${pattern.source}`);
            this.edited.set(file, before.replace(pattern, text));
        }
    }

    /** The first lines of the errors in the proofs. */
    errors(): string[] {
        return this.errorsIn(proofs).map(({ message }) => message.split("\n")[0] ?? "");
    }

    /** The errors in a program that declares resources, each with the text at its position. */
    errorsOf(statements: string): { position: string; message: string }[] {
        this.version += 1;
        const imports = `import * as pulumi from "@pulumi/pulumi";\nimport * as polaris from "../../provider/index";\n`;
        this.edited.set(userProgram, `${imports}export type Text = pulumi.Output<string>;\n${statements}`);
        return this.errorsIn(userProgram);
    }

    private errorsIn(file: string): { position: string; message: string }[] {
        const found = [...this.service.getSyntacticDiagnostics(file), ...this.service.getSemanticDiagnostics(file)];
        return found.map(({ messageText, start = 0, length = 0, file: source }) => ({
            position: source?.text.slice(start, start + length) ?? "",
            message: ts.flattenDiagnosticMessageText(messageText, "\n"),
        }));
    }

    /** The public types and their members that lack a text for editors. */
    undocumented(): string[] {
        const program = this.service.getProgram();
        const source = program?.getSourceFile(path.join(root, "provider/index.ts"));
        const checker = program?.getTypeChecker();
        const index = source && checker?.getSymbolAtLocation(source);
        if (!index || !checker) throw new Error("The provider has no index.");
        const isOwn = (symbol: ts.Symbol) =>
            symbol.declarations?.some((one) => one.getSourceFile().fileName.includes("/provider/program/"));
        return checker
            .getExportsOfModule(index)
            .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
            .filter(isOwn)
            .flatMap((type) => [type, ...checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(type))])
            .filter((symbol) => isOwn(symbol) && symbol.getDocumentationComment(checker).length === 0)
            .map((symbol) => checker.getFullyQualifiedName(symbol).replace(/^".*"\./, ""));
    }

    /** The text that an editor shows at `new polaris.<name>`. */
    textAtNew(name: string): string {
        this.errorsOf(`new polaris.${name}("a", {} as never);`);
        const position = (this.edited.get(userProgram) ?? "").indexOf(name);
        return ts.displayPartsToString(this.service.getQuickInfoAtPosition(userProgram, position)?.documentation);
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

const compiler = new Compiler();

describe("a mistake in a program", () => {
    const connection = (secrets: string) =>
        `new polaris.KafkaConnection("c", { bootstrapServers: "b:9092", topicName: "t", secrets: ${secrets} });`;
    const job = (formatSettings: string) =>
        `new polaris.StreamingJob("j", {
            target: { tableName: "t" },
            source: { connectionName: "c", formatSettings: ${formatSettings} },
            mappings: [],
        });`;

    it.each([
        [
            "a misspelt password",
            connection('{ type: "sasl_plain", username: "u", pasword: "p" }'),
            "pasword",
            /'pasword' does not exist in type 'SaslPlainSecrets \|/,
        ],
        [
            "SCRAM without a mechanism",
            connection('{ type: "sasl_scram", username: "u", password: "p" }'),
            "secrets",
            /Property 'mechanism' is missing in type .* but required in type 'SaslScramSecrets'\.$/,
        ],
        [
            "csv without columns",
            job('{ format: "csv" }'),
            "formatSettings",
            /Property 'columns' is missing in type '{ format: "csv"; }' but required in type 'CsvFormat'\.$/,
        ],
        [
            "csv without columns in a Kafka record",
            job('{ format: "kafka", valueFormat: { format: "csv" } }'),
            "formatSettings",
            /Property 'columns' is missing in type '{ format: "csv"; }' but required in type 'CsvFormat'\.$/,
        ],
        ["an unknown format", job('{ format: "json" }'), "format", /^Type '"json"' is not assignable to type /],
        [
            "an unknown schema provider",
            job('{ format: "protobuf", parseSchemaProvider: { type: "inline-avro", descriptor: "Cg==" } }'),
            "descriptor",
            /'descriptor' does not exist in type 'InlineAvroSchemaProvider \|/,
        ],
    ])("is reported where it is: %s", (_, statement, position, message) => {
        expect(compiler.errorsOf(statement)).toEqual([{ position, message: expect.stringMatching(message) as string }]);
    });

    it.each([
        ["an Output", connection('pulumi.output({ type: "sasl_plain", username: "u", password: pulumi.secret("p") })')],
        ["a Promise", connection('Promise.resolve({ type: "sasl_plain", username: "u", password: "p" } as const)')],
        ["configuration", connection('new pulumi.Config().requireSecretObject<polaris.KafkaSecrets>("secrets")')],
        ["a format that is an Output", job('pulumi.output({ format: "csv", columns: ["a"] })')],
    ])("is not found in arguments that come as a whole: %s", (_, statement) => {
        expect(compiler.errorsOf(statement)).toEqual([]);
    });
});

describe("an editor", () => {
    it("has a text for every public type, argument and output", () => {
        expect(compiler.undocumented()).toEqual([]);
    });

    it.each([
        ["KafkaConnection", "A connection of Imply Polaris to topics"],
        ["StreamingJob", "The ingestion of a stream into a table"],
        ["Project", "An Imply Polaris project other than the configured one"],
    ])("shows the text of the class where a program constructs a %s", (name, text) => {
        expect(compiler.textAtNew(name)).toContain(text);
    });
});

describe("the documented arguments and the handlers", () => {
    it("fit the schemas and Pulumi's contract, as the compiler proves", () => {
        expect(compiler.errors()).toEqual([]);
        expect(
            ["ConnectionDifferences", "OtherDifferences", "JobDifferences"].flatMap((name) => compiler.textsOf(name)),
        ).toEqual([]);
    });

    it("do not fit where only one of them has or lacks something, at any depth", () => {
        compiler.edit([
            ["program/kafka-connection.ts", /\n {4}bootstrapServers: /, "\n    documented: pulumi.Input<string>;$&"],
            ["program/kafka-connection.ts", /clientRack\?:/, "clientRack:"],
            ["program/kafka-connection.ts", /\n {4}mechanism: /, "\n    documented: string;$&"],
            ["kafka-connection/schema.ts", /\n {4}clientRack: /, "\n    undocumented: z.string(),$&"],
            ["kafka-connection/schema.ts", /oneOf\("SCRAM-SHA-256", /, '$&"SCRAM-SHA-1", '],
            [
                "program/streaming-job.ts",
                /maxParseExceptions\?: pulumi\.Input<number/,
                "maxParseExceptions?: pulumi.Input<string",
            ],
            ["streaming-job/schema.ts", /\n {4}readFromPoint: /, "\n    undocumented: z.string(),$&"],
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
            ".undocumented: string",
        ]);
        expect(compiler.textsOf("JobDifferences")).toEqual([
            ".maxParseExceptions?: number",
            ".maxParseExceptions?: string",
            '.source.formatSettings<kafka>.headerFormat?: "utf-16"',
            ".undocumented: string",
        ]);
        expect(compiler.errors()).toEqual([
            expect.stringMatching(/does not satisfy the constraint 'never'\.$/),
            expect.stringMatching(/does not satisfy the constraint 'never'\.$/),
        ]);
    });

    it("do not fit where a handler lacks a method", () => {
        compiler.edit([
            [
                "handlers/kafka-connection.ts",
                /(defineResource\(.*\));/,
                '$1 as Omit<ReturnType<typeof defineResource>, "check">;',
            ],
            [
                "handlers/streaming-job.ts",
                /(defineResource\(.*\));/,
                '$1 as Omit<ReturnType<typeof defineResource>, "delete">;',
            ],
        ]);
        const broken = "Type 'false' does not satisfy the constraint 'true'.";
        expect(compiler.errors().filter((text) => text === broken)).toHaveLength(2);
    });
});
