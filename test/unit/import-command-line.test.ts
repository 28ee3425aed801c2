import { Failure } from "../../provider/engine/errors";
import { readCommandLine } from "../../provider/import/command-line";
import { isWanted } from "../../provider/import/filter";
import { help } from "../../provider/import/help";

const defaults = {
    command: "import",
    out: ".",
    stacks: [],
    only: [],
    exclude: [],
    tables: false,
    component: false,
    dryRun: false,
    intoProgram: false,
    protect: true,
    secrets: "env",
    split: false,
};

/** What the user reads of a command line that is refused. */
function refusalOf(...args: string[]): string {
    try {
        readCommandLine(args);
    } catch (error) {
        if (error instanceof Failure) return `${error.happened}; ${error.cure}. [${error.code}]`;
    }
    throw new Error(`${args.join(" ")} is accepted`);
}

test("without options, the import is into the selected stack of the current folder, and protects what it imports", () => {
    expect(readCommandLine(["import"])).toEqual(defaults);
});

test("options say what is imported, where to, and how the program is written", () => {
    const flags = ["--out", "infra", "--stack=dev", "--only", "orders-*", "--only", "a", "--exclude", "*-test"];
    const style = ["--component", "--split", "--no-protect", "--secrets", "config", "--dry-run", "--tables"];
    expect(readCommandLine(["import", ...flags, ...style])).toEqual({
        ...defaults,
        out: "infra",
        stacks: ["dev"],
        only: ["orders-*", "a"],
        exclude: ["*-test"],
        tables: true,
        component: true,
        split: true,
        protect: false,
        secrets: "config",
        dryRun: true,
    });
    expect(readCommandLine(["diff", "--stack", "dev", "--stack", "prod"])).toMatchObject({
        command: "diff",
        stacks: ["dev", "prod"],
    });
    expect(readCommandLine(["import", "-h"])).toBe("help");
    expect(readCommandLine(["--version"])).toBe("version");
});

test.each([
    [[], "the command needs `import` or `diff`; run `pulumi-imply-polaris --help`."],
    [["improt"], 'there is no command "improt"; did you mean "import"?'],
    [["import", "dev"], 'import takes no argument "dev"'],
    [["import", "--stak", "dev"], 'there is no option --stak; did you mean "stack"?'],
    [["import", "--stack"], "--stack needs a value"],
    [["import", "--split=yes"], "--split takes no value"],
    [["import", "--secrets", "vault"], "--secrets is neither env nor config"],
    [["import", "--stack", "a", "--stack", "b"], "an import is into one stack, and --stack is given twice"],
    [["import", "--into-program", "--split"], "--into-program writes no program, and --split is about one"],
    [["diff", "--dry-run"], "--dry-run is an option of import alone"],
])("%j is refused in one sentence with a code", (args, sentence) => {
    const refusal = refusalOf(...args);
    expect(refusal).toContain(sentence);
    expect(refusal).toMatch(/\. \[PolarisCommandInvalid\]$/);
});

test("patterns match whole names, as in a shell", () => {
    const names = ["orders-eu", "orders", "my.orders", "ORDERS-1", "a+b"];
    const wanted = (only: string[], exclude: string[] = []) =>
        names.filter((name) => isWanted({ only, exclude }, name));
    expect(wanted([])).toEqual(names);
    expect(wanted(["orders*"])).toEqual(["orders-eu", "orders"]);
    expect(wanted(["orders-??", "a+b"])).toEqual(["orders-eu", "a+b"]);
    expect(wanted(["*"], ["*orders*", "[A-Z]*"])).toEqual(["ORDERS-1", "a+b"]);
});

test("the help describes each option, in lines of a terminal", () => {
    for (const flag of ["out", "stack", "only", "exclude", "tables", "dry-run", "split", "component", "secrets"]) {
        expect(help).toContain(`  --${flag} `);
    }
    expect(help.split("\n").filter((line) => line.length > 120)).toEqual([]);
});
