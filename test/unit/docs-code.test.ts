import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { repository } from "../support/project";

const docs = readdirSync(path.join(repository, "docs"), { recursive: true, encoding: "utf8" });
const pages = ["README.md", ...docs.filter((file) => file.endsWith(".md")).map((file) => path.join("docs", file))];

/** What fragments use without a declaration; docs/guides/README.md says so to the reader. */
const context = `
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";
declare const connection: polaris.KafkaConnection, job: polaris.StreamingJob, cluster: aws.msk.Cluster;
declare const connectionArgs: polaris.KafkaConnectionArgs, jobArgs: polaris.StreamingJobArgs;
declare const source: polaris.StreamingJobSource, password: pulumi.Output<string>;
declare const clusterArn: string, otherClusterArn: string;
`;

const asProgram = (block: string) =>
    /^import /m.test(block) ? block : `${context}{\n${block.replaceAll(/^export /gm, "")}\n}\n`;

/** Every block of TypeScript by a file name that tells its page. */
const programs = new Map(
    pages.flatMap((page) => {
        const blocks = readFileSync(path.join(repository, page), "utf8").matchAll(/^```typescript\n([\s\S]*?)^```$/gm);
        return [...blocks].map(([, block = ""], index) => {
            const file = `${page.replaceAll(/\W/g, "-")}-${index + 1}.ts`;
            return [path.join(repository, file), asProgram(block)] as const;
        });
    }),
);

test("every TypeScript block of README and docs has correct types, with the real SDK of AWS", () => {
    expect(programs.size).toBeGreaterThan(20);
    const options: ts.CompilerOptions = {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.Node16,
        moduleResolution: ts.ModuleResolutionKind.Node16,
        strict: true,
        skipLibCheck: true,
        noEmit: true,
        types: ["node", "jest"],
        paths: {
            "pulumi-imply-polaris": [path.join(repository, "provider/index.ts")],
            "imply-polaris-emulator": [path.join(repository, "emulator/start.ts")],
        },
    };
    const host = ts.createCompilerHost(options);
    const [readFile, fileExists] = [host.readFile.bind(host), host.fileExists.bind(host)];
    host.readFile = (file) => programs.get(file) ?? readFile(file);
    host.fileExists = (file) => programs.has(file) || fileExists(file);
    const program = ts.createProgram([...programs.keys()], options, host);
    const complaints = [...programs.keys()].flatMap((file) => {
        const source = program.getSourceFile(file);
        const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
        return found.map(
            ({ messageText }) => `${path.basename(file)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
        );
    });
    expect(complaints).toEqual([]);
});
