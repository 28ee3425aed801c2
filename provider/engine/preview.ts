import type * as pulumi from "@pulumi/pulumi";
import type { Properties } from "../values/json";
import { isUnknown } from "../values/unknown";
import { asksForAdoption, reportAdoption } from "./adoption";
import { isRecordedAnew } from "./changes";
import { checkInputs } from "./check";
import { objectKey } from "./declarations";
import type { Operations } from "./operations";
import { unfinishedFacts } from "./resource";
import type { Resource } from "./resource";
import { forRules, maskSecrets, withVariables } from "./secrets";
import type { Session } from "./session";
import { problemText } from "./validation";

type Handler = Required<pulumi.dynamic.ResourceProvider<Properties, Properties>>;

/** In the words of the refusal: a rename cannot be told from a replacement that no argument asks for. */
const willBeRefused =
    "another entry of this stack has the same object, so that `pulumi up` will refuse this create, unless that entry is deleted first (deleteBeforeReplace): give it `aliases` if it was renamed or moved, run `pulumi state untaint` if it is tainted, leave out `--replace`, or set adopt: true";

/** As where two resources exchange their names. */
const stillHasIt =
    "another resource of this program has this object until the end of the run, so that `pulumi up` will refuse this create, unless it is deleted there first (deleteBeforeReplace): set adopt: true, which takes it over, or let the other resource give it up in an earlier `pulumi up`";

/** What the engine asks before it changes anything, and what the user then reads of the plan. */
export function previewOf<Inputs extends Properties, Facts extends Properties, Step>(
    resource: Resource<Inputs, Facts, Step>,
    session: Session,
    operations: Operations<Inputs, Facts, Step>,
): Pick<Handler, "check" | "diff"> {
    const { noun, secrets } = resource;

    /** Reports, once a run for each resource, what a plan does to running ingestion, and what is likely a mistake. */
    const report = (id: string, inputs: Properties, sentences: readonly string[]) => {
        const print = operations.printer(id, inputs, "check");
        if (sentences.length > 0) print(sentences.join("; "));
        const { resolved, givenPath } = forRules(secrets, inputs);
        for (const { path, message } of resource.warnings(resolved, operations.declaredIn(inputs))) {
            print(`warning: ${problemText({ path: givenPath(path), message })}`);
        }
    };

    /** Why `up` will refuse a planned create, as far as the run has come; undefined where nothing is known against it. */
    const refusalOf = (id: string, { projectId, adopt }: Properties): string | undefined => {
        if (adopt) return undefined;
        if (session.declarations.isGivenUp(noun, projectId, id)) return stillHasIt;
        return session.refreshed.has(objectKey(noun, projectId, id)) ? willBeRefused : undefined;
    };

    /** The resource in state gives up its object: reports that to one that the run came to before, and that wants it. */
    const giveUp = (id: string, olds: Properties) => {
        const { projectId } = olds;
        const refusedBefore = session.refreshed.has(objectKey(noun, projectId, id));
        session.declarations.giveUp(noun, projectId, id);
        const other = session.declarations.get(noun, projectId, id);
        if (!other || refusedBefore || operations.replacedInputs(id, olds) !== undefined) return;
        const refusal = refusalOf(id, other.inputs);
        if (refusal !== undefined) operations.printer(id, other.inputs, "check")(refusal);
    };

    const reportReplacement = (id: string, olds: Properties, news: Properties, sentence: string) => {
        const newId = operations.idOf(news);
        const refusal = refusalOf(newId, news);
        if (refusal === undefined) report(id, news, [sentence]);
        else report(newId, news, [refusal]);
        if (!isUnknown(newId)) giveUp(id, olds);
    };

    return {
        async check(olds, news) {
            maskSecrets(session.mask, secrets, olds, news);
            const result = checkInputs(resource, session, olds, news);
            const inputs = result.inputs ?? {};
            if ((result.failures ?? []).length > 0) return result;
            const id = operations.idOf(inputs);
            const declared = operations.declaredIn(inputs);
            const { __resourceName: given, __isPreview: isPreview = false } = news;
            const name = typeof given === "string" ? given : undefined;
            // The engine checks a resource that it replaces twice: the plan of the replacement says where it leads.
            const isFirstCheck = declared(noun, id) === undefined;
            session.declarations.add(resource, id, { olds, inputs, resourceName: name });
            if (Object.keys(olds).length > 0) return result;
            const isReplaced = operations.replacedInputs(id, inputs) !== undefined;
            const notes = resource.createNotes(operations.inputsIn(inputs), isPreview === true && isFirstCheck);
            const refusal = isReplaced ? undefined : refusalOf(id, inputs);
            report(id, inputs, refusal === undefined ? notes : [refusal]);
            if (asksForAdoption(id, inputs) && !isReplaced) {
                await reportAdoption(session, inputs, {
                    permission: resource.permission,
                    describe(client) {
                        const given = operations.inputsIn(withVariables(secrets, inputs));
                        return resource.describeAdoption({ client, declared }, given);
                    },
                    print: operations.printer(id, inputs, "check"),
                });
            }
            return result;
        },

        diff(id, olds, news) {
            maskSecrets(session.mask, secrets, olds, news);
            return operations.run("check", id, news, () => {
                const [state, inputs] = [operations.stateIn(olds), operations.inputsIn(news)];
                const change = operations.changeOf(olds, news);
                const isMoved = olds.projectId !== news.projectId && olds.projectId !== undefined;
                const replaces = [
                    ...(isMoved ? ["projectId"] : []),
                    ...resource.replaceOnChanges.filter((name) => change.names.includes(name)),
                ];
                const [cause] = replaces;
                const steps = cause === undefined ? resource.plan(state, inputs, change) : [];
                const isChanged = change.names.length + change.unknown.length + steps.length > 0;
                const isUnfinished = unfinishedFacts.some((name) => olds[name] !== undefined);
                const changes = isChanged || isUnfinished || isMoved || isRecordedAnew(olds, news);
                if (session.declarations.take(noun, news)) {
                    if (cause === undefined) {
                        operations.hold(id, olds);
                        const sentences = steps.flatMap((step) => resource.describe(step, state, inputs, change));
                        if (changes) report(id, news, sentences);
                    } else reportReplacement(id, olds, news, resource.describeReplacement(cause, state, inputs));
                }
                return Promise.resolve({ changes, replaces });
            });
        },
    };
}
