import { isRecord } from "../values/json";
import { pulumi } from "./pulumi";
import { titleOf } from "./select";
import type { Item, LeftOut, Selection } from "./select";
import { Stack, objectKey, typePrefix } from "./stack";

/** The names of all stacks of the backend, whatever their project. */
export async function allStacks(cwd: string): Promise<string[]> {
    const found: unknown = JSON.parse(await pulumi(["stack", "ls", "--all", "--json"], { cwd }));
    const stacks: unknown[] = Array.isArray(found) ? found : [];
    return stacks.flatMap((stack) => (isRecord(stack) && typeof stack.name === "string" ? [stack.name] : []));
}

/** Commands of the CLI that run at the same time. */
const commandsAtOnce = 8;

/** What the stacks of the backend manage. */
export interface ManagedObjects {
    /** The stack of each object, by `objectKey`. */
    readonly owners: ReadonlyMap<string, string>;
    /** The stacks that could not be read; undefined where not even their names are known. */
    readonly unread: readonly string[] | undefined;
}

/** Reads all stacks of the backend, except those of the URN prefix. */
export async function readOtherStacks(
    cwd: string,
    ownUrns: string,
    progress: (text: string) => void,
): Promise<ManagedObjects> {
    const owners = new Map<string, string>();
    const names = await allStacks(cwd).catch(() => undefined);
    if (!names) return { owners, unread: undefined };
    const unread: string[] = [];
    const waiting = [...names];
    const readNext = async (): Promise<void> => {
        for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
            progress(`reads the other stacks: ${names.length - waiting.length} of ${names.length}`);
            const state = await new Stack(stack, cwd).state().catch(() => undefined);
            if (!state) unread.push(stack);
            for (const [key, urn] of state?.objects ?? []) {
                if (!urn.startsWith(ownUrns)) owners.set(key, stack);
            }
        }
    };
    await Promise.all(Array.from({ length: commandsAtOnce }, readNext));
    return { owners, unread };
}

const whyManaged = (stack: string) =>
    `the stack ${stack} manages it, and would still change or delete it; run \`pulumi state delete\` in that stack and remove it from its program, then import it`;

/** The selection without the objects that another stack manages: its next `up` could end what is imported here. */
export function withoutManaged<T extends Selection>(selection: T, projectId: string, { owners }: ManagedObjects): T {
    const ownerOf = ({ noun, id }: Item) => owners.get(objectKey(`${typePrefix}${noun.noun}`, projectId, id));
    const managed = selection.items.flatMap((item): LeftOut[] => {
        const stack = ownerOf(item);
        return stack === undefined
            ? []
            : [{ what: titleOf(item), why: whyManaged(stack), object: [item.noun.noun, item.id] }];
    });
    const items = selection.items.filter((item) => ownerOf(item) === undefined);
    return { ...selection, items, leftOut: [...managed, ...selection.leftOut] };
}

/** What is not known of other stacks, in words. */
export function unreadText({ unread }: ManagedObjects): string | undefined {
    if (unread?.length === 0) return undefined;
    const what = unread
        ? `These stacks could not be read: ${[...unread].sort().join(", ")}`
        : "The other stacks of the backend could not be listed";
    return `${what}. If one of them manages an object that is imported here, run \`pulumi state delete\` there.`;
}
