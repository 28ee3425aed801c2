import { ApiError } from "../api/errors";
import type { Attempts } from "../api/retry";
import { assertAdopts } from "../engine/adoption";
import { Failure } from "../engine/errors";
import { adviceForExisting } from "../engine/existing-object";
import type { Recorded } from "../engine/resource";
import { attemptsIn, intervalText } from "../engine/unconfirmed";
import { canBeFrom } from "../identity/identity";
import { planAdoption, writeOf } from "./adopt";
import { existsFailure, goneFailure, otherTypeFailure, refreshCure } from "./failures";
import type { Known, NamedContext, NamedFacts, NamedKind, NamedState, NamedInputs, Shown, Write } from "./named-kind";
import { isNamedStep } from "./plan";
import { creatorOf, lastWriterOf, originOf, writerOf } from "./writers";

/** One object in one operation: created once, found again, and changed or given up only while it is this resource's. */
export class NamedObject<Inputs extends NamedInputs, Found extends Shown> {
    constructor(
        private readonly kind: NamedKind<Inputs, Found>,
        private readonly context: NamedContext<Inputs>,
    ) {}

    /** Creates the object, or takes over the one that exists where that is asked for. */
    async createOrAdopt(inputs: Inputs, earlier?: Attempts): Promise<void> {
        const { client, saveState } = this.context;
        saveState(this.kind.factsOf(await this.post(inputs, earlier), client));
    }

    /** The object as a refresh records it: found by `get`, or where its create was not confirmed, by a look for it. */
    async read(state: NamedState<Inputs> | undefined, get: () => Promise<Found | undefined>) {
        const attempts = state && attemptsIn(state);
        const found = attempts ? await this.findUnconfirmed(state, attempts) : await get();
        if (!found) return undefined;
        const facts = this.kind.factsOf(found, this.context.client);
        const isOwn = lastWriterOf(found, state ?? {}) === "own";
        const recorded: Partial<NamedFacts & Recorded> = {
            // Our last write is recorded: a later one of another user tells that the secrets are not known any more.
            modifiedOnTimestamp: state?.modifiedOnTimestamp ?? facts.modifiedOnTimestamp,
            seenOnTimestamp: isOwn ? undefined : facts.modifiedOnTimestamp,
            unfinished: state?.unfinished,
            owed: state?.owed,
        };
        return { found, facts: { ...facts, ...recorded }, isOwn };
    }

    /** Runs what `planWrite` has planned among these steps. */
    async runSteps(
        steps: readonly { readonly kind: string }[],
        state: NamedState<Inputs>,
        inputs: Inputs,
    ): Promise<void> {
        const { kind, context } = this;
        let known = state;
        let found: Found | undefined;
        for (const step of steps.filter(isNamedStep)) {
            if (step.kind === "update") {
                await this.update(step, inputs, known, found);
                continue;
            }
            const attempts = attemptsIn(state);
            found = attempts && (await this.findUnconfirmed(state, attempts));
            if (!found) return this.createOrAdopt(inputs, attempts);
            const facts = kind.factsOf(found, context.client);
            known = { ...state, ...facts, unconfirmed: undefined, unfinished: undefined };
            context.saveState(facts, state);
        }
    }

    /** The object of that name, if it is the one of this resource. */
    async findOwn(state: NamedState<Inputs>): Promise<Found | undefined> {
        const found = await this.kind.get(this.context.client, state.name);
        if (!found) return undefined;
        const attempts = attemptsIn(state);
        if (attempts ? this.isOfAttempts(attempts, found, state) : this.isSame(found, state)) return found;
        this.report(`leaves the ${this.noun} of that name, ${creatorOf(found)}, as it is not this resource's`);
        return undefined;
    }

    /** Whether another stack may have taken over the object, which shows by its write; reports that it is left. */
    isTakenOver(found: Found, state: NamedState<Inputs>): boolean {
        if (lastWriterOf(found, state) === "own") return false;
        this.report(
            `leaves the ${this.noun}, as ${writerOf(found)}, after this resource's last write: another stack may have it now; if none does, delete it in Imply Polaris`,
        );
        return true;
    }

    private get noun(): string {
        return this.kind.objectNoun;
    }

    private report(line: string): void {
        this.context.log(this.context.client.quote(line));
    }

    private isSame(found: Found, known: Known<Inputs>): boolean {
        const { factsOf, objectOf } = this.kind;
        return Object.is(objectOf(factsOf(found, this.context.client)), objectOf(known));
    }

    /** Whether an object is what this resource's own unconfirmed attempts created, as far as that can be known. */
    private isOfAttempts(attempts: Attempts, found: Found, inputs: Inputs): boolean {
        const canBe = canBeFrom(attempts, originOf(found), this.context.client.user);
        return canBe && this.kind.differences(found, inputs).length === 0;
    }

    /** The object that this resource's own unconfirmed attempts created, if they did. */
    private async findUnconfirmed(inputs: Inputs, attempts: Attempts): Promise<Found | undefined> {
        const { client } = this.context;
        const found = await this.kind.get(client, inputs.name);
        if (!found || !this.isOfAttempts(attempts, found, inputs)) return undefined;
        if (client.user === undefined) {
            this.report(`assumes that its unanswered create succeeded: the ${this.noun} was ${creatorOf(found)}`);
        }
        return found;
    }

    /** Creates the object, never twice; `earlier` are unconfirmed attempts of an earlier operation. */
    private async post(inputs: Inputs, earlier: Attempts | undefined): Promise<Found> {
        const { kind, context } = this;
        try {
            return await kind.create(context.client, inputs, {
                beforeRetry: (attempts) => this.findUnconfirmed(inputs, attempts),
                onUnconfirmed: (attempts) => context.saveState({ unconfirmed: intervalText(attempts) }),
                earlier,
            });
        } catch (error) {
            if (!(error instanceof ApiError) || error.status !== 409) throw error;
            const found = await kind.get(context.client, inputs.name);
            if (!found) throw kind.nameTaken ?? error;
            const isGone = await kind.awaitEnd?.(context, found);
            return isGone ? this.post(inputs, earlier) : this.takeOver(inputs, found);
        }
    }

    private async takeOver(inputs: Inputs, found: Found): Promise<Found> {
        const { kind, context } = this;
        const { client, log, replacedInputs } = context;
        const refusal = otherTypeFailure(kind, found, inputs, client.quote);
        if (refusal) throw refusal;
        if (replacedInputs) return this.takeOverOwn(inputs, replacedInputs, found);
        if (!inputs.adopt) {
            const advice = adviceForExisting(originOf(found).user, client.user, "name");
            throw existsFailure(kind, found, advice, client.quote);
        }
        const { sentence, write } = assertAdopts(planAdoption(kind, found, inputs, client.quote));
        log(sentence);
        return write ? (await this.write(write, inputs, {}, found)).after : found;
    }

    /** Takes over the own object again, where the engine replaces its entry: only if it is as the state has it. */
    private async takeOverOwn(inputs: Inputs, olds: Inputs, found: Found): Promise<Found> {
        const { kind, context } = this;
        const edited = kind.differences(found, olds);
        if (edited.length > 0) {
            const happened = `the ${this.noun} of that name differs from the state in ${edited.join(", ")}`;
            throw new Failure(kind.codes.changed, happened, refreshCure, [context.client.quote(creatorOf(found))]);
        }
        const write = writeOf(kind.secrets, kind.differences(found, inputs));
        return (await this.write(write, inputs, olds, found)).after;
    }

    private async update(write: Write, inputs: Inputs, state: NamedState<Inputs>, found?: Found): Promise<void> {
        const { kind, context } = this;
        const { before, after } = await this.write(write, inputs, state, found);
        const facts = kind.factsOf(after, context.client);
        const { modifiedOnTimestamp } = state;
        // After a write of another user, secrets that ours has not set stay unknown.
        const recorded =
            kind.knowsSecrets?.(context, write, inputs, state, before) === false
                ? { modifiedOnTimestamp, seenOnTimestamp: facts.modifiedOnTimestamp }
                : { seenOnTimestamp: undefined };
        context.saveState({ ...facts, ...recorded });
    }

    /** Writes to what was just found, or else to what is there; `before` is what the write has changed. */
    private async write(write: Write, inputs: Inputs, known: Known<Inputs>, found?: Found) {
        let [fresh, last] = [found, found];
        const find = async () => {
            last = fresh ?? (await this.findUnchanged(write, inputs, known));
            fresh = undefined;
            return last;
        };
        const after = await this.kind.write(this.context, write, inputs, known, find);
        if (!after) throw goneFailure(this.kind);
        return { before: last ?? after, after };
    }

    /**
     * The object, if a write overwrites no change of another user that a refresh has not shown: a write goes by name.
     * What is there may be what is declared, as a provider that was killed after its write leaves it.
     */
    private async findUnchanged(write: Write, inputs: Inputs, known: Known<Inputs>): Promise<Found> {
        const { kind, noun } = this;
        const { client } = this.context;
        const found = await kind.get(client, inputs.name);
        if (!found) throw goneFailure(kind);
        if (kind.objectOf(known) !== undefined && !this.isSame(found, known)) {
            const happened = `the ${noun} was deleted, and is another one now, ${creatorOf(found)}`;
            throw new Failure(kind.codes.changed, client.quote(happened), `${refreshCure} to put them back`);
        }
        // An adoption overwrites what it finds.
        const edited = known.name === undefined ? [] : kind.differences(found, known);
        const differing = edited.length > 0 ? kind.differences(found, inputs) : [];
        const lost = edited.filter((name) => differing.includes(name) && kind.mayOverwrite(name, write, found, known));
        if (lost.length === 0) return found;
        const happened = `another user changed ${lost.join(", ")} of the ${noun} after this resource's last write`;
        throw new Failure(kind.codes.changed, happened, `${refreshCure} to put them back`, [
            client.quote(writerOf(found)),
        ]);
    }
}
