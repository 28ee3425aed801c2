import { samples } from "../support/connections";
import type { ConnectionSample } from "../support/connections";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, ProviderProcess, shortenWaits, type Resource } from "../support/handler";
import type { Arguments } from "../support/handler-arguments";
import { connectionIn, newRequests, writesIn } from "../support/seen";

/** What a KafkaConnection guarantees, for each other type: the life is one, and what a type says of itself is not. */

const stranger = { authorization: "Basic pok_of-another-user" };

const lines = linesTold();
shortenWaits();

let emulator: EmulatorUnderTest;
let engine: ProviderProcess;
let resource: Resource;

const held = () => connectionIn(emulator, "orders");
const secretOf = async ({ secret }: ConnectionSample) => (await held())?.credentials[secret ?? ""]?.fingerprint;
const loseAnswer = (method: string) => emulator.control("POST", "faults", { method, phase: "after", cut: true });
const setTestError = (testError: string | null) =>
    emulator.control("POST", "connections/orders", { testError, times: null });

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-another-user"], transitionMs: 0 });
    engine = await ProviderProcess.start(emulator);
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

describe.each(samples.map((sample) => [sample.noun, sample] as const))("%s", (noun, sample) => {
    const { type, stored, optional, changed, rotated, edit, unreachable } = sample;
    const given: Arguments = { name: "orders", ...sample.given };
    const tests = unreachable === undefined ? [] : ["POST /connections/orders/test"];
    const body = (more: Arguments = {}) => ({ type, ...given, ...more });

    beforeEach(() => {
        resource = engine.resource(noun);
    });

    it("is created as declared, and shows no change then nor after a refresh", async () => {
        expect(await resource.up(given)).toEqual({ step: "create" });
        expect(await held()).toMatchObject({ type, properties: { description: null, ...stored } });
        expect((await held())?.properties).toEqual({ description: null, ...stored });
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /connections", ...tests]);
        expect((await resource.preview(given)).step).toBe("same");
        const { state } = resource;
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect(resource.state).toEqual(state);
        expect((await resource.preview(given)).step).toBe("same");
    });

    it("is changed by one PATCH of what changes, which clears what is taken away", async () => {
        await resource.up({ ...given, description: "for people", ...optional });
        expect((await resource.preview({ ...given, description: "for people", ...optional })).step).toBe("same");
        await newRequests(emulator);
        const { submittedOnTimestamp } = resource.outputs;
        expect(await resource.up({ ...given, ...changed })).toEqual({ step: "update" });
        const { secrets: storedSecrets, ...others } = { ...stored, ...changed };
        expect((await held())?.properties).toMatchObject({ description: null, ...others });
        expect((await held())?.properties.secrets).toEqual(stored.secrets ?? storedSecrets);
        for (const name of Object.keys(optional)) {
            expect([name, (await held())?.properties[name]]).toEqual([name, stored[name]]);
        }
        expect(resource.outputs).toMatchObject({ ...changed, submittedOnTimestamp });
        const writes = writesIn(await newRequests(emulator));
        expect(writes[0]).toBe("PATCH /connections/orders");
        expect(writes.slice(1)).toEqual(writes.length > 1 ? tests : []);
        expect((await resource.preview({ ...given, ...changed })).step).toBe("same");
    });

    it("of another name is created before the old one is deleted, and is deleted", async () => {
        await resource.up(given);
        await newRequests(emulator);
        expect(await resource.up({ ...given, name: "orders-2" })).toEqual({ step: "replace" });
        const writes = writesIn(await newRequests(emulator));
        expect([writes[0], writes.at(-1)]).toEqual(["POST /connections", "DELETE /connections/orders"]);
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(await connectionIn(emulator, "orders-2")).toBeUndefined();
    });

    it("is found again where the answer to its create is lost, and never created twice", async () => {
        await loseAnswer("POST");
        expect(await resource.up(given)).toEqual({ step: "create" });
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /connections", ...tests]);
        expect((await resource.preview(given)).step).toBe("same");
    });

    it("is changed once where the answer to its PATCH is lost", async () => {
        await resource.up(given);
        await loseAnswer("PATCH");
        expect(await resource.up({ ...given, ...changed })).toEqual({ step: "update" });
        expect((await resource.preview({ ...given, ...changed })).step).toBe("same");
        expect((await held())?.properties).toMatchObject(changed);
    });

    it("is refused where one of the name exists, adopted where that is asked for, and not where it differs", async () => {
        await emulator.api("POST", "/connections", body(), stranger);
        expect(await resource.up(given)).toMatchObject({ step: "create", code: "PolarisConnectionExists" });
        expect(await resource.up({ ...given, ...changed, adopt: "unchanged" })).toMatchObject({
            code: "PolarisConnectionDiffers",
        });
        await newRequests(emulator);
        expect(await resource.up({ ...given, adopt: "unchanged" })).toEqual({ step: "create" });
        expect(writesIn(await newRequests(emulator))).not.toContain("PATCH /connections/orders");
        const other = (await ProviderProcess.start(emulator)).resource(noun);
        expect(await other.up({ ...given, ...changed, adopt: true })).toEqual({ step: "create" });
        expect((await held())?.properties).toMatchObject(changed);
    });

    it("is never made of a connection of another type", async () => {
        const other = type === "push_streaming" ? "kinesis" : "push_streaming";
        const members = {
            awsAssumedRoleArn: "arn:aws:iam::123456789012:role/reader",
            awsEndpoint: "kinesis.us-east-1.amazonaws.com",
            stream: "orders",
        };
        await emulator.api("POST", "/connections", {
            type: other,
            name: "orders",
            ...(other === "kinesis" && members),
        });
        expect(await resource.up({ ...given, adopt: true })).toMatchObject({ code: "PolarisConnectionExists" });
        const found = await engine.resource(noun).get("orders");
        expect(found).toMatchObject({ code: "PolarisConnectionTypeMismatch" });
    });

    it("shows another user's edit in a refresh, and puts it back", async () => {
        await resource.up(given);
        expect((await emulator.api("PATCH", "/connections/orders", { type, ...edit }, stranger)).status).toBe(200);
        expect(await resource.up({ ...given, ...changed })).toMatchObject({ code: "PolarisConnectionChanged" });
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect(resource.outputs).toMatchObject(edit);
        expect((await resource.preview(given)).step).toBe("update");
        expect(await resource.up(given)).toEqual({ step: "update" });
        expect((await held())?.properties).toMatchObject({ description: null, ...stored });
        expect((await resource.preview(given)).step).toBe("same");
    });

    it("is created again where it was deleted, and left alone where it is another one's by now", async () => {
        await resource.up(given);
        await emulator.api("DELETE", "/connections/orders");
        await emulator.api("POST", "/connections", body(), stranger);
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(await held()).toBeDefined();
        await emulator.api("DELETE", "/connections/orders");
        const again = engine.resource(noun);
        await again.up(given);
        await emulator.api("DELETE", "/connections/orders");
        expect(await again.refresh()).toEqual({ step: "gone" });
        expect(await again.up(given)).toEqual({ step: "create" });
    });

    if (rotated !== undefined) {
        it("gets a new secret alone, which no line shows, and sets it again after another user's write", async () => {
            await resource.up(given);
            const before = await secretOf(sample);
            await newRequests(emulator);
            expect(await resource.up({ ...given, ...rotated })).toEqual({ step: "update" });
            expect(await secretOf(sample)).not.toBe(before);
            await emulator.api("PATCH", "/connections/orders", { type, description: "edited" }, stranger);
            await resource.refresh();
            expect(JSON.stringify(resource.state)).not.toContain("hidden");
            lines.splice(0);
            expect((await resource.preview({ ...given, ...rotated })).step).toBe("update");
            expect(lines.join("\n")).toContain(`sets ${sample.secret ?? ""} again`);
            expect(lines.join("\n")).not.toContain("hidden");
            expect(await resource.up({ ...given, ...rotated })).toEqual({ step: "update" });
            expect((await resource.preview({ ...given, ...rotated })).step).toBe("same");
        });

        it("shows no secret, new or old, whatever an answer says of it, in no failure, line or reason in state", async () => {
            const texts = [given, { ...given, ...rotated }].flatMap((args) => {
                const text = JSON.stringify(args);
                const [word = ""] = /hidden-\w+/.exec(text) ?? [];
                return [word, Buffer.from(word).toString("base64"), text, encodeURIComponent(text)];
            });
            const quote = (method: string, path: string, status: number) =>
                emulator.control("POST", "faults", {
                    ...{ method, path, status, times: null },
                    body: { code: "BadArgument", message: `found ${texts.join(" ")}`, details: texts },
                });
            const spoken: unknown[] = [];
            const meets = async (fault: Parameters<typeof quote>, work: () => Promise<unknown>) => {
                await quote(...fault);
                spoken.push(await work(), resource.state?.failed === true ? resource.state : "", lines.splice(0));
                await emulator.control("DELETE", "faults");
            };
            await meets(["POST", "^/connections$", 400], () => resource.up(given));
            await meets(["POST", "/test$", 400], () => resource.up(given));
            await meets(["PATCH", "^/connections/orders$", 400], () => resource.up({ ...given, ...rotated }));
            await meets(["PATCH", "^/connections/orders$", 503], () => resource.up({ ...given, ...rotated }));
            await meets(["GET", "^/connections/orders$", 400], () => resource.refresh());
            await meets(["DELETE", "^/connections/orders$", 400], () => resource.destroy());
            const shown = JSON.stringify(spoken, (name, value: unknown) => (name === "secrets" ? undefined : value));
            expect(shown).toContain("[secret]");
            for (const word of ["hidden-", "aGlkZGVu"]) expect(shown).not.toContain(word);
        });
    }
});

test.each(samples.filter(({ unreachable }) => unreachable !== undefined))(
    "a $noun reports what Imply Polaris cannot reach, and fails where that is asked for",
    async (sample) => {
        const given: Arguments = { name: "orders", ...sample.given };
        resource = engine.resource(sample.noun);
        await resource.up({ ...given, testConnection: "off" });
        await setTestError("no route");
        const after = { ...given, ...sample.changed, testConnection: "error" };
        expect(await resource.up(after)).toMatchObject({ step: "update", code: sample.unreachable });
        await setTestError(null);
        expect(await resource.up(after)).toEqual({ step: "update" });
        await setTestError("no route");
        lines.splice(0);
        expect(await resource.up(given)).toEqual({ step: "update" });
        expect(lines.join("\n")).toContain(`[${sample.unreachable ?? ""}]`);
    },
);
