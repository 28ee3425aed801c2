import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { CommandResult, Env } from "./command";
import type { EmulatorUnderTest } from "./emulator";
import { envOf, repository } from "./project";
import { withStack, type ConfigValue, type Stack, type StackOptions } from "./pulumi";
import { nameOf, type ResourceState, type Step } from "./summary";

const plugins = path.join(__dirname, "aws-plugin");

export const exampleFolder = (name: string) => path.join(repository, "examples", name);

interface ExampleOptions {
    config?: Record<string, ConfigValue>;
    env?: Env;
}

/**
 * An example as it stands in the repository, on the real engine: Imply Polaris is the emulator, and AWS the stand-in
 * beside this file. Types are checked elsewhere, once, as that takes longer than all the rest.
 */
export async function withExample<T>(
    name: string,
    emulator: EmulatorUnderTest,
    { config = {}, env: more = {} }: ExampleOptions,
    use: (stack: Stack) => Promise<T>,
): Promise<T> {
    const folder = exampleFolder(name);
    const names = readdirSync(folder).filter((file) => /\.(ts|json)$|^Pulumi\.yaml$/.test(file));
    const files = Object.fromEntries(names.map((file) => [file, readFileSync(path.join(folder, file), "utf8")]));
    const [, project = ""] = /^name: (\S+)$/m.exec(files["Pulumi.yaml"] ?? "") ?? [];
    return withAwsStack({ name: project, files, config, env: { ...envOf(emulator), ...more } }, use);
}

/** A program in TypeScript, with the stand-in for AWS. */
export function withAwsStack<T>(options: StackOptions, use: (stack: Stack) => Promise<T>): Promise<T> {
    const env = {
        PATH: [plugins, process.env.PATH].join(path.delimiter),
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
        ...options.env,
    };
    return withStack({ ...options, env, config: { "aws:region": "us-east-1", ...options.config } }, async (stack) => {
        stack.project.link("typescript", path.join(repository, "node_modules/typescript"));
        return use(stack);
    });
}

/** The resources that an update or a destroy has deleted, in that order, as `iam:Role polaris`. */
export const deletedIn = ({ text }: Pick<CommandResult, "text">): string[] =>
    [...text.matchAll(/^ - +(?:aws:|pulumi-nodejs:dynamic\/polaris:)(\S+ \S+) deleted/gm)].map(
        ([, resource = ""]) => resource,
    );

/** Changes the one place of the program that reads like this, as its owner would. */
export function edit(stack: Stack, before: string, after: string): void {
    const text = readFileSync(path.join(stack.project.dir, "index.ts"), "utf8");
    if (text.split(before).length !== 2) throw new Error(`The program has not exactly one ${before}.`);
    stack.write(
        "index.ts",
        text.replace(before, () => after),
    );
}

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The names of the inputs of a planned resource that are not known in the preview, wholly or in part. */
export const unknownIn = ({ newState }: Step): string[] =>
    Object.entries(newState?.inputs ?? {})
        .filter(([, value]) => JSON.stringify(value).includes(UNKNOWN))
        .map(([name]) => name)
        .sort();

/** What a preview plans other than nothing: `update msk:Cluster kafka`. */
export const changesIn = (steps: readonly Step[]): string[] =>
    steps.filter(({ op }) => op !== "same").map(({ op, type, name }) => `${op} ${shortType(type)} ${name}`);

const shortType = (type: string) =>
    type
        .replace(/^.*\$/, "")
        .replace(/^aws:(\w+)\/\w+/, "$1")
        .replace("pulumi-nodejs:dynamic/polaris:", "");

/** The document that IAM would read from a property of a resource in state. */
export const policyIn = (stack: Stack, name: string, property: string): unknown =>
    JSON.parse(String(stack.resource(name)?.outputs?.[property]));

/** Upon which resources one depends, as `iam:Role polaris`. */
export const dependenciesOf = (resource: ResourceState | undefined): string[] =>
    (resource?.dependencies ?? []).map((urn) => `${shortType(urn.split("::")[2] ?? "")} ${nameOf(urn)}`).sort();
