import { isTerminal } from "../api/jobs";
import type { JobSummary } from "../api/jobs";
import type { Session } from "../engine/session";
import { toJson } from "../values/json";
import type { Properties } from "../values/json";
import { isLiveStream } from "./existing";
import type { ExistingProject } from "./existing";
import { isWanted } from "./filter";
import type { Filter } from "./filter";
import type { Handler, HiddenSecret, ImportNoun } from "./noun";
import { nouns } from "./nouns";
import { withoutValue, withSecrets } from "./secret-names";

/** An object of the project that is imported. */
export interface Item {
    readonly noun: ImportNoun;
    readonly handler: Handler;
    readonly id: string;
    /** What the state records of the object beyond what a refresh without a state would find. */
    readonly known: Properties;
    /** The arguments as a person would write them, without secrets. */
    readonly args: Properties;
    readonly hidden: readonly HiddenSecret[];
}

/** An object of the project that is not imported. */
export interface LeftOut {
    readonly what: string;
    readonly why: string;
    /** Its kind of resource and its id, where there is one for it. */
    readonly object?: readonly [noun: string, id: string];
}

export interface Selection {
    readonly items: readonly Item[];
    readonly leftOut: readonly LeftOut[];
}

export const titleOf = ({ noun, id }: Pick<Item, "noun" | "id">) => `${noun.noun} ${JSON.stringify(id)}`;

/** What a refresh finds of an object; without a state, what `.get()` does. */
export async function refreshed(handler: Handler, id: string, state: Properties) {
    const { inputs = {}, props = {} } = await handler.read(id, state);
    return { inputs, props };
}

const withoutCode = (reason: string) => reason.replace(/ \[Polaris\w+\]$/, "");

/** Why the resource would refuse the arguments. */
async function refusal({ handler, args, hidden }: Item): Promise<string | undefined> {
    const { failures = [] } = await handler.check({}, toJson(withSecrets(args, hidden)));
    return failures.length === 0 ? undefined : failures.map(({ reason }) => withoutCode(reason)).join("; ");
}

async function itemOf(
    noun: ImportNoun,
    session: Session,
    project: ExistingProject,
    { id, known }: { id: string; known: Properties },
): Promise<Item> {
    const handler = noun.handler(session);
    const { inputs } = await refreshed(handler, id, {});
    const plain = withoutValue(inputs, ["projectId"]);
    const args = noun.spell?.(plain, id, project) ?? plain;
    return { noun, handler, id, known, args, hidden: noun.hiddenSecrets?.(args) ?? [] };
}

const notAsked = "--only or --exclude leaves it out";

function otherConnections({ connections }: ExistingProject, handled: ReadonlySet<string>): LeftOut[] {
    return connections
        .filter(({ name }) => !handled.has(name))
        .map(({ name, type }) => ({
            what: `connection ${JSON.stringify(name)}`,
            why: `there is no resource for connections of type ${JSON.stringify(type)}`,
        }));
}

function whyNoJob({ type, executionStatus }: JobSummary): string {
    if (type !== "streaming") return `there is no resource for jobs of type ${JSON.stringify(type)}`;
    return isTerminal(executionStatus) ? "its jobs have ended" : "its job is being canceled";
}

/** Jobs that are no live streams, once for each table and reason: a table has a job for each swap of its past. */
function otherJobs({ summaries }: ExistingProject): LeftOut[] {
    const live = new Set(summaries.filter(isLiveStream).map(({ target }) => target?.tableName));
    const others = summaries.filter((job) => !isLiveStream(job));
    const groups = new Map<string, LeftOut & { count: number }>();
    for (const job of others) {
        const table = job.target?.tableName ?? "?";
        const why = whyNoJob(job);
        const note = job.type === "streaming" && live.has(table) ? ", and another job feeds the table now" : "";
        const key = JSON.stringify([table, why]);
        const count = (groups.get(key)?.count ?? 0) + 1;
        const what = `${count} ${job.type} job${count > 1 ? "s" : ""} of the table ${JSON.stringify(table)}`;
        groups.set(key, { what, why: why + note, count });
    }
    return [...groups.values()];
}

function otherTables({ tableNames }: ExistingProject, handled: ReadonlySet<string>, filter: Filter): LeftOut[] {
    if (!tableNames) return [{ what: "tables", why: "the API key lacks the permission ViewTables" }];
    const why = filter.tables ? notAsked : "tables are imported with --tables";
    return tableNames
        .filter((name) => !handled.has(name))
        .map((name) => ({ what: `table ${JSON.stringify(name)}`, why, object: ["Table", name] }));
}

/** What of the project is imported, in the order of a program, and what is left out for which reason. */
export async function select(project: ExistingProject, session: Session, filter: Filter): Promise<Selection> {
    const items: Item[] = [];
    const leftOut: LeftOut[] = [];
    const handled = { connection: new Set<string>(), job: new Set<string>(), table: new Set<string>() };
    for (const noun of nouns) {
        for (const candidate of [...noun.candidates(project)].sort((a, b) => (a.id < b.id ? -1 : 1))) {
            const { id, fault } = candidate;
            handled[noun.kind].add(id);
            const what = titleOf({ noun, id });
            const object = [noun.noun, id] as const;
            if (!isWanted(filter, id)) leftOut.push({ what, why: notAsked, object });
            else if (fault !== undefined) leftOut.push({ what, why: fault, object });
            else {
                const item = await itemOf(noun, session, project, candidate);
                const why = await refusal(item);
                if (why === undefined) items.push(item);
                else leftOut.push({ what, object, why: `its arguments are not valid here: ${why}` });
            }
        }
    }
    // Jobs that the filter leaves out have not been read.
    const unread = project.summaries.filter(
        (job) => isLiveStream(job) && !handled.job.has(job.target?.tableName ?? ""),
    );
    for (const { target } of unread) {
        const id = target?.tableName ?? "?";
        const what = `StreamingJob ${JSON.stringify(id)}`;
        leftOut.push({ what, why: notAsked, object: ["StreamingJob", id] });
    }
    const others = [
        ...otherConnections(project, handled.connection),
        ...otherJobs(project),
        ...otherTables(project, handled.table, filter),
    ];
    return { items, leftOut: [...leftOut, ...others] };
}
