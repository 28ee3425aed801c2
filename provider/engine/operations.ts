import { ApiError } from "../api/errors";
import { durationMs } from "../values/duration";
import { toJson, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { isUnknown } from "../values/unknown";
import { changeBetween } from "./changes";
import { objectKey } from "./declarations";
import { sentenceOf } from "./error-messages";
import { PartialFailure, ShownError } from "./errors";
import type { Operation } from "./errors";
import { addedInputs, unfinishedFacts } from "./resource";
import type { Change, Context, Declared, Resource, State } from "./resource";
import { hasUnknownSecret } from "./secrets";
import type { Session } from "./session";

const defaultLimitMs = 10 * 60_000;

/** Whether an operation has nothing but the state, and not what the program declares. */
const readsState = (operation: Operation) => operation === "read" || operation === "delete";

/** Facts without what only a failure leaves in state. */
const finished = (facts: Properties): Properties =>
    Object.fromEntries(Object.entries(facts).filter(([name]) => !unfinishedFacts.some((one) => one === name)));

/** What an operation has recorded of the object so far. */
export class SavedState {
    facts: Properties | undefined;
    /** The arguments that the object has, where they are not those of the operation. */
    args: Properties | undefined;

    readonly save = (facts: Properties, args?: Properties): void => {
        this.facts = { ...this.facts, ...facts };
        this.args = args;
    };
}

/** The operations on one kind of resource: what they know of the run, how messages call an object, what they leave. */
export class Operations<Inputs extends Properties, Facts extends Properties, Step> {
    private readonly names: readonly string[];

    constructor(
        private readonly resource: Resource<Inputs, Facts, Step>,
        private readonly session: Session,
    ) {
        this.names = Object.keys(resource.schema.shape);
    }

    // The engine hands on what a check of this resource has answered, and what an operation of it has put into state:
    // the two casts of the boundary. In a preview, any member may be unknown as well.
    inputsIn(properties: Properties): Inputs {
        return properties as Inputs;
    }

    stateIn(properties: Properties): State<Inputs, Facts> {
        return properties as State<Inputs, Facts>;
    }

    idOf(properties: Properties): string {
        return this.resource.idOf(this.inputsIn(properties));
    }

    declaredIn({ projectId }: Properties): Declared {
        return (noun, id) => this.session.declarations.get(noun, projectId, id);
    }

    changeOf(olds: Properties, news: Properties): Change {
        return changeBetween(this.resource, olds, news, this.declaredIn(news));
    }

    /** The arguments in state, where a create is of an object that the state has already. */
    replacedInputs(id: string, inputs: Properties): Inputs | undefined {
        const olds = this.declaredIn(inputs)(this.resource.noun, id)?.olds ?? {};
        const isOwn = Object.keys(olds).length > 0 && olds.projectId === inputs.projectId;
        return isOwn && this.idOf(olds) === id ? this.inputsIn(olds) : undefined;
    }

    /** An entry of the state is about this object after the run. */
    hold(id: string, state: Properties): void {
        this.session.entries.hold(this.resource.noun, state.projectId, id, this.entryOf(state));
    }

    entryOf(state: Properties) {
        return { object: this.resource.objectOf(this.stateIn(state)), entryId: state.entryId };
    }

    /** Prints lines about an object, once a run. */
    printer(id: string, properties: Properties, operation: Operation): (line: string) => void {
        const title = this.titleOf(id, properties, operation);
        return (line) => this.session.print(`${title}: ${line}`, properties.projectId);
    }

    contextOf(operation: Operation, id: string, properties: Properties, saved: SavedState): Context<Inputs, Facts> {
        const { session, resource } = this;
        const { projectId } = properties;
        const limit = valueAt(properties, ["timeouts", operation]);
        return {
            client: session.clients.for(properties),
            log: this.printer(id, properties, operation),
            limitMs: (typeof limit === "string" ? durationMs(limit) : undefined) ?? defaultLimitMs,
            declared: this.declaredIn(properties),
            replacedInputs: operation === "create" ? this.replacedInputs(id, properties) : undefined,
            knownState: (noun, otherId) => session.knownStates.get(objectKey(noun, projectId, otherId)),
            heldObject: session.entries.heldObject(resource.noun, projectId, id),
            saveState: saved.save,
        };
    }

    /** Runs an operation; an error reaches the engine as one sentence, and what was saved of the object stays in state. */
    async run<T>(
        operation: Operation,
        id: string,
        given: Properties,
        work: (saved: SavedState) => Promise<T>,
        facts: Properties = {},
    ): Promise<T> {
        const { resource, session, names } = this;
        const { noun, permission, secrets } = resource;
        const saved = new SavedState();
        try {
            return await work(saved);
        } catch (error) {
            const title = this.titleOf(id, given, operation);
            // A process that only reads or deletes may not know the secrets that the API's words hold.
            const isHidden = readsState(operation) && (secrets.length === 0 || hasUnknownSecret(secrets, given));
            const shown = error instanceof ApiError && isHidden ? error.withoutReason() : error;
            const sentence = sentenceOf(shown, { title, operation, permission });
            if (operation === "create" || operation === "update") {
                session.entries.failWrite(noun, given.projectId, id);
            }
            if (!saved.facts) {
                if (operation === "create") session.entries.fail(noun, given.projectId, id);
                throw new ShownError(title, operation, sentence);
            }
            const recorded = { ...facts, ...saved.facts, unfinished: operation };
            const args = saved.args && Object.fromEntries(names.map((name) => [name, saved.args?.[name]]));
            const properties = this.outputsOf({ ...given, ...args }, recorded);
            this.hold(id, properties);
            throw new PartialFailure(id, properties, title, operation, sentence);
        }
    }

    /** Runs an operation that writes; answers the outputs, with `facts` and what it has saved. */
    write(
        operation: Operation,
        id: string,
        inputs: Properties,
        facts: Properties,
        work: (saved: SavedState) => Promise<void>,
    ): Promise<Properties> {
        const writing = async (saved: SavedState) => {
            await work(saved);
            const outputs = this.outputsOf(inputs, { ...facts, ...finished(saved.facts ?? {}) });
            this.hold(id, outputs);
            return outputs;
        };
        return this.run(operation, id, inputs, writing, facts);
    }

    /** What the state says beyond the inputs, and still holds after an update. */
    lastingFacts(state: Properties): Properties {
        const inputs = [...this.names, ...addedInputs];
        return finished(Object.fromEntries(Object.entries(state).filter(([name]) => !inputs.includes(name))));
    }

    /** The object's name, with the resource's own in front where the program declares it in this run and calls it so. */
    private titleOf(id: string, properties: Properties, operation: Operation): string {
        const { noun, objectNoun } = this.resource;
        const declared = readsState(operation) ? undefined : this.declaredIn(properties)(noun, this.idOf(properties));
        const name = declared?.resourceName ?? id;
        const object = name === id ? "" : ` (${objectNoun} ${JSON.stringify(id)})`;
        return isUnknown(id) ? noun : `${noun} ${JSON.stringify(name)}${object}`;
    }

    /** All that an object's state holds: its inputs, the facts about it, and its address. */
    private outputsOf(inputs: Properties, facts: Properties): Properties {
        return toJson({ ...inputs, ...facts, ...this.session.clients.addressOf(inputs) });
    }
}
