import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startTestEmulator } from "../support/emulator";
import { pair } from "../support/fixtures";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { diffIn, expectSettled, held, jobsOn, liveJobOn, newRequests, writesIn } from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

const args = { connection: { testConnection: "off" } };

test("another project is a replacement: created in the new one, then deleted in the old one at its own address", async () => {
    const [from, to] = [await startTestEmulator({ apiKey: "pok_key" }), await startTestEmulator({ apiKey: "pok_key" })];
    try {
        await withStack({ program: pair, args, env: envOf(from) }, async (stack) => {
            await stack.up();
            await newRequests(from);
            Object.assign(stack.env, envOf(to));

            // What exists is operated on where it is, whatever the configuration says by now.
            expect(changes(await stack.refresh())).toEqual({ unchanged: 3 });
            expect((await newRequests(from)).map(({ method }) => method)).toEqual(["GET", "GET"]);

            const preview = await stack.preview(["--show-replacement-steps", "--diff"]);
            expect(changes(preview)).toEqual({ replace: 2, unchanged: 1 });
            expect(diffIn(preview)).toContain(`~ projectId: "${from.projectId}" => "${to.projectId}"`);
            expect([...(await newRequests(from)), ...(await newRequests(to))]).toEqual([]);

            expect(changes(await stack.up())).toEqual({ replace: 2, unchanged: 1 });
            expect(writesIn(await newRequests(to))).toEqual(["POST /connections", "POST /jobs"]);
            expect(writesIn(await newRequests(from))).toEqual(["POST /jobs/…/status", "DELETE /connections/orders"]);
            expect((await held(from)).connections).toEqual([]);
            expect((await jobsOn(from, "orders")).map(({ executionStatus }) => executionStatus)).toEqual(["canceled"]);
            expect((await held(to)).connections.map(({ name }) => name)).toEqual(["orders"]);
            expect((await liveJobOn(to, "orders")).executionStatus).toBe("running");
            for (const { outputs } of stack.resources()) {
                expect(outputs).toMatchObject({ projectId: to.projectId, baseUrl: to.url });
            }
            await expectSettled(stack);

            Object.assign(stack.env, envOf(from));
            expect(changes(await stack.destroy())).toEqual({ delete: 3 });
            expect((await held(to)).connections).toEqual([]);
            expect(await newRequests(from)).toEqual([]);
        });
    } finally {
        await Promise.all([from.close(), to.close()]);
    }
});

test("another address of the same project is no change, and is where operations go from then on", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "polaris-e2e-data-"));
    const options = { apiKey: "pok_key", dataFile: path.join(folder, "data.json") };
    const before = await startTestEmulator(options);
    let after = before;
    try {
        await withStack({ program: pair, args, env: envOf(before) }, async (stack) => {
            await stack.up();
            await before.close();
            after = await startTestEmulator(options);
            expect(after.url).not.toBe(before.url);
            stack.env.POLARIS_BASE_URL = after.url;

            await expectNoChanges(stack);
            expect(await newRequests(after)).toEqual([]);
            expect(changes(await stack.refresh())).toEqual({ unchanged: 3 });
            stack.args({ connection: { ...args.connection, description: "changed" } });
            expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 2 });
            expect(stack.resource("orders")?.outputs).toMatchObject({ baseUrl: after.url });
            await expectSettled(stack);
            expect(changes(await stack.destroy())).toEqual({ delete: 3 });
            expect((await held(after)).connections).toEqual([]);
        });
    } finally {
        await after.close();
        rmSync(folder, { recursive: true, force: true });
    }
});
