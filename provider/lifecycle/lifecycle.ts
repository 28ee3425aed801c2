import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { unquoted } from "../client/errors";
import { checkInputs } from "./check";
import { clientFor, configureFrom, placeOf } from "./configured";
import { durationMs } from "./duration";
import { unconfirmedFact } from "./exactly-once";
import { Failure, HalfDone, PartialFailure, sentenceOf, ShownError, unfinishedFact } from "./failures";
import type { Operation } from "./failures";
import { toJson, valueAt } from "./json";
import type { Properties } from "./json";
import { carried } from "./kind";
import type { Context, Kind } from "./kind";
import { meansTheSame, reconcile } from "./meaning";
import { declare, takeDeclared, tell } from "./notes";
import { fingerprintsInput, hasUnknownSecret, rememberSecrets, rotated, withVariables } from "./secrets";
import { hasUnknown } from "./unknowns";

type ResourceProvider = Required<pulumi.dynamic.ResourceProvider<Properties, Properties>>;

const defaultLimitMs = 10 * 60_000;

/** Makes a kind of resource into what the engine calls: the lifecycle that all kinds share. */
export function lifecycleOf(kind: Kind): ResourceProvider {
    const names = Object.keys(kind.schema.shape);
    const schemaOf = (name: string) => kind.schema.shape[name] as z.ZodType;
    const titleOf = (id: string) => `${kind.noun} ${JSON.stringify(id)}`;

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
        };
    };

    /** All that an object's state holds: its inputs, the facts about it, and where it is. */
    const outputsOf = (inputs: Properties, facts: Properties): Properties =>
        toJson({ ...inputs, ...facts, ...placeOf(inputs) });

    /** What the state says beyond the inputs, and still holds after an update. */
    const factsIn = (state: Properties): Properties => {
        const gone = [...names, ...carried, unconfirmedFact, unfinishedFact];
        return Object.fromEntries(Object.entries(state).filter(([name]) => !gone.includes(name)));
    };

    const isSettled = (state: Properties) =>
        kind.isComplete(state) && state[unconfirmedFact] === undefined && state[unfinishedFact] === undefined;

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
            if (!(error instanceof HalfDone) || !facts) throw new ShownError(title, operation, sentence);
            const properties = outputsOf(given, { ...facts, ...error.facts, [unfinishedFact]: operation });
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
            declare(kind.noun, result.inputs ?? {});
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
                const isDeclared = takeDeclared(kind.noun, news);
                if (changes && isDeclared) tell(titleOf(id), news, kind.effects(olds, news, { changed, replaces }));
                return Promise.resolve({ changes, replaces });
            });
        },

        create(inputs) {
            rememberSecrets(kind.secrets, inputs);
            takeDeclared(kind.noun, inputs);
            const id = kind.idOf(inputs);
            const work = async () => {
                const facts = await kind.create(contextOf("create", id, inputs), withVariables(kind.secrets, inputs));
                return { id, outs: outputsOf(inputs, facts) };
            };
            return run("create", id, inputs, work, {});
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
                return { id, props: toJson({ ...inputs, ...found.facts, baseUrl }), inputs };
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
                const fresh = await kind.update(contextOf("update", id, news), olds, inputs, changed);
                return { outs: outputsOf(news, { ...facts, ...fresh }) };
            };
            return run("update", id, news, work, facts);
        },

        delete(id, state) {
            rememberSecrets(kind.secrets, state);
            return run("delete", id, state, () => kind.delete(contextOf("delete", id, state), state));
        },
    };
}
