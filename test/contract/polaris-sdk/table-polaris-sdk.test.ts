import fc from "fast-check";
import { startTestEmulator } from "../../support/emulator";
import { linesTold, ProviderProcess, shortenWaits } from "../../support/handler";
import { tableArguments } from "../../support/handler-arguments";
import type { Arguments } from "../../support/handler-arguments";
import { newRequests } from "../../support/seen";
import { accepted } from "./check-bodies";
import type { Body } from "./check-bodies";
import { pythonWithSdk } from "./python-environment";

linesTold();
shortenWaits();

let python: string;

beforeAll(async () => {
    python = await pythonWithSdk();
}, 600_000);

it("every body that is sent for any table fits the models of Imply's own client, on create, update and drop", async () => {
    const emulator = await startTestEmulator({ transitionMs: 0 });
    const bodies: Body[] = [];
    const sample = fc.sample(
        fc.oneof(
            ...(["detail", "aggregate"] as const).map((type) => fc.tuple(tableArguments(type), tableArguments(type))),
        ),
        { numRuns: 60, seed: 14 },
    );
    for (const [before, after] of sample) {
        const resource = (await ProviderProcess.start(emulator)).resource("Table");
        const given: Arguments = { ...after, name: before.name, onDestroy: "drop" };
        expect(await resource.up(before)).toEqual({ step: "create" });
        expect(await resource.up(given)).not.toHaveProperty("failure");
        expect(await resource.destroy()).toEqual({ step: "delete" });
    }
    for (const { method, path, body } of await newRequests(emulator)) {
        if (method !== "GET") bodies.push({ kind: path.endsWith("/jobs") ? "job" : "table", body });
    }
    await emulator.close();
    expect(bodies.length).toBeGreaterThan(150);
    expect(await accepted(python, bodies)).toBe(String(bodies.length));
}, 300_000);

it("would not accept a member that the models do not have, nor a missing one", async () => {
    const table = { name: "sales", type: "detail", schemaMode: "strict" };
    expect(await accepted(python, [{ kind: "table", body: table }])).toBe("1");
    await expect(accepted(python, [{ kind: "table", body: { ...table, columns: [] } }])).rejects.toThrow("columns");
    await expect(accepted(python, [{ kind: "table", body: { type: "detail" } }])).rejects.toThrow("name");
});
