import type * as pulumi from "@pulumi/pulumi";
import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { reconcile } from "../values/canonical";
import { toJson } from "../values/json";
import type { Properties } from "../values/json";
import { objectKey } from "./declarations";
import { Failure } from "./errors";
import { Operations, SavedState } from "./operations";
import { previewOf } from "./preview";
import type { Resource } from "./resource";
import { fingerprintsInput, hasUnknownSecret, maskSecrets, withVariables } from "./secrets";
import { processSession } from "./session";

type Handler = Required<pulumi.dynamic.ResourceProvider<Properties, Properties>>;

const newEntryId = () => randomBytes(6).toString("base64url");

const declaredAgain = (happened: string, cure: string) => new Failure("PolarisObjectDeclaredAgain", happened, cure);

/** Makes a resource into what the engine calls: the lifecycle that all resources share. */
export function defineResource<Inputs extends Properties, Facts extends Properties, Step>(
    resource: Resource<Inputs, Facts, Step>,
    session = processSession,
): Handler {
    const { noun, schema, secrets, localArguments } = resource;
    const operations = new Operations(resource, session);

    /** With `--continue-on-error` the engine also deletes the old entry of a resource that lacks its `aliases`. */
    function assertNotDeclaredAgain(id: string, state: Properties): void {
        const { entries } = session;
        if (entries.hasFailed(noun, state.projectId, id)) {
            throw declaredAgain(
                "another resource of this program declares the same object",
                "give that one `aliases` if it is this resource renamed or moved, else set adopt: true on it",
            );
        }
        const needed = resource.needs(operations.stateIn(state));
        const failed = needed.find(([kind, name]) => entries.hasFailedWrite(kind, state.projectId, name));
        if (!failed) return;
        const [kind, name] = failed;
        throw declaredAgain(
            `${kind} ${JSON.stringify(name)} has failed in this run, so that another resource which declares the same object may have been left out`,
            "correct that error first, and run `pulumi up` again",
        );
    }

    return {
        configure(request) {
            session.clients.configure((key) => request.config.get(key));
            return Promise.resolve();
        },

        ...previewOf(resource, session, operations),

        async create(inputs) {
            maskSecrets(session.mask, secrets, inputs);
            session.declarations.take(noun, inputs);
            const id = operations.idOf(inputs);
            const outs = await operations.write("create", id, inputs, { entryId: newEntryId() }, (saved) => {
                const context = operations.contextOf("create", id, inputs, saved);
                return resource.create(context, operations.inputsIn(withVariables(secrets, inputs)));
            });
            return { id, outs };
        },

        read(id, state = {}) {
            maskSecrets(session.mask, secrets, state);
            return operations.run("read", id, state, async () => {
                const context = operations.contextOf("read", id, state, new SavedState());
                const { address } = context.client;
                const isInState = state.projectId !== undefined;
                const found = await resource.read(context, id, isInState ? operations.stateIn(state) : undefined);
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
                    localArguments.includes(name) ? state[name] : reconcile(member, state[name], found.actual[name]);
                const members = Object.entries(schema.shape);
                const args: Properties = {
                    ...Object.fromEntries(members.map(([name, member]) => [name, actual(name, member)])),
                    projectId: address.projectId,
                    project: state.project,
                    timeouts: state.timeouts,
                    [fingerprintsInput]: found.secretsKnown ? state[fingerprintsInput] : undefined,
                };
                const facts = { ...found.facts, entryId: state.entryId, baseUrl: state.baseUrl ?? address.baseUrl };
                const props = toJson({ ...args, ...facts });
                const inputs = Object.fromEntries(Object.entries(props).filter(([name]) => name in args));
                if (isInState && found.secretsKnown && !hasUnknownSecret(secrets, state)) {
                    session.knownStates.set(objectKey(noun, address.projectId, id), props);
                }
                return { id, props, inputs };
            });
        },

        async update(id, olds, news) {
            maskSecrets(session.mask, secrets, olds, news);
            const [state, facts] = [operations.stateIn(olds), operations.lastingFacts(olds)];
            const outs = await operations.write("update", id, news, facts, async (saved) => {
                const change = operations.changeOf(olds, news);
                const steps = resource.plan(state, operations.inputsIn(news), change);
                if (steps.length === 0) return;
                const context = operations.contextOf("update", id, news, saved);
                await resource.run(context, steps, state, operations.inputsIn(withVariables(secrets, news)), change);
            });
            return { outs };
        },

        delete(id, state) {
            maskSecrets(session.mask, secrets, state);
            return operations.run("delete", id, state, async (saved) => {
                const context = operations.contextOf("delete", id, state, saved);
                assertNotDeclaredAgain(id, state);
                if (!session.entries.isHeldByOther(noun, state.projectId, id, operations.entryOf(state))) {
                    await resource.delete(context, operations.stateIn(state));
                    return;
                }
                context.log("is left as it is, as another resource of this program has it now");
            });
        },
    };
}
