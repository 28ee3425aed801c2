import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { Failure } from "../engine/errors";
import type { Properties } from "../values/json";
import type { PreviewSetting } from "./placeholders";
import { run, wordsOf } from "./pulumi";
import type { CommandResult } from "./pulumi";
import type { ResourceState, Stack } from "./stack";

const members = z.record(z.string(), z.unknown());

const step = z.looseObject({
    op: z.string(),
    urn: z.string(),
    newState: z.looseObject({ urn: z.string(), type: z.string(), custom: z.boolean() }).nullish(),
    diffReasons: z.array(z.string()).nullish(),
});

const preview = z.looseObject({
    steps: z.array(step).nullish(),
    diagnostics: z.array(z.looseObject({ severity: z.string().nullish(), message: z.string() })).nullish(),
});

const plan = z.looseObject({
    resourcePlans: z.record(
        z.string(),
        z.looseObject({ steps: z.array(z.string()).nullish(), state: members.nullish() }),
    ),
});

export type Step = z.output<typeof step>;

/** What the program declares, as a preview shows it. */
export interface Declared {
    /** What a create is planned for, in the order of the engine. */
    readonly creates: readonly ResourceState[];
    /** By URN, with secrets as the engine has encrypted them. */
    readonly inputs: ReadonlyMap<string, Properties>;
}

/** The settings of how a preview is printed, which another shell may have. */
const plainOutput = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: undefined, NO_COLOR: "1" };

function parsePreview(result: CommandResult): z.output<typeof preview> | undefined {
    const begin = result.stdout.indexOf("{");
    try {
        return preview.parse(JSON.parse(result.stdout.slice(Math.max(begin, 0))));
    } catch {
        return undefined;
    }
}

function failure(result: CommandResult): Failure {
    const errors = (parsePreview(result)?.diagnostics ?? []).filter(({ severity }) => severity === "error");
    const lines = errors.flatMap(({ message }) => message.split("\n")).filter((line) => line.trim() !== "");
    const details = lines.length > 0 ? [...new Set(lines)].slice(0, 12) : wordsOf(result);
    return new Failure(
        "PolarisPulumiFailed",
        "`pulumi preview` of the program failed, and the state was not changed",
        "remove the cause and run `pulumi-imply-polaris import --into-program`",
        details,
    );
}

function runPreview(
    stack: Stack,
    folder: string,
    { env, flags }: Pick<PreviewSetting, "env" | "flags">,
): Promise<CommandResult> {
    const args = ["preview", "--json", "--stack", stack.name, "--non-interactive", ...flags];
    return run("pulumi", args, { cwd: folder, env: { ...env, ...plainOutput } });
}

/** Has the engine run the program, without its types being checked: the last preview checks them. */
export async function readDeclared(
    stack: Stack,
    folder: string,
    options: Pick<PreviewSetting, "env" | "flags">,
): Promise<Declared> {
    const temporary = mkdtempSync(path.join(tmpdir(), "polaris-import-"));
    try {
        const file = path.join(temporary, "plan.json");
        const result = await runPreview(stack, folder, {
            env: { ...options.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
            flags: [...options.flags, "--save-plan", file],
        });
        const parsed = parsePreview(result);
        if (result.code !== 0 || !parsed) throw failure(result);
        const { resourcePlans } = plan.parse(JSON.parse(readFileSync(file, "utf8")));
        const inputs = new Map(Object.entries(resourcePlans).map(([urn, { state }]) => [urn, state ?? {}]));
        const creates = (parsed.steps ?? []).flatMap(({ op, newState }) =>
            op === "create" && newState ? [newState as ResourceState] : [],
        );
        // The JSON of a preview leaves out default providers.
        const providers = Object.entries(resourcePlans)
            .filter(([urn, { steps }]) => steps?.includes("create") && isDefaultProvider(urn))
            .map(([urn]) => ({ urn, type: "pulumi:providers:pulumi-nodejs", custom: true }));
        return { creates: [...providers, ...creates], inputs };
    } finally {
        rmSync(temporary, { recursive: true, force: true });
    }
}

const isDefaultProvider = (urn: string) => urn.includes("::pulumi:providers:pulumi-nodejs::default");

/** The steps of the preview after the import; none that changes something where `--expect-no-changes` succeeds. */
export async function previewSteps(
    stack: Stack,
    folder: string,
    options: Pick<PreviewSetting, "env" | "flags">,
): Promise<readonly Step[]> {
    const result = await runPreview(stack, folder, { ...options, flags: [...options.flags, "--expect-no-changes"] });
    const parsed = parsePreview(result);
    const hasErrors = (parsed?.diagnostics ?? []).some(({ severity }) => severity === "error");
    const isRefused = result.code !== 0 && /no changes were expected/.test(result.stdout + result.stderr);
    if (!parsed || (result.code !== 0 && !isRefused) || (hasErrors && !isRefused)) throw failure(result);
    return (parsed.steps ?? []).filter(({ op }) => op !== "same");
}
