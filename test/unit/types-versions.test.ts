import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { valueAt } from "../../provider/values/json";

const root = path.resolve(__dirname, "../..");

const connection = (more: string) =>
    `new polaris.KafkaConnection("c", { bootstrapServers: "b:9092", topicName: "t", ${more} });`;
const job = (more: string, formatSettings = '{ format: "nd-json" }') =>
    `new polaris.StreamingJob("j", { target: { tableName: "t" }, source: { connectionName: "c", formatSettings: ${formatSettings} }, ${more} });`;

/** Typical mistakes: the program, the text at the position of the error, and the error. */
const mistakes: [program: string, position: string, message: RegExp][] = [
    [
        connection('secrets: { type: "sasl_plain", username: "u", pasword: "p" }'),
        'pasword: "p"',
        /'pasword' does not exist in type '.*\bSaslPlainSecrets\b/,
    ],
    [
        connection('secrets: { type: "sasl_scram", username: "u", password: "p" }'),
        "secrets: {",
        /Property 'mechanism' is missing in type .* but required in type 'SaslScramSecrets'\.$/,
    ],
    [
        connection('secrets: { type: "sasl_plan", username: "u", password: "p" }'),
        "secrets: {",
        /Type '"sasl_plan"' is not assignable to type .*\. Did you mean '"sasl_plain"'\?$/,
    ],
    [
        job("mappings: []", '{ format: "csv" }'),
        "formatSettings: {",
        /Property 'columns' is missing in type .*'CsvFormat'\.$/,
    ],
    [
        job("mappings: []", '{ format: "json" }'),
        'format: "json"',
        // TypeScript names the last member of the union, and TypeScript 7 sorts it by name.
        /^Type '"json"' is not assignable to type '"(nd-json|regex)"'\.$/,
    ],
    [job('mappings: [], readFromPiont: "latest"'), "readFromPiont", /Did you mean to write 'readFromPoint'\?$/],
    [
        job('mappings: [], readFromPoint: "earlist"'),
        "readFromPoint: ",
        /^Type '"earlist"' is not assignable to type .*Did you mean '"earliest"'\?$/,
    ],
    [
        job('mappings: [{ columnName: "a", expresion: "1" }]'),
        'expresion: "1"',
        /'expresion' does not exist in type 'Input<StreamingJobMapping>'\.$/,
    ],
];

const program = ['import * as polaris from "pulumi-imply-polaris";', ...mistakes.map(([statement]) => statement)];

/** The errors of a compiler, each with its line and with the program's text from its position on. */
async function errorsOf(compiler: string, folder: string) {
    const tsc = path.join(root, "node_modules", compiler, "bin/tsc");
    const work = promisify(execFile)(process.execPath, [tsc, "--pretty", "false", "-p", folder], { cwd: folder });
    const output = await work.then(
        ({ stdout }) => stdout,
        (error: unknown) => String(valueAt(error, ["stdout"])),
    );
    return output.split(/\n(?=\S)/).map((text) => {
        const [, line = "", column = "", message = ""] =
            /^program\.ts\((\d+),(\d+)\): error \w+: ([^]*)/.exec(text) ?? [];
        return {
            line: Number(line),
            rest: program[Number(line) - 1]?.slice(Number(column) - 1),
            message: message.trim(),
        };
    });
}

let folder: string;

beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "polaris-types-"));
    await writeFile(path.join(folder, "program.ts"), program.join("\n"));
    const paths = {
        "pulumi-imply-polaris": [path.join(root, "dist/provider/index.d.ts")],
        "@pulumi/pulumi": [path.join(root, "node_modules/@pulumi/pulumi")],
    };
    const compilerOptions = {
        ...{ strict: true, noEmit: true, skipLibCheck: true, types: [], paths },
        ...{ target: "es2022", module: "nodenext", moduleResolution: "nodenext" },
    };
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
    ["5.9", "typescript"],
    ["6.0", "typescript-6"],
    ["7.0", "typescript-7"],
])(
    "TypeScript %s reports typical mistakes where they are, in words that name what is wrong",
    async (version, compiler) => {
        const { version: installed } = JSON.parse(
            await readFile(path.join(root, "node_modules", compiler, "package.json"), "utf8"),
        ) as { version: string };
        expect(installed).toMatch(new RegExp(`^${version}\\.`));
        expect(await errorsOf(compiler, folder)).toEqual(
            mistakes.map(([, position, message], index) => ({
                line: index + 2,
                rest: expect.stringMatching(new RegExp(`^${position.replace(/[{[]/g, "\\$&")}`)) as string,
                message: expect.stringMatching(message) as string,
            })),
        );
    },
    120_000,
);
