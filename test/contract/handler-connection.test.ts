import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, nowhere, ProviderProcess, shortenWaits, type Resource } from "../support/handler";
import { client, encrypted } from "../support/pem";
import { callOf, connectionIn, newRequests, writesIn } from "../support/seen";

const certificate = client.certificates;
const key = encrypted(client.key, "hidden-too");

const given = {
    name: "orders",
    bootstrapServers: "b-1.example.com:9096,b-2.example.com:9096",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "imply", password: "hidden-word" },
};
const withKeystore = { ...given, ssl: { keystore: { certificates: certificate, key, keyPassword: "hidden-too" } } };

const stranger = { authorization: "Basic pok_of-another-user" };

const lines = linesTold();
shortenWaits();

let emulator: EmulatorUnderTest;
let engine: ProviderProcess;
let resource: Resource;

const calls = async () => (await newRequests(emulator)).map(callOf);
const held = () => connectionIn(emulator, "orders");
const patchedByOther = (change: object) =>
    emulator.api("PATCH", "/connections/orders", { type: "kafka", ...change }, stranger);

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-another-user"], transitionMs: 0 });
    engine = await ProviderProcess.start(emulator);
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    resource = engine.resource("KafkaConnection");
});
afterAll(() => emulator.close());

describe("a connection", () => {
    it("is created as declared, with what the API knows of it in its outputs", async () => {
        expect(await resource.up(withKeystore)).toEqual({ step: "create" });
        const connection = await held();
        expect(connection?.properties).toMatchObject({
            bootstrapServers: given.bootstrapServers,
            topicName: "orders",
            topicNameIsPattern: false,
            secrets: { type: "sasl_plain", username: "imply" },
        });
        expect(Object.keys(connection!.credentials).sort()).toEqual([
            "secrets.password",
            "ssl.keystore.certificates",
            "ssl.keystore.key",
            "ssl.keystore.keyPassword",
            "ssl.keystore.type",
        ]);
        expect(resource.outputs).toEqual({
            entryId: expect.stringMatching(/^[\w-]{8}$/) as string,
            ...withKeystore,
            projectId: emulator.projectId,
            baseUrl: emulator.url,
            submittedByUser: { username: expect.any(String) as string, userId: expect.any(String) as string },
            submittedOnTimestamp: connection?.submittedOnTimestamp,
            modifiedOnTimestamp: connection?.modifiedOnTimestamp,
            __provider: expect.any(String) as string,
        });
        expect(await calls()).toEqual(["POST /connections", "POST /connections/orders/test"]);
    });

    it("shows no change after its create, nor after a refresh", async () => {
        await resource.up(withKeystore);
        expect((await resource.preview(withKeystore)).step).toBe("same");
        const { state } = resource;
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect(resource.state).toEqual(state);
        expect((await resource.preview(withKeystore)).step).toBe("same");
    });

    it("is updated in place by one complete PATCH, which clears what is not declared any more", async () => {
        await resource.up({ ...withKeystore, description: "for people", clientRack: "use1-az4" });
        await newRequests(emulator);
        const { submittedOnTimestamp } = resource.outputs;
        expect(await resource.up({ ...given, topicName: "returns" })).toEqual({ step: "update" });
        expect((await held())?.properties).toEqual({
            description: null,
            bootstrapServers: given.bootstrapServers,
            topicName: "returns",
            topicNameIsPattern: false,
            secrets: { type: "sasl_plain", username: "imply" },
        });
        expect(resource.outputs).toMatchObject({ topicName: "returns", submittedOnTimestamp });
        expect(resource.outputs).not.toHaveProperty("ssl");
        expect(writesIn(await newRequests(emulator))).toEqual([
            "PATCH /connections/orders",
            "POST /connections/orders/test",
        ]);
        expect((await resource.preview({ ...given, topicName: "returns" })).step).toBe("same");
    });

    it("gets another kind of secrets in place", async () => {
        await resource.up(given);
        const secrets = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/imply" };
        expect(await resource.up({ ...given, secrets })).toEqual({ step: "update" });
        expect((await held())?.properties.secrets).toEqual(secrets);
        expect((await held())?.credentials).toEqual({});
    });

    it("gets a new password alone in place", async () => {
        await resource.up(given);
        const before = (await held())?.credentials["secrets.password"]?.fingerprint;
        expect(await resource.up({ ...given, secrets: { ...given.secrets, password: "hidden-new" } })).toEqual({
            step: "update",
        });
        expect((await held())?.credentials["secrets.password"]?.fingerprint).not.toBe(before);
    });

    it("of another name is created before the old one is deleted", async () => {
        await resource.up(given);
        await newRequests(emulator);
        expect(await resource.up({ ...given, name: "orders-2" })).toEqual({ step: "replace" });
        expect(writesIn(await newRequests(emulator))).toEqual([
            "POST /connections",
            "POST /connections/orders-2/test",
            "DELETE /connections/orders",
        ]);
        expect(resource.state?.id).toBe("orders-2");
    });

    it("is deleted, also where it is gone already", async () => {
        await resource.up(given);
        await emulator.api("DELETE", "/connections/orders");
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(resource.state).toBeUndefined();
    });

    it("that is gone is noticed by a refresh, and created again", async () => {
        await resource.up(given);
        await emulator.api("DELETE", "/connections/orders");
        expect(await resource.refresh()).toEqual({ step: "gone" });
        expect(await resource.up(given)).toEqual({ step: "create" });
    });

    it("that a live job reads is not deleted, and the job is named", async () => {
        await resource.up(given);
        const { json } = await emulator.api("POST", "/jobs", {
            type: "streaming",
            target: { type: "table", tableName: "Orders" },
            createTableIfNotExists: true,
            source: { type: "connection", connectionName: "orders", formatSettings: { format: "nd-json" } },
            mappings: [{ columnName: "__time", expression: '"t"' }],
        });
        const { state } = resource;
        const nextRun = async () => (await ProviderProcess.start(emulator)).resource("KafkaConnection", state);
        resource = await nextRun();
        expect((await resource.destroy()).failure).toBe(
            `KafkaConnection "orders": delete failed: the streaming job ${String(json.id)} still reads it into the table "Orders"; let the job read another connection (\`connection.name\` if this one is replaced, without deleteBeforeReplace), then run it again; or run \`pulumi state delete\` for this resource, unless its URN has two entries. [PolarisConnectionInUse]`,
        );
        expect(resource.state).toBeDefined();
        expect(await held()).toBeDefined();

        // As with `--replace` and deleteBeforeReplace.
        resource = await nextRun();
        await resource.preview(given);
        expect((await resource.destroy()).failure).toBe(
            `KafkaConnection "orders": delete failed: the streaming job ${String(json.id)} still reads it into the table "Orders"; run \`pulumi up\` without \`--replace\` (of a tainted resource, \`pulumi state untaint\`), and leave out deleteBeforeReplace if anything else replaces the connection. [PolarisConnectionInUse]`,
        );
        expect(await held()).toBeDefined();
        expect((await resource.preview(given)).step).toBe("same");
    });

    it("is read by its name, without the secrets, and refused where there is none", async () => {
        await resource.up(given);
        const other = engine.resource("KafkaConnection");
        expect(await other.get("orders")).toEqual({ step: "read" });
        expect(other.outputs).toMatchObject({
            topicName: "orders",
            secrets: { type: "sasl_plain", username: "imply" },
        });
        expect((await engine.resource("KafkaConnection").get("returns")).failure).toBe(
            `KafkaConnection "returns": read failed: there is none in project ${emulator.projectId}; correct the id, or declare the resource without one to create it. [PolarisObjectNotFound]`,
        );
    });
});

describe("a connection that another user changed", () => {
    it("is read as it is, in the program's own words where they still hold, and put back", async () => {
        const spelt = {
            ...given,
            bootstrapServers: ["b-2.example.com:9096", "b-1.example.com:9096"],
            topicNameIsPattern: false,
        };
        await resource.up(spelt);
        await patchedByOther({ topicName: "theirs", description: "theirs" });
        await resource.refresh();
        expect(resource.state?.inputs).toMatchObject({
            bootstrapServers: "b-2.example.com:9096,b-1.example.com:9096",
            topicName: "theirs",
            topicNameIsPattern: false,
            description: "theirs",
            secrets: { type: "sasl_plain", username: "imply" },
        });
        expect(await resource.up(spelt)).toEqual({ step: "update" });
        expect((await held())?.properties).toMatchObject({ topicName: "orders", description: null });
        await resource.refresh();
        expect((await resource.preview(spelt)).step).toBe("same");
    });

    it("gets its secrets set again, as they are not known any more", async () => {
        await resource.up(withKeystore);
        await patchedByOther({ secrets: { type: "sasl_plain", password: "theirs" } });
        expect((await resource.preview(withKeystore)).step).toBe("same");
        await resource.refresh();
        expect(resource.outputs.secrets).toEqual({ type: "sasl_plain", username: "imply" });
        expect(resource.outputs.ssl).toEqual({ keystore: { certificates: certificate } });
        const theirs = (await held())?.credentials["secrets.password"]?.fingerprint;
        expect((await resource.preview(withKeystore)).step).toBe("update");
        expect(lines.join()).toMatch(/secrets cannot be read back: sets secrets\.password, ssl\.keystore\.key again/);
        expect(await resource.up(withKeystore)).toEqual({ step: "update" });
        expect((await held())?.credentials["secrets.password"]?.fingerprint).not.toBe(theirs);
        await resource.refresh();
        expect((await resource.preview(withKeystore)).step).toBe("same");
    });

    it("shows no change where brokers and certificates are the same in other words", async () => {
        const secrets = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/imply" };
        const declared = { ...given, secrets, ssl: { truststore: { certificates: certificate } } };
        await resource.up(declared);
        const { inputs } = resource.state!;
        await patchedByOther({
            bootstrapServers: "b-2.example.com:9096, b-1.example.com:9096",
            ssl: { truststore: { type: "pem", certificates: certificate.replaceAll("\n", "\r\n") } },
        });
        await resource.refresh();
        expect(resource.state?.inputs).toEqual(inputs);
        expect((await resource.preview(declared)).step).toBe("same");
    });

    it("and created again under its name is not overwritten unseen", async () => {
        await resource.up(given);
        await emulator.api("DELETE", "/connections/orders");
        await emulator.api("POST", "/connections", { ...given, type: "kafka", topicName: "theirs" }, stranger);
        expect((await resource.up({ ...given, topicName: "returns" })).failure).toMatch(
            /^KafkaConnection "orders": update failed: the connection was deleted, and is another one now, created by api-key-pok_\S+ on \S+Z; run `pulumi refresh` to see the differences, then `pulumi up` again to put them back\. \[PolarisConnectionChanged\]$/,
        );
        expect((await held())?.properties.topicName).toBe("theirs");
        await resource.refresh();
        expect(resource.outputs.topicName).toBe("theirs");
        expect(await resource.up(given)).toEqual({ step: "update" });
    });
});

describe("a refresh of a connection", () => {
    it("does not read what this process has written since from an earlier list", async () => {
        const names = Array.from({ length: 8 }, (_, index) => `c${index}`);
        const all = names.map((name) => ({ ...given, name, testConnection: "off" }));
        const created = all.map(() => engine.resource("KafkaConnection"));
        for (const [index, one] of created.entries()) await one.up(all[index]!);
        const process = await ProviderProcess.start(emulator);
        const [last, ...others] = created.map(({ state }) => process.resource("KafkaConnection", state)).reverse();
        await newRequests(emulator);
        for (const one of others) await one.refresh();
        expect(await calls()).toContain("GET /connections");
        await last!.up({ ...all[7], topicName: "returns" });
        await last!.refresh();
        expect(last!.outputs.topicName).toBe("returns");
    });

    /** Lets the API show the connection in other words. */
    async function show(change: object, times: number | null) {
        const { json } = await emulator.api("GET", "/connections/orders");
        const shown = Object.entries({ ...json, ...change }).map(([name, value]) => [
            name,
            name.endsWith("Timestamp") && typeof value === "string" ? value.replace("Z", "+00:00") : value,
        ]);
        const body: unknown = Object.fromEntries(shown);
        const path = "^/connections/orders$";
        await emulator.control("POST", "faults", { method: "GET", path, status: 200, body, times });
        return json;
    }

    it("takes no other spelling of its times for a difference, nor does a destroy", async () => {
        await resource.up(given);
        await show({}, null);
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect((await resource.preview(given)).step).toBe("same");
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(await held()).toBeUndefined();
    });

    it("takes a missing time of the last change for no difference", async () => {
        await resource.up(given);
        const { submittedOnTimestamp } = await show({ modifiedOnTimestamp: null }, 1);
        const outputs = { ...resource.outputs, modifiedOnTimestamp: submittedOnTimestamp };
        resource.state = { ...resource.state!, outputs };
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect((await resource.preview(given)).step).toBe("same");
    });
});

describe("a connection whose project is no Project", () => {
    it.each([
        [
            "an address that would show the key",
            { projectId: nowhere.projectId, baseUrl: "http://10.0.0.1" },
            /uses http, which would show the API key to the network/,
        ],
        [
            "an id that is none",
            { projectId: "nope", baseUrl: "https://example.com" },
            /is not the id of an Imply Polaris project/,
        ],
        ["a text", "eu", /^project is not a Project; give it `new polaris\.Project\(…\)`\./],
    ])("is refused: %s", async (_, project, problem) => {
        const process = await ProviderProcess.start(nowhere);
        const { problems } = await process.resource("KafkaConnection").preview({ ...given, project });
        expect(problems).toEqual([expect.stringMatching(problem)]);
        const code = project === "eu" ? "PolarisArgumentInvalid" : "PolarisConfigurationInvalid";
        expect(problems[0]?.endsWith(` [${code}]`)).toBe(true);
    });
});

describe("a connection that exists already", () => {
    const theirs = { ...given, type: "kafka" };

    it("is refused with its creator, unless it is to be adopted", async () => {
        await emulator.api("POST", "/connections", theirs, stranger);
        expect((await resource.up(given)).failure).toMatch(
            /^KafkaConnection "orders": create failed: a connection of that name exists already; choose another name, or set adopt: true to take it over\. \[PolarisConnectionExists\]\n {2}it is of type kafka, created by api-key-pok_\S+ on \S+Z$/,
        );
        expect(resource.state).toBeUndefined();
        expect(await resource.up({ ...given, adopt: true })).toEqual({ step: "create" });
        expect(lines.join("\n")).toMatch(
            /KafkaConnection "orders": adopts the connection created by api-key-pok_\S+ on/,
        );
    });

    it("is written when it is adopted, as its secrets cannot be compared", async () => {
        await emulator.api("POST", "/connections", { ...theirs, topicName: "theirs" }, stranger);
        await newRequests(emulator);
        await resource.up({ ...given, adopt: true });
        expect((await held())?.properties.topicName).toBe("orders");
        expect(await calls()).toEqual([
            "GET /connections/orders",
            "POST /connections",
            "GET /connections/orders",
            "PATCH /connections/orders",
            "POST /connections/orders/test",
        ]);
    });

    it("is adopted without a write where it is as declared and has no secrets", async () => {
        const secrets = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/imply" };
        await emulator.api("POST", "/connections", { ...theirs, secrets }, stranger);
        await newRequests(emulator);
        await resource.up({ ...given, secrets, adopt: true });
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /connections", "POST /connections/orders/test"]);
        expect((await resource.preview({ ...given, secrets })).step).toBe("same");
        await resource.refresh();
        expect((await resource.preview({ ...given, secrets, adopt: true })).step).toBe("same");
    });

    it("of another type is not adopted", async () => {
        await emulator.api("POST", "/connections", { type: "push_streaming", name: "orders" }, stranger);
        expect((await resource.up({ ...given, adopt: true })).failure).toMatch(
            /^KafkaConnection "orders": create failed: a connection of that name exists already; choose another name, as its type cannot be changed\. \[PolarisConnectionExists\]\n {2}it is of type push_streaming, created by \S+ on \S+Z$/,
        );
    });
});

describe("the test of a connection", () => {
    const failing = (times: number | null = null) =>
        emulator.control("POST", "connections/orders", { testError: "No broker answers hidden-word", times });

    it("warns by default, without the secret that the API repeats", async () => {
        await resource.up(given);
        await failing();
        expect(await resource.up({ ...given, topicName: "returns" })).toEqual({ step: "update" });
        expect(lines).toContain(
            'KafkaConnection "orders": warning: Imply Polaris cannot reach the topic with it: "No broker answers [secret]"; check bootstrapServers, topicName, secrets and the network [PolarisTopicUnreachable]',
        );
    });

    it("fails the operation where that is asked for, keeps the connection, and is repeated by the next up", async () => {
        await resource.up(given);
        await failing();
        const strict = { ...given, topicName: "returns", testConnection: "error" };
        expect((await resource.up(strict)).failure).toBe(
            'KafkaConnection "orders": update failed: Imply Polaris cannot reach the topic with it; check bootstrapServers, topicName, secrets and the network, then run `pulumi up` again. [PolarisTopicUnreachable]\n  reason: "No broker answers [secret]"',
        );
        expect(resource.state?.failed).toBe(true);
        expect(await resource.up(strict)).toMatchObject({ step: "update", code: "PolarisTopicUnreachable" });
        await emulator.control("POST", "connections/orders", { testError: null });
        expect(await resource.up(strict)).toEqual({ step: "update" });
        expect((await resource.preview(strict)).step).toBe("same");
    });

    it("is left out where it is off, and after changes that do not touch the way to the topic", async () => {
        await resource.up({ ...given, testConnection: "off" });
        await resource.up({ ...given, testConnection: "off", topicName: "returns" });
        await resource.up({ ...given, topicName: "returns", description: "for people" });
        expect((await calls()).filter((call) => call.endsWith("/test"))).toEqual([]);
    });

    it("is tried for a while with a role, which may not be assumable at once", async () => {
        const secrets = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/imply" };
        await resource.up({ ...given, secrets, testConnection: "off" });
        await failing(2);
        const strict = { ...given, secrets, topicName: "returns", testConnection: "error" };
        expect(await resource.up(strict)).toEqual({ step: "update" });
        expect((await calls()).filter((call) => call.endsWith("/test"))).toHaveLength(3);
    });
});
