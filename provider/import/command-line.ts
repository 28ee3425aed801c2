import { parseArgs } from "node:util";
import { Failure } from "../engine/errors";
import { didYouMean } from "../values/shape";
import type { Filter } from "./filter";
import type { SecretSource } from "./secret-names";

/** What the user asks for on the command line. */
export interface Options extends Filter {
    readonly command: "import" | "diff";
    readonly out: string;
    readonly stacks: readonly string[];
    readonly component: boolean;
    readonly dryRun: boolean;
    readonly intoProgram: boolean;
    readonly protect: boolean;
    readonly secrets: SecretSource;
    readonly split: boolean;
}

const flags = {
    out: { type: "string" },
    stack: { type: "string", multiple: true },
    only: { type: "string", multiple: true },
    exclude: { type: "string", multiple: true },
    tables: { type: "boolean" },
    component: { type: "boolean" },
    split: { type: "boolean" },
    secrets: { type: "string" },
    "no-protect": { type: "boolean" },
    "into-program": { type: "boolean" },
    "dry-run": { type: "boolean" },
    help: { type: "boolean", short: "h" },
    version: { type: "boolean" },
} as const;

type Flag = keyof typeof flags;

const flagsOfDiff: readonly Flag[] = ["out", "stack", "only", "exclude", "tables", "help", "version"];
const flagsOfNoProgram: readonly Flag[] = ["component", "split", "secrets", "no-protect"];

const invalid = (happened: string, cure = "run `pulumi-imply-polaris --help`") =>
    new Failure("PolarisCommandInvalid", happened, cure);

function parse(args: readonly string[]) {
    try {
        return parseArgs({ args: [...args], options: flags, allowPositionals: true, strict: true });
    } catch (error) {
        const message = String(error);
        const [, unknown] = /Unknown option '(-[^']*)'/.exec(message) ?? [];
        if (unknown !== undefined) {
            throw invalid(
                `there is no option ${unknown}; ${didYouMean(unknown.replace(/^-+/, ""), Object.keys(flags))}`,
            );
        }
        const [, flag = ""] = /'(?:-\w, )?(--[\w-]+)/.exec(message) ?? [];
        throw invalid(/argument missing/.test(message) ? `${flag} needs a value` : `${flag} takes no value`);
    }
}

/** What the arguments of the command ask for: text of the command itself, or work. */
export function readCommandLine(args: readonly string[]): "help" | "version" | Options {
    const { values, positionals } = parse(args);
    if (values.help === true) return "help";
    if (values.version === true) return "version";
    const [command, ...others] = positionals;
    if (command === undefined) throw invalid("the command needs `import` or `diff`");
    if (command !== "import" && command !== "diff") {
        throw invalid(`there is no command ${JSON.stringify(command)}; ${didYouMean(command, ["import", "diff"])}`);
    }
    if (others[0] !== undefined) throw invalid(`${command} takes no argument ${JSON.stringify(others[0])}`);
    const given = Object.keys(values) as Flag[];
    const ofImport = command === "diff" ? given.find((flag) => !flagsOfDiff.includes(flag)) : undefined;
    if (ofImport !== undefined) throw invalid(`--${ofImport} is an option of import alone`);
    const ofProgram =
        values["into-program"] === true ? given.find((flag) => flagsOfNoProgram.includes(flag)) : undefined;
    if (ofProgram !== undefined) throw invalid(`--into-program writes no program, and --${ofProgram} is about one`);
    const { secrets = "env", stack: stacks = [] } = values;
    if (secrets !== "env" && secrets !== "config") throw invalid("--secrets is neither env nor config");
    if (command === "import" && stacks.length > 1)
        throw invalid("an import is into one stack, and --stack is given twice");
    return {
        command,
        out: values.out ?? ".",
        stacks,
        only: values.only ?? [],
        exclude: values.exclude ?? [],
        tables: values.tables === true,
        component: values.component === true,
        dryRun: values["dry-run"] === true,
        intoProgram: values["into-program"] === true,
        protect: values["no-protect"] !== true,
        secrets,
        split: values.split === true,
    };
}
