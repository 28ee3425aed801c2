import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const KEY = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";
const ROLE = "arn:aws:iam::123456789012:role/reader";
const SCRAM = { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "polaris" };

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

interface State {
    projects: {
        connections: { name: string; revision: number; credentials: Record<string, { fingerprint: string }> }[];
    }[];
}

const stored = async (name: string) => {
    const { projects } = await emulator.control<State>("GET", "state");
    return projects[0]!.connections.find((connection) => connection.name === name)!;
};

const create = async (body: unknown) => {
    const answer = await emulator.api("POST", "/connections", body);
    expect(answer).toMatchObject({ status: 201 });
    return answer;
};

describe("create", () => {
    it("answers 201 with the connection, its audit fields and where it is", async () => {
        const { json, headers } = await create(kafka("orders"));
        expect(json).toEqual({
            ...kafka("orders", { secrets: SCRAM }),
            description: null,
            topicNameIsPattern: false,
            submittedByUser: json.modifiedByUser,
            submittedOnTimestamp: json.modifiedOnTimestamp,
            modifiedByUser: {
                username: expect.stringMatching(/^api-key-pok_[0-9a-f]{6}\.\.\.[0-9a-f]{6}$/) as unknown,
                userId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as unknown,
            },
            modifiedOnTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as unknown,
        });
        expect(headers.get("location")).toBe(`/v1/projects/${emulator.projectId}/connections/orders`);
    });

    it("echoes no write-only member, whichever type it belongs to", async () => {
        const ssl = { keystore: { type: "pem", certificates: PEM, key: KEY, keyPassword: "hidden" } };
        const bodies = [
            kafka("kafka", { secrets: undefined, ssl }),
            { ...kafka("confluent"), type: "confluent", secrets: { type: "confluent", key: "id", secret: "hidden" } },
            {
                type: "confluent_schema_registry",
                name: "registry",
                urls: ["https://registry.example.com"],
                secrets: { type: "basic", username: "polaris", password: "hidden" },
            },
            {
                type: "s3",
                name: "s3",
                awsEndpoint: "s3.example.com",
                bucket: "b",
                secrets: { type: "access_key", accessKeyId: "id", accessKeySecret: "hidden" },
            },
            {
                type: "azure",
                name: "azure",
                storageAccount: "a",
                container: "c",
                secrets: { type: "sas_token", sasToken: "hidden" },
            },
        ];
        for (const body of bodies) {
            const { text } = await create(body);
            expect(text).not.toMatch(/hidden|keystore|PRIVATE KEY/);
        }
        const { text } = await emulator.api("GET", "/connections");
        expect(text).not.toMatch(/hidden|keystore|PRIVATE KEY/);
    });

    it("makes connections that need no secrets", async () => {
        const kinesis = { type: "kinesis", name: "k", awsAssumedRoleArn: ROLE, awsEndpoint: "e", stream: "s" };
        await create(kinesis);
        await create({ type: "s3", name: "s3", awsEndpoint: "e", bucket: "b", awsAssumedRoleArn: ROLE });
        const { json } = await create({ type: "push_streaming", name: "push" });
        expect(json.endpointUrl).toContain("/events/push");
    });

    it("refuses a name in use with 409", async () => {
        await create(kafka("orders"));
        const { status, json } = await emulator.api("POST", "/connections", kafka("orders"));
        expect({ status, json }).toMatchObject({ status: 409, json: { code: "ConnectionExists", target: "name" } });
    });

    it.each([
        ["an unknown type", { ...kafka("x"), type: "mqtt" }, "type"],
        ["a bad name", kafka("no spaces"), "name"],
        ["a missing member", kafka("x", { topicName: undefined }), "topicName"],
        ["an unknown member", kafka("x", { topic: "orders" }), "topic"],
        ["an unknown nested member", kafka("x", { secrets: { ...SCRAM, password: "p", pass: "q" } }), "secrets.pass"],
        ["a broker list that is an array", kafka("x", { bootstrapServers: ["a:1"] }), "bootstrapServers"],
        ["a broker without port", kafka("x", { bootstrapServers: "a:1,b" }), "bootstrapServers"],
        ["a missing password", kafka("x", { secrets: SCRAM }), "secrets.password"],
        ["secrets of another type of connection", kafka("x", { secrets: { type: "basic" } }), "secrets.type"],
        ["neither secrets nor keystore", kafka("x", { secrets: undefined }), "secrets"],
        [
            "a pattern that is no regular expression",
            kafka("x", { topicName: "(", topicNameIsPattern: true }),
            "topicName",
        ],
        [
            "a truststore that is no PEM",
            kafka("x", { ssl: { truststore: { type: "pem", certificates: "x" } } }),
            "ssl.truststore.certificates",
        ],
        ["a client rack on confluent", { ...kafka("x", { clientRack: "r" }), type: "confluent" }, "clientRack"],
    ])("refuses %s with 400 and names it", async (_what, body, target) => {
        const { status, json } = await emulator.api("POST", "/connections", body);
        const targets = [json, ...((json.details as { target: string }[] | undefined) ?? [])].map((at) => at.target);
        expect(status).toBe(400);
        expect(targets).toContain(target);
    });

    it.each(["(?i)orders", "(?i:eu)-.*", "(?>a|b)c", "a++b*+", "x{1,3}+", "(?<!a)b", "\\(?i\\)"])(
        "takes the pattern %s, as Java reads it",
        async (topicName) => {
            const { json } = await create(kafka("orders", { topicName, topicNameIsPattern: true }));
            expect(json.topicName).toBe(topicName);
        },
    );

    it("repeats no secret in a refusal", async () => {
        const secrets = { ...SCRAM, password: ["hidden"], mechanism: "hidden" };
        const { text } = await emulator.api("POST", "/connections", kafka("x", { secrets }));
        expect(text).not.toContain("hidden");
    });
});

describe("patch", () => {
    const patch = (body: Record<string, unknown>) =>
        emulator.api("PATCH", "/connections/orders", { type: "kafka", ...body });

    it("changes what is sent and leaves what is absent", async () => {
        const { json: before } = await create(kafka("orders", { description: "d", clientRack: "r" }));
        const { status, json: after, headers } = await patch({ topicName: "payments" });
        expect(status).toBe(200);
        expect(headers.get("location")).toMatch(/\/connections\/orders$/);
        expect(after).toEqual({ ...before, topicName: "payments", modifiedOnTimestamp: after.modifiedOnTimestamp });
        expect(String(after.modifiedOnTimestamp) > String(before.modifiedOnTimestamp)).toBe(true);
    });

    it("clears optional members by null", async () => {
        const keystore = { type: "pem", certificates: PEM, key: KEY };
        const ssl = { truststore: { type: "pem", certificates: PEM }, keystore };
        await create(kafka("orders", { description: "d", clientRack: "r", ssl }));
        expect((await patch({ ssl: { truststore: null } })).json.ssl).toEqual({});
        expect((await stored("orders")).credentials).toHaveProperty(["ssl.keystore.key"]);
        const { json } = await patch({ description: null, clientRack: null, secrets: null });
        expect(json).toMatchObject({ description: null });
        expect(json).not.toHaveProperty("clientRack");
        expect(json).not.toHaveProperty("secrets");
        expect(await patch({ ssl: null })).toMatchObject({ status: 400, json: { target: "secrets" } });
        await patch({ secrets: { ...SCRAM, password: "p" } });
        expect((await patch({ ssl: null })).json).not.toHaveProperty("ssl");
        expect((await stored("orders")).credentials).toEqual({ "secrets.password": expect.anything() as unknown });
    });

    it("rotates a password alone, which shows only as another fingerprint", async () => {
        const { json: before } = await create(kafka("orders"));
        const first = await stored("orders");
        const { json: after } = await patch({ secrets: { type: "sasl_scram", password: "second-password" } });
        const second = await stored("orders");
        expect(after.secrets).toEqual(before.secrets);
        expect(second.credentials["secrets.password"]!.fingerprint).not.toBe(
            first.credentials["secrets.password"]!.fingerprint,
        );
        expect(second.revision).toBe(first.revision + 1);
    });

    it("takes secrets of another type only when they are complete", async () => {
        await create(kafka("orders"));
        const plain = { type: "sasl_plain", username: "polaris" };
        expect(await patch({ secrets: plain })).toMatchObject({ status: 400, json: { target: "secrets.password" } });
        expect((await patch({ secrets: { ...plain, password: "p" } })).json.secrets).toEqual(plain);
        const role = { type: "aws_iam", awsAssumedRoleArn: ROLE };
        expect((await patch({ secrets: role })).json.secrets).toEqual(role);
        expect((await stored("orders")).credentials).toEqual({});
    });

    it("answers no part of a keystore, and knows by fingerprints that it is set and when it changed", async () => {
        const keystore = { type: "pem", certificates: PEM, key: KEY, keyPassword: "hidden" };
        const { json } = await create(kafka("orders", { secrets: undefined, ssl: { keystore } }));
        const { credentials: before } = await stored("orders");
        const paths = ["certificates", "key", "keyPassword", "type"].map((member) => `ssl.keystore.${member}`);
        expect(Object.keys(before).sort()).toEqual(paths);
        expect(json.ssl).toEqual({});
        const renewed = { ...keystore, certificates: `${PEM}\n${PEM}` };
        const truststore = { type: "pem", certificates: PEM };
        const patched = await patch({ ssl: { truststore, keystore: renewed } });
        expect(patched.json.ssl).toEqual({ truststore });
        const { credentials: after } = await stored("orders");
        const changed = paths.filter((path) => before[path]!.fingerprint !== after[path]!.fingerprint);
        expect(changed).toEqual(["ssl.keystore.certificates"]);
        expect(await patch({ ssl: { keystore: null } })).toMatchObject({ status: 400, json: { target: "secrets" } });
        const state = JSON.stringify(await emulator.control("GET", "state"));
        expect(state).not.toMatch(/hidden|PRIVATE KEY/);
        expect(state.match(/MIIB/g)).toHaveLength(1);
    });

    it("asks for a whole keystore each time", async () => {
        const keystore = { type: "pem", certificates: PEM, key: KEY };
        await create(kafka("orders", { ssl: { keystore } }));
        const part = { keystore: { type: "pem", certificates: PEM } };
        expect(await patch({ ssl: part })).toMatchObject({ status: 400, json: { target: "ssl.keystore.key" } });
    });

    it.each([
        ["another type", { type: "confluent" }, "type"],
        ["no type", { type: undefined }, "type"],
        ["a name", { name: "other" }, "name"],
        ["null for a required member", { bootstrapServers: null }, "bootstrapServers"],
        ["an unknown member", { rack: "r" }, "rack"],
    ])("refuses %s with 400 and changes nothing", async (_what, body, target) => {
        const { json: before } = await create(kafka("orders"));
        expect(await patch(body)).toMatchObject({ status: 400, json: { target } });
        expect((await emulator.api("GET", "/connections/orders")).json).toEqual(before);
    });

    it("answers 404 for a connection that is not there", async () => {
        expect(await patch({})).toMatchObject({ status: 404, json: { code: "ConnectionNotFound" } });
    });
});

describe("get, delete and test", () => {
    it("answers 404 before and after the connection's life", async () => {
        expect((await emulator.api("GET", "/connections/orders")).status).toBe(404);
        await create(kafka("orders"));
        const removed = await emulator.api("DELETE", "/connections/orders");
        expect({ status: removed.status, text: removed.text }).toEqual({ status: 200, text: "" });
        expect((await emulator.api("GET", "/connections/orders")).status).toBe(404);
        expect((await emulator.api("DELETE", "/connections/orders")).status).toBe(404);
        expect((await emulator.api("POST", "/connections/orders/test")).status).toBe(404);
    });

    it("refuses to delete a connection that a live job uses, naming job and table", async () => {
        await create(kafka("orders"));
        const { json: job } = await emulator.api("POST", "/jobs", streaming("sales", "orders"));
        const { status, json } = await emulator.api("DELETE", "/connections/orders");
        expect(status).toBe(400);
        expect(json.message).toContain(String(job.id));
        expect(json.message).toContain("sales");
        await emulator.api("POST", `/jobs/${String(job.id)}/status`, { desiredExecutionStatus: "canceled" });
        expect((await emulator.api("DELETE", "/connections/orders")).status).toBe(200);
    });

    it("passes the test with 200 and no body, and fails it as configured", async () => {
        await create(kafka("orders"));
        const test = () => emulator.api("POST", "/connections/orders/test");
        expect(await test()).toMatchObject({ status: 200, text: "" });
        await emulator.control("POST", "connections/orders", { testError: "role cannot be assumed", times: 2 });
        expect(await test()).toMatchObject({ status: 400, json: { message: "role cannot be assumed" } });
        expect((await test()).status).toBe(400);
        expect((await test()).status).toBe(200);
        await emulator.control("POST", "connections/orders", { testError: "down" });
        expect((await test()).status).toBe(400);
        await emulator.control("POST", "connections/orders", { testError: null });
        expect((await test()).status).toBe(200);
    });

    it("returns what a trust policy needs", async () => {
        const { json } = await emulator.api("GET", "/connectionsMeta");
        expect(json).toEqual({
            externalId: expect.any(String) as unknown,
            implyArn: expect.stringMatching(/^arn:aws:iam::\d{12}:/) as unknown,
        });
    });
});
