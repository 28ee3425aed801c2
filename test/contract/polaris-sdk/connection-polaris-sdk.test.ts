import { samples } from "../../support/connections";
import { startTestEmulator } from "../../support/emulator";
import { linesTold, ProviderProcess, shortenWaits } from "../../support/handler";
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

it("every body that is sent for a connection of any type fits the models of Imply's own client", async () => {
    const emulator = await startTestEmulator({ transitionMs: 0 });
    for (const { noun, type, given, changed, optional, rotated } of samples) {
        const resource = (await ProviderProcess.start(emulator)).resource(noun);
        const named = { name: type, description: "for people", ...given };
        expect(await resource.up({ ...named, ...optional })).toEqual({ step: "create" });
        // Members that are taken away are cleared by null, which the models do not have.
        expect(await resource.up({ ...named, ...optional, ...changed })).toEqual({ step: "update" });
        await resource.up({ ...named, ...optional, ...changed, ...rotated });
    }
    const bodies = (await newRequests(emulator)).flatMap(({ method, path, body }): Body[] => {
        if (method === "PATCH") return [{ kind: "changed connection", body }];
        return method === "POST" && path.endsWith("/connections") ? [{ kind: "new connection", body }] : [];
    });
    await emulator.close();
    const rotations = samples.filter(({ rotated }) => rotated !== undefined);
    expect(bodies).toHaveLength(samples.length * 2 + rotations.length);
    expect(await accepted(python, bodies)).toBe(String(bodies.length));
}, 300_000);

it("would not accept a member that the models do not have", async () => {
    const body = { type: "kinesis", name: "a", stream: "a", awsEndpoint: "a", awsAssumedRoleArn: "a" };
    expect(await accepted(python, [{ kind: "new connection", body }])).toBe("1");
    await expect(accepted(python, [{ kind: "new connection", body: { ...body, topicName: "a" } }])).rejects.toThrow(
        "topicName",
    );
});
