import type * as pulumi from "@pulumi/pulumi";
import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { ApiError } from "../api/errors";
import { reconcile } from "../values/canonical";
import { durationMs } from "../values/duration";
import { toJson, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { isUnknown } from "../values/unknown";
import { asksForAdoption, reportAdoption } from "./adoption";
import { changeBetween, isRecordedAnew } from "./changes";
import { checkInputs } from "./check";
import { objectKey } from "./declarations";
import { sentenceOf } from "./error-messages";
import { Failure, PartialFailure, ShownError } from "./errors";
import type { Operation } from "./errors";
import { addedInputs, unfinishedFacts } from "./resource";
import type { Change, Context, Declared, Resource, State } from "./resource";
import { fingerprintsInput, forRules, hasUnknownSecret, maskSecrets, withVariables } from "./secrets";
import { processSession } from "./session";
import { problemText } from "./validation";

type Handler = Required<pulumi.dynamic.ResourceProvider<Properties, Properties>>;

const defaultLimitMs = 10 * 60_000;

/** Whether an operation has nothing but the state, and not what the program declares. */
const readsState = (operation: Operation) => operation === "read" || operation === "delete";

const newEntryId = () => randomBytes(6).toString("base64url");

/** With `--continue-on-error` the engine also deletes the old entry of a resource that lacks its `aliases`. */
const declaredAgain = new Failure(
    "PolarisObjectDeclaredAgain",
    "another resource of this program declares the same object",
    "give that one `aliases` if it is this resource renamed or moved, else set adopt: true on it",
);

/** In the words of the refusal: a rename cannot be told from a replacement that no argument asks for. */
const willBeRefused =
    "another entry of this stack has the same object, so that `pulumi up` will refuse this create, unless that entry is deleted first (deleteBeforeReplace): give it `aliases` if it was renamed or moved, run `pulumi state untaint` if it is tainted, leave out `--replace`, or set adopt: true";

/** Facts without what only a failure leaves in state. */
const finished = (facts: Properties): Properties =>
    Object.fromEntries(Object.entries(facts).filter(([name]) => !unfinishedFacts.some((one) => one === name)));

/** What an operation has recorded of the object so far. */
class SavedState {
    facts: Properties | undefined;
    /** The arguments that the object has, where they are not those of the operation. */
    args: Properties | undefined;

    readonly save = (facts: Properties, args?: Properties): void => {
        this.facts = { ...this.facts, ...facts };
        this.args = args;
    };
}

/** Makes a resource into what the engine calls: the lifecycle that all resources share. */
export function defineResource<Inputs extends Properties, Facts extends Properties, Step>(
    resource: Resource<Inputs, Facts, Step>,
    session = processSession,
): Handler {
    const { noun, schema, secrets } = resource;
    const names = Object.keys(schema.shape);
    const declaredIn =
        ({ projectId }: Properties): Declared =>
        (otherNoun, id) =>
            session.declarations.get(otherNoun, projectId, id);

    // The engine hands on what a check of this resource has answered, and what an operation of it has put into state:
    // the two casts of the boundary. In a preview, any member may be unknown as well.
    const inputsIn = (properties: Properties) => properties as Inputs;
    const stateIn = (properties: Properties) => properties as State<Inputs, Facts>;

    /** The object's name, with the resource's own in front where the program declares it in this run and calls it so. */
    const titleOf = (id: string, inputs?: Properties) => {
        const declared = inputs && declaredIn(inputs)(noun, resource.idOf(inputsIn(inputs)));
        const name = declared?.resourceName ?? id;
        const object = name === id ? "" : ` (${resource.objectNoun} ${JSON.stringify(id)})`;
        return isUnknown(id) ? noun : `${noun} ${JSON.stringify(name)}${object}`;
    };

    const changeOf = (olds: Properties, news: Properties) => changeBetween(resource, olds, news, declaredIn(news));
    const planOf = (olds: Properties, news: Properties, change: Change) =>
        resource.plan(stateIn(olds), inputsIn(news), change);

    const replacedInputs = (id: string, { projectId }: Properties): Inputs | undefined => {
        const olds = session.declarations.get(noun, projectId, id)?.olds ?? {};
        const isOwn = Object.keys(olds).length > 0 && olds.projectId === projectId;
        return isOwn && resource.idOf(inputsIn(olds)) === id ? inputsIn(olds) : undefined;
    };

    /** Whether a refresh of this run has found the object for an entry of the state, though a create is planned. */
    const isHeldAlready = (id: string, { projectId, adopt }: Properties) =>
        !adopt && session.refreshed.has(objectKey(noun, projectId, id));

    const contextOf = (operation: Operation, id: string, properties: Properties, saved: SavedState) => {
        const limit = valueAt(properties, ["timeouts", operation]);
        const title = titleOf(id, readsState(operation) ? undefined : properties);
        const context: Context<Inputs, Facts> = {
            client: session.clients.for(properties),
            log: (line) => session.print(`${title}: ${line}`, properties.projectId),
            limitMs: (typeof limit === "string" ? durationMs(limit) : undefined) ?? defaultLimitMs,
            declared: declaredIn(properties),
            replacedInputs: operation === "create" ? replacedInputs(id, properties) : undefined,
            knownState: (otherNoun, otherId) =>
                session.knownStates.get(objectKey(otherNoun, properties.projectId, otherId)),
            heldObject: session.entries.heldObject(noun, properties.projectId, id),
            saveState: saved.save,
        };
        return context;
    };

    const entryOf = (state: Properties) => ({ object: resource.objectOf(stateIn(state)), entryId: state.entryId });
    const hold = (id: string, state: Properties) => session.entries.hold(noun, state.projectId, id, entryOf(state));

    const printerFor = (id: string, inputs: Properties) => {
        const title = titleOf(id, inputs);
        return (text: string) => session.print(`${title}: ${text}`, inputs.projectId);
    };

    /** Reports, once a run for each resource, what a plan does to running ingestion, and what is likely a mistake. */
    const report = (id: string, inputs: Properties, sentences: readonly string[]) => {
        const print = printerFor(id, inputs);
        if (sentences.length > 0) print(sentences.join("; "));
        const { resolved, givenPath } = forRules(secrets, inputs);
        for (const { path, message } of resource.warnings(resolved, declaredIn(inputs))) {
            print(`warning: ${problemText({ path: givenPath(path), message })}`);
        }
    };

    /** All that an object's state holds: its inputs, the facts about it, and its address. */
    const outputsOf = (inputs: Properties, facts: Properties): Properties =>
        toJson({ ...inputs, ...facts, ...session.clients.addressOf(inputs) });

    /** What the state says beyond the inputs, and still holds after an update. */
    const lastingFacts = (state: Properties): Properties =>
        finished(
            Object.fromEntries(Object.entries(state).filter(([name]) => ![...names, ...addedInputs].includes(name))),
        );

    /** A process that only reads or deletes may not know the secrets that the API's words hold, such as a connection's. */
    const hidesReasons = (operation: Operation, state: Properties) =>
        readsState(operation) && (secrets.length === 0 || hasUnknownSecret(secrets, state));

    /** Runs an operation; an error reaches the engine as one sentence, and what was saved of the object stays in state. */
    async function run<T>(
        operation: Operation,
        id: string,
        given: Properties,
        work: (saved: SavedState) => Promise<T>,
        facts: Properties = {},
    ): Promise<T> {
        const saved = new SavedState();
        try {
            return await work(saved);
        } catch (error) {
            const title = titleOf(id, readsState(operation) ? undefined : given);
            const shown = error instanceof ApiError && hidesReasons(operation, given) ? error.withoutReason() : error;
            const sentence = sentenceOf(shown, { title, operation, permission: resource.permission });
            if (!saved.facts) {
                if (operation === "create") session.entries.fail(noun, given.projectId, id);
                throw new ShownError(title, operation, sentence);
            }
            const recorded = { ...facts, ...saved.facts, unfinished: operation };
            const args = saved.args && Object.fromEntries(names.map((name) => [name, saved.args?.[name]]));
            const properties = outputsOf({ ...given, ...args }, recorded);
            hold(id, properties);
            throw new PartialFailure(id, properties, title, operation, sentence);
        }
    }

    return {
        configure(request) {
            session.clients.configure((key) => request.config.get(key));
            return Promise.resolve();
        },

        async check(olds, news) {
            maskSecrets(session.mask, secrets, olds, news);
            const result = checkInputs(resource, session, olds, news);
            const inputs = result.inputs ?? {};
            if ((result.failures ?? []).length > 0) return result;
            const id = resource.idOf(inputsIn(inputs));
            const { __resourceName: given, __isPreview: isPreview = false } = news;
            const name = typeof given === "string" ? given : undefined;
            // The engine checks a resource that it replaces twice: the plan of the replacement says where it leads.
            const isFirstCheck = declaredIn(inputs)(noun, id) === undefined;
            session.declarations.add(resource, id, { olds, inputs, resourceName: name });
            if (Object.keys(olds).length > 0) return result;
            const isReplaced = replacedInputs(id, inputs) !== undefined;
            const notes = resource.createNotes(inputsIn(inputs), isPreview === true && isFirstCheck);
            report(id, inputs, isHeldAlready(id, inputs) && !isReplaced ? [willBeRefused] : notes);
            if (asksForAdoption(id, inputs) && !isReplaced) {
                await reportAdoption(session, inputs, {
                    permission: resource.permission,
                    describe: (client) =>
                        resource.describeAdoption(
                            { client, declared: declaredIn(inputs) },
                            inputsIn(withVariables(secrets, inputs)),
                        ),
                    print: printerFor(id, inputs),
                });
            }
            return result;
        },

        diff(id, olds, news) {
            maskSecrets(session.mask, secrets, olds, news);
            return run("check", id, news, () => {
                const change = changeOf(olds, news);
                const isMoved = olds.projectId !== news.projectId && olds.projectId !== undefined;
                const replaces = [
                    ...(isMoved ? ["projectId"] : []),
                    ...resource.replaceOnChanges.filter((name) => change.names.includes(name)),
                ];
                const [cause] = replaces;
                const steps = cause === undefined ? planOf(olds, news, change) : [];
                const isChanged = change.names.length + change.unknown.length + steps.length > 0;
                const isUnfinished = unfinishedFacts.some((name) => olds[name] !== undefined);
                const changes = isChanged || isUnfinished || isMoved || isRecordedAnew(olds, news);
                if (session.declarations.take(noun, news)) {
                    if (cause === undefined) hold(id, olds);
                    const sentences =
                        cause === undefined
                            ? steps.flatMap((step) => resource.describe(step, stateIn(olds), inputsIn(news), change))
                            : [resource.describeReplacement(cause, stateIn(olds), inputsIn(news))];
                    if (changes) report(id, news, sentences);
                }
                return Promise.resolve({ changes, replaces });
            });
        },

        create(inputs) {
            maskSecrets(session.mask, secrets, inputs);
            session.declarations.take(noun, inputs);
            const id = resource.idOf(inputsIn(inputs));
            const entry = { entryId: newEntryId() };
            const work = async (saved: SavedState) => {
                const context = contextOf("create", id, inputs, saved);
                await resource.create(context, inputsIn(withVariables(secrets, inputs)));
                const outs = outputsOf(inputs, { ...entry, ...finished(saved.facts ?? {}) });
                hold(id, outs);
                return { id, outs };
            };
            return run("create", id, inputs, work, entry);
        },

        read(id, state = {}) {
            maskSecrets(session.mask, secrets, state);
            return run("read", id, state, async () => {
                const context = contextOf("read", id, state, new SavedState());
                const { address } = context.client;
                const isInState = state.projectId !== undefined;
                const found = await resource.read(context, id, isInState ? stateIn(state) : undefined);
                if (!found) {
                    if (isInState) return { id: "" };
                    throw new Failure(
                        "PolarisObjectNotFound",
                        `there is none in project ${address.projectId}`,
                        "correct the id, or declare the resource without one to create it",
                    );
                }
                if (isInState) session.refreshed.add(objectKey(noun, address.projectId, id));
                const actual = (name: string, member: z.ZodType): unknown =>
                    resource.localArguments.includes(name)
                        ? state[name]
                        : reconcile(member, state[name], found.actual[name]);
                const members = Object.entries(schema.shape);
                const inputs = toJson({
                    ...Object.fromEntries(members.map(([name, member]) => [name, actual(name, member)])),
                    projectId: address.projectId,
                    project: state.project,
                    timeouts: state.timeouts,
                    [fingerprintsInput]: found.secretsKnown ? state[fingerprintsInput] : undefined,
                });
                const facts = { ...found.facts, entryId: state.entryId, baseUrl: state.baseUrl ?? address.baseUrl };
                const props = toJson({ ...inputs, ...facts });
                if (isInState && found.secretsKnown && !hasUnknownSecret(secrets, state)) {
                    session.knownStates.set(objectKey(noun, address.projectId, id), props);
                }
                return { id, props, inputs };
            });
        },

        update(id, olds, news) {
            maskSecrets(session.mask, secrets, olds, news);
            const facts = lastingFacts(olds);
            const work = async (saved: SavedState) => {
                const change = changeOf(olds, news);
                const steps = planOf(olds, news, change);
                if (steps.length > 0) {
                    const context = contextOf("update", id, news, saved);
                    const inputs = inputsIn(withVariables(secrets, news));
                    await resource.run(context, steps, stateIn(olds), inputs, change);
                }
                const outs = outputsOf(news, { ...facts, ...finished(saved.facts ?? {}) });
                hold(id, outs);
                return { outs };
            };
            return run("update", id, news, work, facts);
        },

        delete(id, state) {
            maskSecrets(session.mask, secrets, state);
            return run("delete", id, state, async (saved) => {
                const context = contextOf("delete", id, state, saved);
                if (session.entries.hasFailed(noun, state.projectId, id)) throw declaredAgain;
                if (!session.entries.isHeldByOther(noun, state.projectId, id, entryOf(state))) {
                    await resource.delete(context, stateIn(state));
                    return;
                }
                context.log("is left as it is, as another resource of this program has it now");
            });
        },
    };
}
