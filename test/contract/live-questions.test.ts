import { RULES, type RuleName, type Rules } from "../../emulator/rules";
import { sendTo, type Send } from "../live/api";
import { expectLifecycle } from "../live/lifecycle";
import { Live, randomPrefix } from "../live/live";
import { questions } from "../live/questions";
import { answerTo, isAnswered } from "../live/questions/question";
import { readSettings } from "../live/settings";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, ProviderProcess } from "../support/handler";

/** The live suite against an emulator that answers in each of its ways: the suite has to tell them apart. */

linesTold();

const PROJECTS = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"] as const;

const kafka = {
    POLARIS_LIVE_KAFKA_BOOTSTRAP: "b-1.example.com:9096",
    POLARIS_LIVE_KAFKA_TOPIC: "orders",
    POLARIS_LIVE_KAFKA_SECRETS: '{"type":"sasl_plain","username":"live","password":"of-no-cluster"}',
};

const open: EmulatorUnderTest[] = [];

async function start(rules: Partial<Rules>, environment: Record<string, string>) {
    const emulator = await startTestEmulator({ projectId: [...PROJECTS], transitionMs: 20, rules });
    open.push(emulator);
    const settings = readSettings({
        POLARIS_BASE_URL: emulator.url,
        POLARIS_API_KEY: emulator.apiKey,
        POLARIS_PROJECT_ID: PROJECTS[0],
        POLARIS_LIVE_PROJECT_ID: PROJECTS[0],
        POLARIS_LIVE_OTHER_PROJECT_ID: PROJECTS[1],
        ...environment,
    });
    return { emulator, settings, prefix: randomPrefix() };
}

type Started = Awaited<ReturnType<typeof start>>;

afterEach(() => Promise.all(open.splice(0).map((emulator) => emulator.close())));

interface State {
    projects: { connections: unknown[]; tables: unknown[]; jobs: { id: string; startedFrom: string | null }[] }[];
}

const stateOf = async ({ emulator }: Started) => (await emulator.control<State>("GET", "state")).projects;

/** An emulator with what it lacks: hosts that do not exist, a topic of five rows, batch jobs that take their time. */
function withKafka(started: Started): Send {
    const { emulator, settings } = started;
    const send = sendTo(settings, settings.projectId);
    return async (method, path, body) => {
        const answer = await send(method, path, body);
        if (path === "/connections" && JSON.stringify(body ?? {}).includes(".invalid:")) {
            const { name } = body as { name: string };
            await emulator.control("POST", `connections/${name}`, { testError: "no such host" });
        }
        if (method === "POST" && answer.body.type === "batch") {
            await emulator.control("POST", `jobs/${String(answer.body.id)}`, { executionStatus: "running" });
        }
        const [, id] = /^\/jobs\/(.*)\/metrics$/.exec(path) ?? [];
        if (id === undefined) return answer;
        const job = (await stateOf(started))[0]!.jobs.find((candidate) => candidate.id === id);
        return { ...answer, body: { totals: { numRowsProcessed: job?.startedFrom === "earliest" ? 5 : 0 } } };
    };
}

/** The answers to all questions, asked at once. */
async function answers({ settings, prefix }: Started, send?: Send): Promise<Record<string, string>> {
    const pairs = questions.map(async (question) => {
        const answer = await answerTo(question, new Live(settings, `${prefix}${question.id}-`, send));
        return [question.id, answer] as const;
    });
    return Object.fromEntries(await Promise.all(pairs));
}

/** All is removed by its prefix, in both projects. */
async function expectNothingLeft(started: Started): Promise<void> {
    expect(await new Live(started.settings, started.prefix).remove()).toEqual([]);
    const left = (await stateOf(started)).map(({ connections, tables }) => [...connections, ...tables]);
    expect(left).toEqual([[], []]);
}

/** What a local Druid cannot do is no question to Imply Polaris. */
const isQuestion = (name: RuleName) => name !== "awsIam";

const names = (Object.keys(RULES) as RuleName[]).filter(isQuestion);

/** The answers that the emulator's rules lead to; `transitionTimes` and what is not asked have none. */
const defaults = Object.fromEntries(
    questions.flatMap(({ id, assumed }) =>
        assumed === undefined || id === "pausedJobStatus" ? [] : [[id, assumed] as const],
    ),
);

const modes = names.flatMap((name) => RULES[name].values.slice(1).map((value) => ({ name, value })));

const notAsked = {
    pausedJobStatus: "not asked: the API cannot pause a project",
    patchReachesJob: "not asked: no answer of the API shows what a running job reads",
    forbiddenBody: "not asked: it takes a key without permissions",
};

describe("the answers", () => {
    it("are the defaults of the emulator where it has them, with a reason for what is not asked", async () => {
        const started = await start({}, { ...kafka, POLARIS_LIVE_WAIT_SECONDS: "4" });
        const { transitionTimes, ...others } = await answers(started, withKafka(started));
        expect(others).toEqual({ ...defaults, ...notAsked });
        expect(transitionTimes).toMatch(/^running after \d\.\d s, suspended after \d\.\d s, canceled after \d\.\d s$/);
        await expectNothingLeft(started);
    });

    it.each(modes.filter(({ name }) => !(name in notAsked)))(
        "to $name is $value, and no other differs, where the emulator is set to that",
        async ({ name, value }) => {
            const started = await start({ [name]: value }, { ...kafka, POLARIS_LIVE_WAIT_SECONDS: "4" });
            const results = Object.entries(await answers(started, withKafka(started)));
            const clear = Object.fromEntries(
                results.filter(([id, word]) => id !== "transitionTimes" && isAnswered(word)),
            );
            expect(clear).toEqual({ ...defaults, [name]: String(value) });
            await expectNothingLeft(started);
        },
    );

    it.each(["pending", "failed"])("are never wrong where jobs are %s: right, or unclear", async (executionStatus) => {
        const started = await start({}, { POLARIS_LIVE_WAIT_SECONDS: "0.3" });
        const send = sendTo(started.settings, PROJECTS[0]);
        const results = await answers(started, async (method, path, body) => {
            const answer = await send(method, path, body);
            if (method !== "POST" || path !== "/jobs" || answer.body.type !== "streaming") return answer;
            await started.emulator.control("POST", `jobs/${String(answer.body.id)}`, { executionStatus });
            return answer;
        });
        const wrong = Object.entries(results).filter(([id, word]) => isAnswered(word) && word !== defaults[id]);
        expect(wrong).toEqual([]);
        expect(results).toMatchObject({
            patchNull: "clears",
            transitionTimes: `unclear: the job is ${executionStatus}`,
        });
        await expectNothingLeft(started);
    });

    it("concern every rule of the emulator", () => {
        expect(questions.map(({ id }) => id)).toEqual(expect.arrayContaining(names));
        expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
    });
});

describe("the lifecycle", () => {
    async function run(started: Started) {
        const { url, apiKey } = started.emulator;
        const engine = await ProviderProcess.start({ url, apiKey, projectId: PROJECTS[0] });
        return expectLifecycle(new Live(started.settings, started.prefix), engine);
    }

    it.each([0, 1, 2])("passes with value %d of each rule, or its last one", async (index) => {
        const rules = names.map((name) => [name, RULES[name].values[index] ?? RULES[name].values.at(-1)]);
        const started = await start(Object.fromEntries(rules) as Partial<Rules>, kafka);
        expect(await run(started)).toEqual([]);
        await expectNothingLeft(started);
    });

    it.each([
        ["pending", /^create: .*: the job \S+ is pending and not running or idle after/],
        ["failed", /^create: .*: the job \S+ failed/],
    ])("says what it did not see where jobs are %s", async (executionStatus, line) => {
        const started = await start({}, { POLARIS_LIVE_WAIT_SECONDS: "0.5" });
        const outcome = { tableName: `${started.prefix}sales`, executionStatus, times: null };
        await started.emulator.control("POST", "outcomes", outcome);
        expect((await run(started))[0]).toMatch(line);
    });
});
