import { EmulatorCommand } from "../support/emulator-command";
import { startFaultProxy, type FaultProxy } from "../support/fault-proxy";
import { fleet } from "../support/fixtures";
import { each, expectExactly, inventory, recorded } from "../support/fleet";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { errorsIn, expectSettled } from "../support/seen";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);

let emulator: EmulatorCommand;
let proxy: FaultProxy;
let env: Record<string, string | undefined>;

beforeEach(async () => {
    emulator = new EmulatorCommand();
    await emulator.start();
    proxy = await startFaultProxy(emulator.url);
    env = { ...envOf({ ...emulator.api, url: proxy.url }), POLARIS_REQUEST_TIMEOUT: "1.5" };
});
afterEach(async () => {
    await proxy.close();
    await emulator.remove();
});

const connections = Array.from({ length: 10 }, (_, index) => `c-${index}`);
const jobs = Array.from({ length: 10 }, (_, index) => `j-${index}`);
const twenty = {
    connections: each(connections),
    jobs: Object.fromEntries(jobs.map((job, index) => [job, { connection: `c-${index}` }])),
};

/** Kills the emulator, once, when so many requests of the method have come to it. */
function killAt(method: string, count: number, kill: () => Promise<void>): () => Promise<void> {
    let [seen, killed] = [0, Promise.resolve()];
    proxy.react = (request) => {
        if (request.method !== method) return undefined;
        seen += 1;
        if (seen === count) killed = kill();
        return undefined;
    };
    return async () => {
        expect(seen).toBeGreaterThanOrEqual(count);
        await killed;
    };
}

test("the API goes away in the middle of an up, an update and a destroy of 20 and comes back with its data: the next command converges without a hand on the state", async () => {
    await withStack({ program: fleet, args: twenty, env }, async (stack) => {
        const killedInCreate = killAt("POST", 9, () => emulator.kill());
        const failed = await stack.upFails();
        await killedInCreate();
        const told = errorsIn(failed);
        expect(told.length).toBeGreaterThan(0);
        for (const line of told) {
            expect(line).toMatch(
                /^\w+ "[cj]-\d": create failed: Imply Polaris could not be reached \(.*\) at \w+ \S+; check the network.* \[PolarisUnreachable\]$/,
            );
        }

        await emulator.start();
        proxy.react = () => undefined;
        await stack.up();
        await expectExactly(stack, emulator.api, { connections, jobs });
        await expectSettled(stack);

        stack.args({ ...twenty, connections: each(connections, { description: "new" }) });
        const killedInUpdate = killAt("PATCH", 5, () => emulator.kill());
        const half = await stack.upFails();
        await killedInUpdate();
        expect(errorsIn(half).join("\n")).toMatch(
            /^KafkaConnection "c-\d": update failed: Imply Polaris could not be reached/,
        );
        expect(recorded(stack)).toMatchObject({ connections, jobs });
        await emulator.start();
        proxy.react = () => undefined;
        await stack.up();
        await expectExactly(stack, emulator.api, { connections, jobs });
        await expectSettled(stack);

        const killedInDelete = killAt("DELETE", 4, () => emulator.kill());
        const left = await stack.destroyFails();
        await killedInDelete();
        expect(errorsIn(left).join("\n")).toMatch(
            /^KafkaConnection "c-\d": delete failed: Imply Polaris could not be reached/,
        );
        expect(recorded(stack).connections.length).toBeGreaterThan(0);
        await emulator.start();
        proxy.react = () => undefined;
        await stack.destroy();
        expect(await inventory(emulator.api)).toEqual({ connections: [], jobs: [] });
    });
});

test("the API is killed in the middle of writing its data: it comes back with all that it had confirmed, and the next up converges", async () => {
    await withStack({ program: fleet, args: twenty, env }, async (stack) => {
        const killed = killAt("POST", 7, async () => {
            await emulator.midWrite();
            await emulator.kill();
        });
        await stack.upFails();
        await killed();
        const confirmed = recorded(stack);

        await emulator.start();
        proxy.react = () => undefined;
        const kept = await inventory(emulator.api);
        const unproven = stack.resources().filter(({ outputs }) => outputs?.unconfirmed !== undefined);
        const sure = confirmed.connections.filter((name) => !unproven.some(({ id }) => id === name));
        expect(kept.connections).toEqual(expect.arrayContaining(sure));
        await stack.up();
        await expectExactly(stack, emulator.api, { connections, jobs });
        await expectSettled(stack);
    });
});
