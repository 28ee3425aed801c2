import type { PolarisErrorCode } from "../../provider/error-codes";
import type { EmulatorUnderTest } from "./emulator";
import type { Fault, FaultProxy } from "./fault-proxy";
import { ProviderProcess, type Noun, type Outcome, type Resource, type State } from "./handler";
import type { Arguments } from "./handler-arguments";
import { connectionBody } from "./pair";
import { connectionIn, jobsOn } from "./seen";

/** Rows of a table of faults: what an operation meets, how it ends, and how the user continues. */

export const strangerKey = "pok_of-another-user";
export const asStranger = { authorization: `Basic ${strangerKey}` };

/** Requests that go wrong while an operation runs. */
export interface Trouble {
    /** Matches the method and the path, without the query. */
    readonly on: RegExp;
    readonly how: Fault["misbehave"];
    /** Whether the API carries the request out all the same. */
    readonly after?: boolean;
    /** All of them, unless this says how many. */
    readonly times?: number;
    /** Only once such a request has come. */
    readonly since?: RegExp;
}

type Operation = { readonly up: Arguments } | { readonly preview: Arguments } | "refresh" | "destroy";

/** One operation on the resource. What a step leaves out is not compared. */
export interface Step {
    /** What happens at the API before. */
    readonly arrange?: (emulator: EmulatorUnderTest) => Promise<unknown>;
    readonly faults?: readonly Trouble[];
    readonly does: Operation;
    /** The code of a failure, else what was done. */
    readonly ends: PolarisErrorCode | Outcome["step"];
    readonly failure?: RegExp;
    readonly prints?: RegExp;
    readonly avoids?: RegExp;
    /** The facts and arguments in state afterwards. */
    readonly state?: object;
    readonly hasState?: boolean;
    /** Whether the state is about the object that the API holds. */
    readonly isKnown?: boolean;
    /** The topics of the connections of that name, or the statuses of all jobs on the table, oldest first. */
    readonly holds?: readonly string[];
    /** The writes, those without an answer too. */
    readonly sends?: readonly string[];
}

export interface Row {
    readonly title: string;
    readonly noun: Noun;
    readonly steps: readonly Step[];
}

interface Situation {
    readonly emulator: EmulatorUnderTest;
    readonly proxy: FaultProxy;
    /** What the provider has printed. */
    readonly lines: string[];
    /** Whether one process does all, and has written something else before: the API has named its user. */
    readonly knowsUser: boolean;
}

/** Lets requests go wrong, and records the writes. */
function reactTo(troubles: readonly Trouble[], writes: string[]): FaultProxy["react"] {
    const left = new Map(troubles.map((trouble) => [trouble, trouble.times ?? Infinity]));
    const before: string[] = [];
    return ({ method, path, body }) => {
        const request = `${method} ${path.replace(/\?.*/, "")}`;
        const [, status = ""] = /"desiredExecutionStatus":"(\w+)"/.exec(path.endsWith("/status") ? body : "") ?? [];
        if (method !== "GET") writes.push(`${request.replace(/[0-9a-f-]{36}/, "…")} ${status}`.trim());
        const trouble = troubles.find(
            (one) =>
                one.on.test(request) &&
                (left.get(one) ?? 0) > 0 &&
                (!one.since || before.some((earlier) => one.since?.test(earlier))),
        );
        before.push(request);
        if (!trouble) return undefined;
        left.set(trouble, (left.get(trouble) ?? 0) - 1);
        return { after: trouble.after, misbehave: trouble.how };
    };
}

const endedStatuses = ["canceled", "failed", "completed"];

/** What the API holds: as words to compare, and the fact by which the state knows it. */
async function holdingOf(emulator: EmulatorUnderTest, noun: Noun) {
    if (noun === "KafkaConnection") {
        const found = await connectionIn(emulator, "orders");
        const { topicName, description } = found?.properties ?? {};
        return {
            holds: found ? [topicName] : [],
            fact: { submittedOnTimestamp: found?.submittedOnTimestamp },
            has: { topicName, description: description ?? undefined },
        };
    }
    const jobs = await jobsOn(emulator, "sales");
    const [live, ...others] = jobs.filter(({ executionStatus }) => !endedStatuses.includes(executionStatus));
    if (others.length > 0) throw new Error("Several live jobs feed the table.");
    return {
        holds: jobs.map(({ executionStatus }) => executionStatus),
        fact: { jobId: live?.id },
        has: { filterExpression: live?.spec.filterExpression, desiredExecutionStatus: live?.executionStatus },
    };
}

const isIn = (members: object, properties: Arguments) =>
    Object.entries(members).every(([name, value]) => value === properties[name]);

/** What is wrong after an `up` that succeeded: nothing in state is open, the API has what is declared, and all is quiet. */
async function unsettledAfter(resource: Resource, noun: Noun, given: Arguments, emulator: EmulatorUnderTest) {
    const open = ["unconfirmed", "unfinished", "owed"].filter((name) => name in resource.outputs);
    const { has, fact } = await holdingOf(emulator, noun);
    const declared = noun === "StreamingJob" ? { desiredExecutionStatus: "running", ...given } : given;
    const { step } = await resource.preview(given);
    return [
        ...open,
        ...(isIn(fact, resource.outputs) ? [] : ["the state is about another object"]),
        ...(isIn(has, declared) ? [] : ["the API has not what is declared"]),
        ...(step === "same" ? [] : [`the next preview plans: ${step}`]),
    ];
}

async function run(resource: Resource, does: Operation): Promise<Outcome> {
    if (does === "refresh" || does === "destroy") return resource[does]();
    if ("up" in does) return resource.up(does.up);
    return { step: (await resource.preview(does.preview)).step };
}

/** Runs the steps of a row one after another, each as a command of its own, and returns what is seen of each. */
export async function outcomesOf({ noun, steps }: Row, { emulator, proxy, lines, knowsUser }: Situation) {
    await emulator.control("POST", "reset");
    proxy.react = () => undefined;
    const { json } = await emulator.api("POST", "/connections", { ...connectionBody, name: "theirs" }, asStranger);
    const stranger = (json.submittedByUser as { username: string }).username;
    const named = (text: string) => text.replaceAll(stranger, "the stranger");
    if (noun === "StreamingJob") await emulator.api("POST", "/connections", connectionBody);
    const start = () => ProviderProcess.start(emulator, { baseUrl: proxy.url });
    const first = await start();
    if (knowsUser) await first.resource("KafkaConnection").up({ ...connectionBody, type: undefined, name: "other" });

    const seen = [];
    let state: State | undefined;
    for (const { arrange, faults = [], does } of steps) {
        await arrange?.(emulator);
        lines.length = 0;
        const writes: string[] = [];
        proxy.react = reactTo(faults, writes);
        const resource = (knowsUser ? first : await start()).resource(noun, state);
        const { step, code, failure } = await run(resource, does);
        proxy.react = () => undefined;
        state = resource.state;
        const { holds, fact } = await holdingOf(emulator, noun);
        const isUp = typeof does === "object" && "up" in does && failure === undefined;
        seen.push({
            ends: code ?? step,
            failure: named(failure ?? ""),
            prints: named(lines.join("\n")),
            state: state && { id: state.id, failed: state.failed, ...state.outputs },
            hasState: state !== undefined,
            isKnown: state !== undefined && isIn(fact, state.outputs),
            holds,
            sends: writes,
            unsettled: isUp ? await unsettledAfter(resource, noun, does.up, emulator) : [],
        });
    }
    return seen;
}

/** What a step says about its outcome, for `toMatchObject`. */
export function expectationOf({ ends, failure, prints, avoids, state, hasState, isKnown, holds, sends }: Step): object {
    const all = {
        ends,
        failure: failure && (expect.stringMatching(failure) as string),
        prints:
            (prints && (expect.stringMatching(prints) as string)) ??
            (avoids && (expect.not.stringMatching(avoids) as string)),
        state,
        hasState,
        isKnown,
        holds,
        sends,
        unsettled: [],
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
