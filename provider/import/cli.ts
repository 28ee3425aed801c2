#!/usr/bin/env node
import { explain } from "../engine/error-messages";
import { version } from "../version";
import { readCommandLine } from "./command-line";
import { runDiff } from "./diff";
import { help } from "./help";
import { runImport } from "./import";
import { processTerminal } from "./terminal";

const trouble = { import: 1, diff: 2 };

/** An error as one sentence with its code, and details on lines below. */
function sentenceOf(error: unknown): string {
    const { happened, cure, code, details } = explain(error, {
        operation: "read",
        permission: "ManageConnections and ManageIngestionJobs",
    });
    const sentence = cure === "" ? happened : `${happened}; ${cure}.`;
    return [`pulumi-imply-polaris: ${sentence} [${code}]`, ...details.map((line) => `  ${line}`)].join("\n");
}

async function main(args: readonly string[]): Promise<number> {
    const terminal = processTerminal();
    let command: keyof typeof trouble = args.includes("diff") ? "diff" : "import";
    try {
        const options = readCommandLine(args);
        if (options === "help") process.stdout.write(help);
        else if (options === "version") process.stdout.write(`${version}\n`);
        else {
            ({ command } = options);
            if (command === "diff") return (await runDiff(options, terminal)) === 0 ? 0 : 1;
            await runImport(options, terminal);
        }
        return 0;
    } catch (error) {
        terminal.progress("");
        process.stderr.write(`${sentenceOf(error)}\n`);
        return trouble[command];
    }
}

void main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
});
