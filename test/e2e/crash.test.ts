import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import type { RunningCommand } from "../support/command";
import { hang, startFaultProxy, type FaultProxy, type Passing } from "../support/fault-proxy";
import { fleet } from "../support/fixtures";
import { each, inventory, liveJobIds, recorded } from "../support/fleet";
import { envOf } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { expectSettled, failuresIn, jobsOn } from "../support/seen";
import { changes } from "../support/summary";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;
let proxy: FaultProxy;
let env: Record<string, string | undefined>;

beforeEach(async () => {
    emulator = await startTestEmulator({ transitionMs: 50 });
    proxy = await startFaultProxy(emulator.url);
    env = { ...envOf({ ...emulator, url: proxy.url }), POLARIS_REQUEST_TIMEOUT: "5" };
    await emulator.api("POST", "/connections", kafka("source"));
});
afterEach(async () => {
    await proxy.close();
    await emulator.close();
});

type Kill = (running: RunningCommand) => void;
type Work = (request: Passing) => boolean;

const connectionMade: Work = ({ method, path }) => method === "POST" && path === "/connections";
const jobMade: Work = ({ method, path }) => method === "POST" && path === "/jobs";
/** A create finds the job then that an earlier one has left. */
const jobLookedFor: Work = ({ method, path }) => method === "GET" && path.startsWith("/jobs?");
const connectionPatched: Work = ({ method }) => method === "PATCH";
const connectionDeleted: Work = ({ method }) => method === "DELETE";
/** A destroy finds it gone then. */
const connectionLookedFor: Work = ({ method, path }) => method === "GET" && path === "/connections/orders";
const jobCanceled: Work = ({ method, path }) => method === "POST" && path.endsWith("/status");

/** Runs until the API has done all the works, whose answers never arrive, and kills then. */
async function killedAfter(start: () => RunningCommand, works: Work[], kill: Kill): Promise<string> {
    const done = new Set<Work>();
    const allDone = new Promise<void>((resolve) => {
        proxy.react = (request) => {
            const work = works.find((one) => one(request));
            if (!work) return undefined;
            const then = () => {
                done.add(work);
                if (done.size === works.length) resolve();
            };
            return { after: true, misbehave: hang, then };
        };
    });
    const running = start();
    const ended = await Promise.race([allDone, running.done]);
    if (ended) throw new Error(`It ended before it could be killed:\n${ended.text}`);
    kill(running);
    const { code, text } = await running.done;
    expect(code).not.toBe(0);
    running.killAll();
    proxy.react = () => undefined;
    return text;
}

const own = { connections: each(["orders"]), jobs: each(["sales"]) };
const adopted = { connections: each(["orders"], { adopt: true }), jobs: each(["sales"], { adopt: true }) };
const elsewhere =
    "from another stack: `pulumi state move`; tainted: `pulumi state untaint`; under `--replace`: run `pulumi up` without it; left by an interrupted `pulumi up`: adopt: true";
const edited = {
    connections: each(["orders"], { description: "new" }),
    jobs: each(["sales"], { filterExpression: "TRUE" }),
};

/** Killed twice in each of create, update and delete; `recover` is what the backend asks for before the next command. */
async function expectConvergence(stack: Stack, kill: Kill, recover: () => Promise<unknown>): Promise<void> {
    const up = () => stack.startUp();
    const destroy = () => stack.spawn(["destroy", "--stack", "dev", "--non-interactive", "--yes", "--skip-preview"]);

    for (const jobDone of [jobMade, jobLookedFor]) {
        await killedAfter(up, [connectionMade, jobDone], kill);
        await recover();
    }
    const left = { connections: ["orders", "source"], jobs: ["sales"] };
    expect(await inventory(emulator)).toEqual(left);
    const failures = failuresIn(await stack.upFails(["--continue-on-error"]));
    expect(failures.filter(({ sentence }) => sentence.startsWith("KafkaConnection"))).toEqual([
        {
            sentence: expect.stringMatching(
                /^KafkaConnection "orders": create failed: a connection of that name exists already; .* set adopt: true to take it over\.$/,
            ) as unknown,
            code: "PolarisConnectionExists",
            details: [expect.stringMatching(/^it is of type kafka, created by api-key-\S+ on \S+$/), elsewhere],
        },
    ]);
    expect(failures.filter(({ sentence }) => sentence.startsWith("StreamingJob"))).toEqual([
        {
            sentence: expect.stringMatching(
                /^StreamingJob "sales": create failed: the table is fed by the streaming job \S+; .* set adopt: true to take it over\.$/,
            ) as unknown,
            code: "PolarisTableInUse",
            details: [expect.stringMatching(/^it is a job created by api-key-\S+ on \S+, /), elsewhere],
        },
    ]);
    const made = await liveJobIds(emulator);
    stack.args(adopted);
    await stack.up();
    expect(await inventory(emulator)).toEqual(left);
    expect(await liveJobIds(emulator)).toEqual(made);
    expect(recorded(stack)).toEqual({ connections: ["orders"], jobs: ["sales"], jobIds: made });
    expect(await jobsOn(emulator, "sales")).toHaveLength(1);

    stack.args(edited);
    await killedAfter(up, [connectionPatched, jobMade], kill);
    await recover();
    await killedAfter(up, [connectionPatched], kill);
    await recover();
    await stack.up();
    expect(await inventory(emulator)).toEqual(left);
    expect(recorded(stack)).toEqual({ connections: ["orders"], jobs: ["sales"], jobIds: await liveJobIds(emulator) });
    expect(await jobsOn(emulator, "sales")).toHaveLength(2);
    await expectSettled(stack);

    await killedAfter(destroy, [connectionDeleted, jobCanceled], kill);
    await recover();
    await killedAfter(destroy, [connectionLookedFor, jobCanceled], kill);
    await recover();
    await stack.destroy();
    expect(await inventory(emulator)).toEqual({ connections: ["source"], jobs: [] });
    expect(recorded(stack)).toEqual({ connections: [], jobs: [], jobIds: {} });
}

test("the provider process is killed, twice, in create, update and delete: the next up converges, or says to set adopt: true", async () => {
    await withStack({ program: fleet, args: own, env }, async (stack) => {
        const kill: Kill = (running) => expect(running.killProcesses("dynamic-provider")).toBe(1);
        await expectConvergence(stack, kill, () => Promise.resolve());
    });
});

test("the CLI alone is killed, twice, in create, update and delete: after pulumi cancel the next up converges, or says to set adopt: true", async () => {
    await withStack({ program: fleet, args: own, env }, async (stack) => {
        await expectConvergence(stack, (running) => running.kill("SIGKILL"), stack.cancel);
    });
});

test("the CLI and all its plugins are killed, twice, in create, update and delete: after pulumi cancel the next up converges, or says to set adopt: true", async () => {
    await withStack({ program: fleet, args: own, env }, async (stack) => {
        await expectConvergence(stack, (running) => running.killAll(), stack.cancel);
    });
});

test("an interrupt waits for the create in flight and records what it created; the next up continues", async () => {
    await withStack({ program: fleet, args: own, env }, async (stack) => {
        const made = new Promise<RunningCommand>((resolve) => {
            proxy.react = (request) => {
                if (connectionMade(request)) resolve(running);
                return undefined;
            };
        });
        const running = stack.startUp(["--parallel", "1"]);
        (await made).kill("SIGINT");
        await running.done;
        proxy.react = () => undefined;
        expect((await inventory(emulator)).connections).toEqual(["orders", "source"]);
        expect(recorded(stack).connections).toEqual(["orders"]);
        expect(changes(await stack.up())).not.toHaveProperty("delete");
        await expectSettled(stack);
    });
});
