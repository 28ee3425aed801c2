import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { remember } from "../client/redaction";
import { clientAt, configured, configureFrom, placeOf } from "./configured";
import { durationMs } from "./duration";
import { unconfirmedFact } from "./exactly-once";
import { Failure, HalfDone, PartialFailure, sentenceOf, ShownError } from "./failures";
import type { Operation } from "./failures";
import { toJson, valueAt } from "./json";
import type { Properties } from "./json";
import type { Context, Kind } from "./kind";
import { meansTheSame, reconcile } from "./meaning";
import { hasUnknown, isUnknown } from "./unknowns";
import { checkInputs } from "./check";

type ResourceProvider = Required<pulumi.dynamic.ResourceProvider<Properties, Properties>>;

const defaultLimitMs = 10 * 60_000;

/** Makes a kind of resource into what the engine calls: the lifecycle that all kinds share. */
export function lifecycleOf(kind: Kind): ResourceProvider {
    const names = Object.keys(kind.schema.shape);
    const schemaOf = (name: string) => kind.schema.shape[name] as z.ZodType;
    const argumentsIn = (from: Properties) =>
        Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));

    /** Arguments of which a change, if any, has to reach Imply Polaris. */
    const changedBetween = (olds: Properties, news: Properties) =>
        names.filter((name) => !kind.inert.includes(name) && !meansTheSame(schemaOf(name), olds[name], news[name]));

    const titleOf = (properties: Properties, id?: string) => {
        const name = id ?? (hasUnknown(properties) ? undefined : kind.idOf(properties));
        return name === undefined ? kind.noun : `${kind.noun} ${JSON.stringify(name)}`;
    };

    const contextOf = (operation: "create" | "update" | "delete" | "read", properties: Properties): Context => {
        const limit = valueAt(properties, ["timeouts", operation]);
        return {
            client: clientAt(placeOf(properties)),
            say: (line) => console.log(`${titleOf(properties)}: ${line}`),
            limitMs: (typeof limit === "string" ? durationMs(limit) : undefined) ?? defaultLimitMs,
        };
    };

    const rememberSecrets = (...all: Properties[]) => {
        for (const path of kind.secrets) {
            for (const properties of all) {
                const secret = valueAt(properties, path);
                if (typeof secret === "string" && !isUnknown(secret)) remember(secret);
            }
        }
    };

    /** All that an object's state holds: its inputs, the facts about it, and where it is. */
    const outputsOf = (inputs: Properties, facts: Properties): Properties =>
        toJson({ ...inputs, ...facts, ...placeOf(inputs) });

    async function shown<T>(operation: Operation, title: string, work: () => Promise<T>): Promise<T> {
        try {
            return await work();
        } catch (error) {
            if (error instanceof ShownError) throw error;
            throw new ShownError(sentenceOf(error, { title, operation, permission: kind.permission }));
        }
    }

    /** Whatever exists remotely after a failure stays in state. */
    async function keeping<T>(
        operation: Operation,
        kept: { id: string; inputs: Properties; facts: Properties },
        work: () => Promise<T>,
    ): Promise<T> {
        try {
            return await work();
        } catch (error) {
            if (!(error instanceof HalfDone)) throw error;
            const { id, inputs, facts } = kept;
            const at = { title: titleOf(inputs, id), operation, permission: kind.permission };
            throw new PartialFailure(id, outputsOf(inputs, { ...facts, ...error.facts }), sentenceOf(error, at));
        }
    }

    const isSettled = (state: Properties) => kind.isComplete(state) && state[unconfirmedFact] === undefined;

    /** What the state says beyond the arguments, and still holds after an update. */
    const factsIn = (state: Properties): Properties => {
        const gone = [...names, "timeouts", "__provider", unconfirmedFact];
        return Object.fromEntries(Object.entries(state).filter(([name]) => !gone.includes(name)));
    };

    return {
        configure(request) {
            configureFrom((key) => request.config.get(key));
            return Promise.resolve();
        },

        check(olds, news) {
            rememberSecrets(olds, news);
            return Promise.resolve(checkInputs(kind, olds, news));
        },

        diff(id, olds, news) {
            rememberSecrets(olds, news);
            return shown("check", titleOf(olds, id), () => {
                const changed = changedBetween(olds, news);
                const moved = olds.projectId !== news.projectId && olds.projectId !== undefined;
                const replaces = kind.replacedBy.filter((name) => changed.includes(name) && !hasUnknown(news[name]));
                if (moved) replaces.push("projectId");
                const changes = changed.length > 0 || moved || olds.__provider !== news.__provider || !isSettled(olds);
                return Promise.resolve({ changes, replaces });
            });
        },

        create(inputs) {
            rememberSecrets(inputs);
            const id = kind.idOf(inputs);
            return shown("create", titleOf(inputs, id), () =>
                keeping("create", { id, inputs, facts: {} }, async () => {
                    const facts = await kind.create(contextOf("create", inputs), inputs);
                    return { id, outs: outputsOf(inputs, facts) };
                }),
            );
        },

        read(id, state = {}) {
            rememberSecrets(state);
            return shown("read", titleOf(state, id), async () => {
                const found = await kind.read(contextOf("read", state), id, state);
                if (!found) {
                    if (state.projectId !== undefined) return { id: "" };
                    const place = configured().projectId;
                    throw new Failure(
                        `there is none in project ${place}`,
                        "correct the id, or declare the resource without one to make it",
                    );
                }
                const declared = argumentsIn(state);
                const inputs = Object.fromEntries(
                    names.map((name) => [
                        name,
                        kind.inert.includes(name)
                            ? declared[name]
                            : reconcile(schemaOf(name), declared[name], found.actual[name]),
                    ]),
                );
                const { projectId, baseUrl } = { ...placeOf(state), ...state };
                const kept = toJson({ ...inputs, projectId, timeouts: state.timeouts });
                return { id, props: toJson({ ...kept, ...found.facts, baseUrl }), inputs: kept };
            });
        },

        update(id, olds, news) {
            rememberSecrets(olds, news);
            const facts = factsIn(olds);
            return shown("update", titleOf(news, id), () =>
                keeping("update", { id, inputs: news, facts }, async () => {
                    const changed = changedBetween(olds, news);
                    // A moved handler is a change to the engine, and none to Imply Polaris.
                    const onlyMoved = changed.length === 0 && olds.__provider !== news.__provider && isSettled(olds);
                    if (onlyMoved) return { outs: outputsOf(news, facts) };
                    const fresh = await kind.update(contextOf("update", news), olds, news, changed);
                    return { outs: outputsOf(news, { ...facts, ...fresh }) };
                }),
            );
        },

        delete(id, state) {
            rememberSecrets(state);
            return shown("delete", titleOf(state, id), () => kind.delete(contextOf("delete", state), state));
        },
    };
}
