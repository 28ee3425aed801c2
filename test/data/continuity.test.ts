import {
    emulator,
    expectOrders,
    ordersMappings,
    startAll,
    stopAll,
    untilIngested,
    waitForRows,
    withOrders,
} from "../support/data";
import { hang, startFaultProxy } from "../support/fault-proxy";
import { liveJobOn } from "../support/seen";
import { expectNoChanges } from "../support/summary";

test("a job that is suspended, resumed, canceled by another user and repaired reads each record once", async () => {
    const args = { table: "paused" };
    await withOrders(args, async (stack, producer) => {
        await stack.up();
        await untilIngested("paused", producer);

        stack.args({ ...args, job: { desiredExecutionStatus: "suspended" } });
        await stack.up();
        const [before] = await waitForRows('SELECT COUNT(*) AS "n" FROM "paused"', 1);
        await producer.untilSent(producer.sent + 200);
        expect(await waitForRows('SELECT COUNT(*) AS "n" FROM "paused"', 1)).toEqual([before]);
        stack.args(args);
        await stack.up();
        await untilIngested("paused", producer);

        const { id } = await liveJobOn(emulator, "paused");
        await emulator.api("POST", `/jobs/${id}/status`, { desiredExecutionStatus: "canceled" });
        await producer.untilSent(producer.sent + 200);
        await stack.up(["--refresh"]);
        expect((await liveJobOn(emulator, "paused")).id).not.toBe(id);
        await producer.finish();
        await expectOrders("paused", producer.total);
        await expectNoChanges(stack, ["--refresh"]);
    });
});

test("a provider that is killed in a swap, and an emulator and a Druid that are killed or stopped, lose and double no row", async () => {
    const proxy = await startFaultProxy(emulator.url);
    const args = { table: "killed" };
    const withAmount = (amount: string) => ({ ...args, job: { mappings: ordersMappings(amount) } });
    try {
        await withOrders(
            args,
            async (stack, producer) => {
                await stack.up();
                await untilIngested("killed", producer);

                stack.args(withAmount('"amount" * 2'));
                const posted = new Promise<void>((resolve) => {
                    proxy.react = ({ method, path }) =>
                        method === "POST" && path === "/jobs"
                            ? { after: true, misbehave: hang, then: resolve }
                            : undefined;
                });
                const running = stack.startUp();
                await posted;
                running.killProcesses("dynamic-provider");
                running.kill("SIGKILL");
                await running.done;
                running.killAll();
                proxy.react = () => undefined;
                await producer.untilSent(producer.sent + 200);
                await stack.cancel();
                await stack.up();
                await untilIngested("killed", producer);

                for (const signal of ["SIGKILL", "SIGTERM"] as const) {
                    await producer.pauseDuring(async () => {
                        await stopAll(signal);
                        await startAll();
                    });
                    await untilIngested("killed", producer);
                }
                await expectNoChanges(stack, ["--refresh"]);
                stack.args(withAmount('"amount" * 3'));
                await stack.up();
                await producer.finish();
                await expectOrders("killed", producer.total);
            },
            { POLARIS_BASE_URL: proxy.url },
        );
    } finally {
        await proxy.close();
    }
});
