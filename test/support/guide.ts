import { readFileSync } from "node:fs";
import path from "node:path";
import { repository } from "./project";
import type { Stack } from "./pulumi";
import { changes } from "./summary";

type Language = "typescript" | "console" | "text" | "json";

interface Block {
    language: Language;
    text: string;
}

/** What a guide's programs use without a declaration; docs/guides/README.md says so to the reader. */
const imports = `import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";
`;
const args = `const connectionArgs = {
    bootstrapServers: "broker-1.example.com:9093",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "polaris", password: "first-password" },
};
const source = {
    connectionName: "orders",
    formatSettings: { format: "nd-json" },
    inputSchema: [{ name: "timestamp", dataType: "string" }],
};
const jobArgs = {
    target: { tableName: "orders" },
    createTableIfNotExists: true,
    source,
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("timestamp")' }],
};
`;
const connection = 'const connection = new polaris.KafkaConnection("orders", connectionArgs);\n';
const job = 'const job = new polaris.StreamingJob("orders", jobArgs);\n';

/** A connection and a job that reads it, before a guide changes them. */
export const pairProgram = `${imports}${args}${connection}${job}`;

/** A line of which `…` leaves out parts, and in which ids (`5d1c…`) and times are examples. */
const pattern = (line: string) =>
    new RegExp(
        line
            .trim()
            .replaceAll(/\b5d1c…|\d{4}-\d\d-\d\dT[\d:.]+Z/g, "…")
            .split("…")
            .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(/\s+/g, "\\s+"))
            .join("[^\\n]*"),
    );

export interface CommandOptions {
    /** What stands for what in the commands, as the reader of a guide fills in values. */
    fill?: Record<string, string>;
    /** What is typed where a comment says that a command asks. */
    answer?: string;
    /** The folder of the commands; the program's by default. */
    dir?: string;
}

/**
 * A page of the documentation, read block by block as its test follows it: the test fails if the page has a block that
 * the test does not expect, or if a command, its comment or its output is not true. The rules for commands:
 * - `acme` stands for the reader's organization; a backend of files has only one, `organization`.
 * - A comment `"…"` quotes the output, `unchanged` says that a preview plans nothing, and `asks …` that the command
 *   reads a value.
 * - `pulumi up` gets no second preview and no confirmation.
 */
export class Guide {
    private readonly blocks: Block[];
    private position = 0;

    constructor(
        private readonly page: string,
        /** Only the blocks of a section, by its heading. */
        section?: string,
    ) {
        const whole = readFileSync(path.join(repository, page), "utf8");
        const text =
            section === undefined ? whole : (whole.split(/^## /m).find((part) => part.startsWith(section)) ?? "");
        this.blocks = [...text.matchAll(/^```(typescript|console|text|json)\n([\s\S]*?)^```$/gm)].map(
            ([, language, block = ""]) => ({ language: language as Language, text: block }),
        );
    }

    /** The next block, which has to be in this language. */
    block(language: Language): string {
        const block = this.blocks[this.position++];
        if (block?.language !== language) {
            throw new Error(`${this.page}: expected a block of ${language}, but found: ${JSON.stringify(block)}`);
        }
        return block.text;
    }

    /** Writes the next block of TypeScript as the program, with what it uses and does not declare. */
    program(stack: Stack, edit: (block: string) => string = (block) => block): string {
        const block = edit(this.block("typescript"));
        const declared = `${/polaris\.KafkaConnection\(/.test(block) ? "" : connection}${/\bjob\./.test(block) ? job : ""}`;
        const program = /^import /m.test(block) ? block : `${imports}${args}${declared}${block}`;
        stack.write("index.ts", program);
        return program;
    }

    /** Runs the commands of the next block, and answers what they printed. */
    async commands(stack: Stack, { fill = {}, answer, dir }: CommandOptions = {}): Promise<string> {
        const filled = Object.entries({ "acme/": "organization/", ...fill }).reduce(
            (text, [from, to]) => text.replaceAll(from, to),
            this.block("console").replaceAll("\\\n", " "),
        );
        let printed = "";
        let variables = "";
        for (const line of filled.trim().split("\n")) {
            const [, command = "", comment = ""] = /^(.*?)(?:\s+# (.*))?$/.exec(line) ?? [];
            const input = answer !== undefined && comment.startsWith("asks ") ? ` <<< ${JSON.stringify(answer)}` : "";
            const { text } = await stack.shell(`${variables}${command}${input}`, dir);
            if (/^(export )?\w+=/.test(command)) variables += `${command}\n`;
            expectComment(comment, { text });
            printed += text;
        }
        return printed;
    }

    /** Asserts that the output has each line of the next block of text. */
    expectText(output: string): void {
        for (const line of this.block("text").trim().split("\n")) expectShown(line, output);
    }

    /** The blocks that the test has not come to. */
    get rest(): readonly Block[] {
        return this.blocks.slice(this.position);
    }
}

function expectShown(line: string, output: string): void {
    expect(output).toMatch(pattern(line));
}

function expectComment(comment: string, result: { text: string }): void {
    const [, quoted] = /"(.*)"/.exec(comment) ?? [];
    if (quoted !== undefined) expectShown(quoted, result.text);
    if (/^unchanged\b/.test(comment)) {
        expect(changes(result)).toEqual({ unchanged: expect.any(Number) as number });
    }
}

/** Asserts that the test has followed the page to its end. */
export function expectEnd(guide: Guide): void {
    expect(guide.rest).toEqual([]);
}
