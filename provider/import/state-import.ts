import path from "node:path";
import { Failure } from "../engine/errors";
import { additions } from "./match";
import type { Match } from "./match";
import type { PreviewSetting } from "./placeholders";
import { previewSteps } from "./plan";
import type { Declared, Step } from "./plan";
import type { ProjectFolder } from "./project-folder";
import { count } from "./report";
import { titleOf } from "./select";
import type { Item } from "./select";
import type { Stack, StackState } from "./stack";
import type { Terminal } from "./terminal";

/** A stack with its state before the import, and the folder of its program. */
export interface Target {
    readonly folder: ProjectFolder;
    readonly stack: Stack;
    readonly state: StackState;
}

/** What a planned update of an object is about, in words. */
export type DescribeUpdate = (item: Item, differing: readonly string[]) => string;

const sorted = (matches: readonly Match[]) => [...matches].sort((a, b) => (titleOf(a.item) < titleOf(b.item) ? -1 : 1));

const isUpdated = ({ differing, firstUpdate }: Match) => differing.length > 0 || firstUpdate !== undefined;

/** Adds the matches to the state of the stack, and shows that the first preview plans what was said, and nothing else. */
export async function importState(
    { folder, stack, state }: Target,
    { declared, matches }: { readonly declared: Declared; readonly matches: readonly Match[] },
    setting: PreviewSetting,
    describe: DescribeUpdate,
    terminal: Terminal,
): Promise<void> {
    terminal.progress(`writes the state of the stack ${stack.name}`);
    state.assertUnchanged(await stack.state());
    const base = state.isUnwritten ? await stack.writtenState() : state;
    const text = base.with(additions(declared, matches, base, setting.placeholderKeys));
    const backup = path.join(folder.folder, state.backup(folder.folder));
    await stack.importState(text);
    terminal.print(`State: ${count(matches.length, "resource")} added to the stack ${stack.name}`);
    terminal.print(`  The state of before is in ${backup}`);

    const updates = matches.filter(isUpdated);
    if (updates.length > 0) {
        terminal.print(`Planned by the first preview: ${count(updates.length, "update")}`);
        for (const { item, differing, firstUpdate } of sorted(updates)) {
            const parts = [...(differing.length > 0 ? [describe(item, differing)] : []), firstUpdate ?? ""];
            terminal.print(`  ${titleOf(item)}: ${parts.filter((part) => part !== "").join("; ")}`);
        }
    }
    terminal.progress("runs pulumi preview --expect-no-changes");
    const steps = await previewSteps(stack, folder.folder, setting);
    terminal.print(verdict(steps, matches, backup));
}

/** What the first preview has shown; an error where it plans what was not expected. */
function verdict(steps: readonly Step[], matches: readonly Match[], backup: string): string {
    const own = new Map(matches.map((match) => [match.state.urn, match]));
    const planned = steps.filter(({ urn }) => own.has(urn));
    const isExpected = ({ op, urn }: Step) => {
        const match = own.get(urn);
        return op === "update" && match !== undefined && isUpdated(match);
    };
    const unexpected = planned.filter((step) => !isExpected(step));
    if (unexpected.length > 0) {
        throw new Failure(
            "PolarisImportDiffers",
            `the first preview plans ${count(unexpected.length, "change")} that the import did not expect`,
            `look at \`pulumi preview --diff\`; \`pulumi stack import --file ${backup}\` undoes the import`,
            unexpected.map(({ op, urn }) => `${op} ${urn}`),
        );
    }
    const changes = planned.length === 0 ? "no change" : `no change except ${count(planned.length, "planned update")}`;
    const others = steps.length - planned.length;
    return [
        `${count(matches.length, "resource")} under Pulumi, ${changes}`,
        ...(others > 0 ? [`The program plans ${count(others, "change")} of other resources as well.`] : []),
    ].join("\n");
}
