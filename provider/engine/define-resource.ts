import type * as pulumi from "@pulumi/pulumi";
import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { unquoted } from "../api/errors";
import { checkInputs } from "./check";
import { clientFor, configureFrom, placeOf } from "./configured";
import { durationMs } from "../values/duration";
import { unconfirmedFact } from "./exactly-once";
import { Failure, HalfDone, owedFact, PartialFailure, sentenceOf, ShownError, unfinishedFact } from "./errors";
import type { Operation } from "./errors";
import { toJson, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { carried } from "./resource";
import type { Context, Declared, Kind } from "./resource";
import { meansTheSame, reconcile } from "../values/canonical";
import {
    changedSecrets,
    fingerprintsInput,
    forRules,
    hasUnknownSecret,
    rememberSecrets,
    rotated,
    withVariables,
} from "./secrets";
import { session } from "./session";
import { hasUnknown, isUnknown } from "../values/unknown";
import { problemText } from "./validation";

type ResourceProvider = Required<pulumi.dynamic.ResourceProvider<Properties, Properties>>;

const defaultLimitMs = 10 * 60_000;

/** Tells the entries of a state apart that are about one object, as after a rename. */
const entryIdFact = "entryId";
const newEntryId = () => randomBytes(6).toString("base64url");

/** With `--continue-on-error` the engine goes on to delete the old entry of a resource that lacks its `aliases`. */
const refusedToOther = new Failure(
    "another resource of this program declares the same object, and could not take it over",
    "give that resource `aliases` if it is this one renamed or moved, or set adopt: true on it, and run `pulumi up` again",
);

/** Makes a kind of resource into what the engine calls: the lifecycle that all kinds share. */
export function lifecycleOf(kind: Kind): ResourceProvider {
    const names = Object.keys(kind.schema.shape);
    const schemaOf = (name: string) => kind.schema.shape[name] as z.ZodType;
    const titleOf = (id: string) => (isUnknown(id) ? kind.noun : `${kind.noun} ${JSON.stringify(id)}`);
    const declaredBeside =
        ({ projectId }: Properties): Declared =>
        (noun, id) =>
            session.declaration(noun, projectId, id);

    /** Arguments of which a change has to reach Imply Polaris. */
    const changedBetween = (olds: Properties, news: Properties) => {
        const variables = rotated(kind.secrets, olds, news);
        return names.filter(
            (name) =>
                !kind.inert.includes(name) &&
                (variables.includes(name) || !meansTheSame(schemaOf(name), olds[name], news[name])),
        );
    };

    /** A moved handler, or another key or address of a named project: a change to the state, and none to Imply Polaris. */
    const isRecordedAnew = (olds: Properties, news: Properties) =>
        ["__provider", "project.apiKeyEnv", "project.apiKeyConfig", "project.baseUrl"].some(
            (path) => valueAt(olds, path.split(".")) !== valueAt(news, path.split(".")),
        );

    const replacedInputs = (id: string, { projectId }: Properties) => {
        const olds = session.declaration(kind.noun, projectId, id)?.olds ?? {};
        const isOwn = Object.keys(olds).length > 0 && kind.idOf(olds) === id && olds.projectId === projectId;
        return isOwn ? olds : undefined;
    };

    const contextOf = (operation: Operation, id: string, properties: Properties): Context => {
        const limit = valueAt(properties, ["timeouts", operation]);
        let last: string | undefined;
        return {
            client: clientFor(properties),
            say(line) {
                if (line !== last) console.log(`${titleOf(id)}: ${line}`);
                last = line;
            },
            limitMs: (typeof limit === "string" ? durationMs(limit) : undefined) ?? defaultLimitMs,
            declaration: declaredBeside(properties),
            replacedInputs: operation === "create" ? replacedInputs(id, properties) : undefined,
            heldObject: session.heldObject(kind.noun, properties.projectId, id),
        };
    };

    const holdingOf = (state: Properties) => ({ object: kind.objectOf(state), entryId: state[entryIdFact] });
    const hold = (id: string, state: Properties) => session.hold(kind.noun, state.projectId, id, holdingOf(state));

    /** Reports, once a run for each resource, what a plan does to running ingestion, and what is likely a mistake. */
    const report = (id: string, inputs: Properties, effects: readonly string[]) => {
        if (effects.length > 0) session.print(`${titleOf(id)}: ${effects.join("; ")}`, inputs);
        const { resolved, place } = forRules(kind.secrets, inputs);
        for (const { path, message } of kind.warnings(resolved, isUnknown)) {
            session.print(`${titleOf(id)}: warning: ${problemText({ path: place(path), message })}`, inputs);
        }
    };

    /** All that an object's state holds: its inputs, the facts about it, and where it is. */
    const outputsOf = (inputs: Properties, facts: Properties): Properties =>
        toJson({ ...inputs, ...facts, ...placeOf(inputs) });

    /** What the state says beyond the inputs, and still holds after an update. */
    const factsIn = (state: Properties): Properties => {
        const gone = [...names, ...carried, unconfirmedFact, unfinishedFact, owedFact];
        return Object.fromEntries(Object.entries(state).filter(([name]) => !gone.includes(name)));
    };

    const isSettled = (state: Properties) =>
        kind.objectOf(state) !== undefined &&
        state[unconfirmedFact] === undefined &&
        state[unfinishedFact] === undefined;

    /**
     * Whether the API's words may hold a secret that this process does not know: one that only reads or destroys may never
     * see the connection of a job.
     */
    const isBlind = (operation: Operation, state: Properties) =>
        (operation === "read" || operation === "delete") &&
        (kind.secrets.length === 0 || hasUnknownSecret(kind.secrets, state));

    /** Runs an operation; any error of it reaches the engine as one sentence, and what exists remotely stays in state. */
    async function run<T>(
        operation: Operation,
        id: string,
        given: Properties,
        work: () => Promise<T>,
        facts?: Properties,
    ): Promise<T> {
        try {
            return await work();
        } catch (error) {
            const title = titleOf(id);
            const told = isBlind(operation, given) ? unquoted(error) : error;
            const sentence = sentenceOf(told, { title, operation, permission: kind.permission });
            if (operation === "create" && !(error instanceof HalfDone)) {
                session.refuse(kind.noun, given.projectId, id);
            }
            if (!(error instanceof HalfDone) || !facts) throw new ShownError(title, operation, sentence);
            const properties = outputsOf(given, { ...facts, ...error.facts, [unfinishedFact]: operation });
            hold(id, properties);
            throw new PartialFailure(id, properties, title, operation, sentence);
        }
    }

    return {
        configure(request) {
            configureFrom((key) => request.config.get(key));
            return Promise.resolve();
        },

        check(olds, news) {
            rememberSecrets(kind.secrets, olds, news);
            const result = checkInputs(kind, olds, news);
            const inputs = result.inputs ?? {};
            if ((result.failures ?? []).length > 0) return Promise.resolve(result);
            const id = kind.idOf(inputs);
            session.declare(kind.noun, id, olds, inputs);
            if (Object.keys(olds).length === 0) report(id, inputs, kind.createEffects(inputs, isUnknown));
            return Promise.resolve(result);
        },

        diff(id, olds, news) {
            rememberSecrets(kind.secrets, olds, news);
            return run("check", id, news, () => {
                const changed = changedBetween(olds, news);
                const moved = olds.projectId !== news.projectId && olds.projectId !== undefined;
                const replaces = kind.replacedBy.filter((name) => changed.includes(name) && !hasUnknown(news[name]));
                if (moved) replaces.push("projectId");
                const changes = changed.length > 0 || moved || isRecordedAnew(olds, news) || !isSettled(olds);
                if (session.takeDeclared(kind.noun, news)) {
                    if (replaces.length === 0) hold(id, olds);
                    const planned = { changed, replaces, declaration: declaredBeside(news) };
                    if (changes) report(id, news, kind.effects(olds, news, planned));
                }
                return Promise.resolve({ changes, replaces });
            });
        },

        create(inputs) {
            rememberSecrets(kind.secrets, inputs);
            session.takeDeclared(kind.noun, inputs);
            const id = kind.idOf(inputs);
            const entry = { [entryIdFact]: newEntryId() };
            const work = async () => {
                const facts = await kind.create(contextOf("create", id, inputs), withVariables(kind.secrets, inputs));
                const outs = outputsOf(inputs, { ...facts, ...entry });
                hold(id, outs);
                return { id, outs };
            };
            return run("create", id, inputs, work, entry);
        },

        read(id, state = {}) {
            rememberSecrets(kind.secrets, state);
            return run("read", id, state, async () => {
                const found = await kind.read(contextOf("read", id, state), id, state);
                if (!found) {
                    if (state.projectId !== undefined) return { id: "" };
                    throw new Failure(
                        `there is none in project ${placeOf(state).projectId}`,
                        "correct the id, or declare the resource without one to make it",
                    );
                }
                const actual = (name: string) =>
                    kind.inert.includes(name)
                        ? state[name]
                        : reconcile(schemaOf(name), state[name], found.actual[name]);
                const inputs = toJson({
                    ...Object.fromEntries(names.map((name) => [name, actual(name)])),
                    projectId: placeOf(state).projectId,
                    project: state.project,
                    timeouts: state.timeouts,
                    [fingerprintsInput]: found.secretsKnown ? state[fingerprintsInput] : undefined,
                });
                const baseUrl = state.baseUrl ?? placeOf(state).baseUrl;
                const facts = { ...found.facts, [entryIdFact]: state[entryIdFact], baseUrl };
                return { id, props: toJson({ ...inputs, ...facts }), inputs };
            });
        },

        update(id, olds, news) {
            rememberSecrets(kind.secrets, olds, news);
            const facts = factsIn(olds);
            const work = async () => {
                const changed = changedBetween(olds, news);
                const onlyRecorded = changed.length === 0 && isRecordedAnew(olds, news) && isSettled(olds);
                if (onlyRecorded) return { outs: outputsOf(news, facts) };
                const inputs = withVariables(kind.secrets, news);
                const secrets = changedSecrets(kind.secrets, olds, news);
                const fresh = await kind.update(contextOf("update", id, news), olds, inputs, changed, secrets);
                const outs = outputsOf(news, { ...facts, ...fresh });
                hold(id, outs);
                return { outs };
            };
            return run("update", id, news, work, facts);
        },

        delete(id, state) {
            rememberSecrets(kind.secrets, state);
            return run("delete", id, state, () => {
                const context = contextOf("delete", id, state);
                if (session.isRefused(kind.noun, state.projectId, id)) throw refusedToOther;
                if (!session.isHeldByOther(kind.noun, state.projectId, id, holdingOf(state))) {
                    return kind.delete(context, state);
                }
                context.say("is left as it is, as another resource of this program has it now");
                return Promise.resolve();
            });
        },
    };
}
