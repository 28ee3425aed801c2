import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { Failure } from "../engine/errors";
import { pathText } from "../values/json";
import type { Options } from "./command-line";
import { findObjects } from "./connect";
import type { FoundProject } from "./connect";
import { numbered } from "./identifiers";
import { assertNotManaged, assertUrnsAreFree, matchDeclared, urnTaken } from "./match";
import { readOtherStacks, unreadText, withoutManaged } from "./other-stacks";
import { plainSetting, withPlaceholders } from "./placeholders";
import { readDeclared } from "./plan";
import { component, componentType, writeProgram } from "./program";
import type { NamedSecret, Program } from "./program";
import { ProjectFolder } from "./project-folder";
import { count, countsOf, leftOutText, secretsText } from "./report";
import { titleOf } from "./select";
import type { Item } from "./select";
import { Stack, StackState } from "./stack";
import type { Settings } from "./stack";
import { importState } from "./state-import";
import type { Target } from "./state-import";
import type { Terminal } from "./terminal";

const noSettings: Settings = new Map();

/** Brings the objects of a project under Pulumi; sends nothing but reads to Imply Polaris. */
export async function runImport(options: Options, terminal: Terminal): Promise<void> {
    const folder = new ProjectFolder(path.resolve(options.out));
    if (options.intoProgram && !folder.hasProgram) {
        const cure = "give --out the folder of a Pulumi program";
        throw new Failure("PolarisCommandInvalid", `there is no program in ${folder.folder}`, cure);
    }
    await (folder.isNew ? importIntoNewFolder : importIntoStack)(options, folder, terminal);
}

async function find(
    { stack, folder }: { readonly stack: string; readonly folder: ProjectFolder },
    settings: Settings,
    options: Options,
    terminal: Terminal,
): Promise<FoundProject> {
    const existing = await findObjects(settings, options, terminal.progress);
    const { configuration, project } = existing;
    const cwd = existsSync(folder.folder) ? folder.folder : process.cwd();
    const ownUrns = `urn:pulumi:${path.posix.basename(stack)}::${folder.name}::`;
    const others = await readOtherStacks(cwd, ownUrns, terminal.progress);
    const found = withoutManaged(existing, configuration.projectId, others);
    const { items, leftOut } = found;
    terminal.print(`Project ${configuration.projectId} at ${configuration.baseUrl}`);
    terminal.print(`To import: ${countsOf(items)} (${count(project.requests, "request")}, reads only)`);
    if (leftOut.length > 0) terminal.print(leftOutText(leftOut));
    const unread = unreadText(others);
    if (unread !== undefined) terminal.print(unread);
    if (items.length === 0) terminal.print("Nothing to import.");
    return found;
}

async function importIntoNewFolder(options: Options, folder: ProjectFolder, terminal: Terminal): Promise<void> {
    const name = options.stacks[0] ?? "dev";
    const found = await find({ stack: name, folder }, noSettings, options, terminal);
    if (found.items.length === 0) return;
    if (options.dryRun) {
        printProgram(found, { settings: noSettings, folder }, options, terminal);
        return;
    }
    mkdirSync(folder.folder, { recursive: true });
    folder.write(folder.projectFiles);
    const stack = new Stack(name, folder.folder);
    const existing = await stack.existingState();
    const state = existing ?? (await stack.create());
    state.assertSettled();
    const settings = await stack.config();
    if (!existing) await recordProject(found, stack, settings);
    await importWithProgram(found, { folder, stack, state }, options, settings, terminal);
}

async function importIntoStack(options: Options, folder: ProjectFolder, terminal: Terminal): Promise<void> {
    const stack = await Stack.find(options.stacks[0], folder.folder);
    terminal.progress(`reads the stack ${stack.name}`);
    const existing = await stack.existingState();
    const state = existing ?? (options.dryRun ? StackState.empty(stack.name) : await stack.create());
    state.assertSettled();
    const settings = existing || !options.dryRun ? await stack.config() : noSettings;
    const found = await find({ stack: stack.name, folder }, settings, options, terminal);
    if (found.items.length === 0) return;
    const target = { folder, stack, state };
    if (options.intoProgram) return importIntoProgram(found, target, options, terminal);
    assertNotManaged(found.items, found.configuration.projectId, state);
    const parentType = options.component ? componentType(folder.name) : undefined;
    assertUrnsAreFree(found.items, { stack: stack.name, project: folder.name, parentType }, state);
    if (options.dryRun) {
        printProgram(found, { settings, folder, state }, options, terminal);
        return;
    }
    if (!existing) await recordProject(found, stack, settings);
    await importWithProgram(found, target, options, settings, terminal);
}

/** A stack that is made here gets the project, so that a variable of another shell does not redirect it. */
async function recordProject({ configuration }: FoundProject, stack: Stack, settings: Settings): Promise<void> {
    const { projectId, baseUrl } = configuration;
    const all = { "polaris:projectId": projectId, "polaris:baseUrl": baseUrl };
    const missing = Object.entries(all).filter(([key]) => !settings.has(key));
    const flags = missing.flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    if (flags.length > 0) await stack.run(["config", "set-all", ...flags]);
}

function programFor(
    { items }: FoundProject,
    { folder, state }: { readonly folder: ProjectFolder; readonly state?: StackState },
    options: Options,
): Program {
    const main = folder.hasProgram ? numbered("polaris", (name) => folder.isTaken(`${name}.ts`)) : "index";
    const { protect, split: isSplit, secrets } = options;
    const componentOf = options.component ? folder.name : undefined;
    const taken = `::${componentType(folder.name)}::`;
    const isComponent = (name: string) => state?.resources.some(({ urn }) => urn.endsWith(`${taken}${name}`)) === true;
    const style = {
        ...{ protect, isSplit, secrets, main, componentOf, moduleEnding: folder.moduleEnding },
        component: numbered(component, isComponent),
    };
    return writeProgram(items, style, folder.isTaken);
}

/** Whether the state can have a secret, as the user has set it. */
const isSetIn =
    (settings: Settings, { secrets }: Options, folder: ProjectFolder) =>
    (name: string) =>
        secrets === "env" ? Boolean(process.env[name]) : settings.has(`${folder.name}:${name}`);

function printProgram(
    found: FoundProject,
    place: { readonly settings: Settings; readonly folder: ProjectFolder; readonly state?: StackState },
    options: Options,
    terminal: Terminal,
): void {
    const { settings, folder } = place;
    const program = programFor(found, place, options);
    terminal.print(secretsText(program.secrets, isSetIn(settings, options, folder), options.secrets));
    const files = [...folder.projectFiles, ...folder.filesFor(program.files, program.modules)];
    for (const { name, text } of files) terminal.print(`\n--- ${name}\n${text.trimEnd()}`);
    terminal.print(`\n${count(found.items.length, "resource")} would be imported. Nothing was written.`);
}

/** Which of its secrets the first preview is about, and what to set. */
function describeUnknown(unknown: readonly NamedSecret[], item: Item): string {
    const secrets = unknown.filter((secret) => secret.item === item);
    return secrets
        .map(({ hidden, name }) => `${pathText(hidden.unknownPath ?? hidden.path)}, set by ${name}`)
        .join("; ");
}

async function importWithProgram(
    found: FoundProject,
    target: Target,
    options: Options,
    settings: Settings,
    terminal: Terminal,
): Promise<void> {
    const { folder, stack } = target;
    const { items } = found;
    const program = programFor(found, target, options);
    const files = folder.filesFor(program.files, program.modules);
    folder.write(files);
    terminal.print(`Program: ${files.map(({ name }) => name).join(", ")} in ${folder.programFolder}`);
    const isSet = isSetIn(settings, options, folder);
    if (program.secrets.length > 0) terminal.print(secretsText(program.secrets, isSet, options.secrets));
    await folder.install(terminal.progress);

    const unknown = program.secrets.filter(({ name, hidden }) => hidden.isNeverKnown === true || !isSet(name));
    const unknownPaths = (item: Item) =>
        unknown.filter((secret) => secret.item === item).map(({ hidden }) => hidden.unknownPath ?? hidden.path);
    await withPlaceholders(unknown, options.secrets, target, async (setting) => {
        terminal.progress("asks Pulumi what the program declares");
        const declared = await readDeclared(stack, folder.folder, setting);
        const { matches } = await matchDeclared(declared, items, found.configuration.projectId, unknownPaths);
        const lost = items.find((item) => !matches.some((match) => match.item === item));
        if (lost) throw urnTaken(titleOf(lost));
        const describe = (item: Item, differing: readonly string[]) =>
            describeUnknown(unknown, item) || differing.join(", ");
        await importState(target, { declared, matches }, setting, describe, terminal);
    });
}

async function importIntoProgram(
    found: FoundProject,
    target: Target,
    { dryRun }: Options,
    terminal: Terminal,
): Promise<void> {
    const { folder, stack, state } = target;
    const { items, configuration } = found;
    await folder.install(terminal.progress);
    terminal.progress("asks Pulumi what the program declares");
    const declared = await readDeclared(stack, folder.folder, plainSetting);
    const { matches, missing } = await matchDeclared(declared, items, configuration.projectId, () => []);
    const matched = matches.map(({ item }) => item);
    assertNotManaged(matched, configuration.projectId, state);
    const isManaged = state.managedBy(configuration.projectId);
    const others = items.filter((item) => !matched.includes(item) && !isManaged(item.noun.noun, item.id));
    if (missing.length > 0) {
        terminal.print("Declared, but not among the objects to import (`pulumi up` would create them):");
        for (const urn of missing) terminal.print(`  ${urn}`);
    }
    if (others.length > 0) terminal.print(`Not declared by the program: ${others.map(titleOf).join(", ")}`);
    if (matches.length === 0) terminal.print("Nothing to import.");
    else if (dryRun) {
        for (const { item, state: resource } of matches) terminal.print(`  ${titleOf(item)}: ${resource.urn}`);
        terminal.print(`${count(matches.length, "resource")} would be imported. Nothing was written.`);
    } else {
        const describe = (_: Item, differing: readonly string[]) =>
            `${differing.join(", ")} as the program declares it`;
        await importState(target, { declared, matches }, plainSetting, describe, terminal);
    }
}
