import { type EmulatorUnderTest, startTestEmulator } from "../support/emulator";
import { withStack } from "../support/pulumi";
import { held, liveJobOn } from "../support/seen";
import { changes } from "../support/summary";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);

const home = "0a1b2c3d-1111-4222-8333-444455556666";
const eu = "0a1b2c3d-7777-4888-8999-aaaabbbbcccc";
const keys = { home: "pok_home_0123456789", eu: "pok_eu_9876543210" };

const program = `
const eu = new polaris.Project("eu", { projectId: args.eu, baseUrl: args.url, ...args.key });
const project = args.inEu ? eu : undefined;
const meta = polaris.getConnectionsMetaOutput(args.meta ? { project: eu } : {});
const again = polaris.getConnectionsMetaOutput(args.meta ? { project: eu } : {});
const connection = new polaris.KafkaConnection("clicks", {
    project,
    bootstrapServers: "b-1:9096",
    topicName: "clicks",
    secrets: { type: "sasl_plain", username: "polaris", password: "not-told" },
});
new polaris.StreamingJob("clicks", {
    project: args.split ? undefined : project,
    target: { tableName: "clicks" },
    createTableIfNotExists: true,
    source: { connectionName: connection.name, formatSettings: { format: "nd-json" }, inputSchema: [{ name: "timestamp", dataType: "string" }] },
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("timestamp")' }],
});
exports.trust = pulumi.all([meta, again]).apply(([one, two]) => [one.externalId, two.implyArn]);
`;

let emulator: EmulatorUnderTest;
beforeAll(async () => {
    emulator = await startTestEmulator({ projectId: [home, eu], apiKey: [keys.home, keys.eu] });
});
afterAll(() => emulator.close());

const requests = async (path: RegExp) => {
    const seen = await emulator.control<{ requests: { path: string }[] }>("GET", "requests");
    return seen.requests.filter((request) => path.test(request.path)).length;
};

it("keeps each resource in the project that it names, under that project's own key", async () => {
    const env = {
        POLARIS_PROJECT_ID: home,
        POLARIS_BASE_URL: emulator.url,
        POLARIS_API_KEY: keys.home,
        EU_KEY: keys.eu,
    };
    const inEu = { eu, url: emulator.url, inEu: true, key: { apiKeyEnv: "EU_KEY" } };
    await withStack({ program, args: { ...inEu, inEu: false }, env }, async (stack) => {
        await stack.up();
        expect(await requests(/connectionsMeta/)).toBe(1);
        expect((await stack.outputs()).trust).toEqual([home, expect.stringMatching(/^arn:aws:iam::/)]);

        stack.args({ ...inEu, split: true });
        const split = await stack.previewFails();
        expect(split.text).toContain(
            'StreamingJob "clicks": its connection "clicks" is in another Imply Polaris project than the job; give both the same project. [PolarisProjectMismatch]',
        );

        stack.args(inEu);
        const noKey = "The environment variable EU_KEY, which is to hold an Imply Polaris API key, is not set; set it.";
        expect((await stack.preview([], { EU_KEY: undefined })).text).toContain(`warning: ${noKey}`);
        expect((await stack.upFails([], { EU_KEY: undefined })).text).toContain(`KafkaConnection "clicks": ${noKey}`);

        const planned = await stack.preview();
        expect(changes(planned)).toMatchObject({ replace: 2 });
        expect(planned.text).toContain('KafkaConnection "clicks": the project changes');
        expect(planned.text).toContain('StreamingJob "clicks": the project changes');

        await stack.up();
        expect((await held(emulator, home)).connections).toEqual([]);
        expect((await held(emulator, eu)).connections.map(({ name }) => name)).toEqual(["clicks"]);
        expect((await liveJobOn(emulator, "clicks", eu)).executionStatus).toBe("running");
        expect(stack.resource("clicks")?.outputs).toMatchObject({ projectId: eu, project: { apiKeyEnv: "EU_KEY" } });
        for (const key of Object.values(keys)) expect(stack.stateText()).not.toContain(key);
        expect(changes(await stack.preview())).toEqual({ unchanged: 3 });
        expect(changes(await stack.refresh())).toEqual({ unchanged: 3 });

        // The key by another name is recorded, and nothing is sent to the API for it.
        await stack.setConfig({ "polaris:euApiKey": { secret: keys.eu } });
        stack.args({ ...inEu, key: { apiKeyConfig: "polaris:euApiKey" } });
        await emulator.control("DELETE", "requests");
        expect(changes(await stack.up([], { EU_KEY: undefined }))).toMatchObject({ update: 2 });
        expect(await requests(/connections\/|jobs/)).toBe(0);
        expect(stack.stateText()).not.toContain(keys.eu);

        await stack.destroy([], { EU_KEY: undefined });
        expect((await held(emulator, eu)).connections).toEqual([]);
    });
});

it("refuses in the preview a job whose connectionName is the name or id of a connection in another project, and checks no other value", async () => {
    const split = `
const eu = new polaris.Project("eu", { projectId: args.eu, baseUrl: args.url, apiKeyEnv: "EU_KEY" });
const there = new polaris.KafkaConnection("clicks", { ...args.connection, project: eu });
const ways = {
    name: there.name,
    id: there.id,
    text: "clicks",
    applied: there.name.apply((name) => name),
};
const source = {
    connectionName: ways[args.way] ?? there.name,
    formatSettings: { format: "nd-json" },
    inputSchema: [{ name: "t", dataType: "string" }],
};
new polaris.StreamingJob("clicks", {
    target: { tableName: "clicks" },
    source: args.way === "whole" ? pulumi.output(source) : source,
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("t")' }],
});`;
    const env = {
        POLARIS_PROJECT_ID: home,
        POLARIS_BASE_URL: emulator.url,
        POLARIS_API_KEY: keys.home,
        EU_KEY: keys.eu,
    };
    const secrets = { type: "sasl_plain", username: "polaris", password: "a-password" };
    const connection = { bootstrapServers: "b-1.example.com:9096", topicName: "clicks", secrets };
    const args = (way: string) => ({ eu, url: emulator.url, connection, way });
    await withStack({ program: split, env }, async (stack) => {
        for (const way of ["text", "applied", "whole"]) {
            stack.args(args(way));
            expect(changes(await stack.preview())).toMatchObject({ create: 3 });
        }
        for (const way of ["name", "id"]) {
            stack.args(args(way));
            const { text } = await stack.previewFails();
            expect(text).toContain(
                'StreamingJob "clicks": its connection "clicks" is in another Imply Polaris project than the job; give both the same project. [PolarisProjectMismatch]',
            );
            expect(text).not.toMatch(/\n\s+at /);
        }
    });
});

it("refuses a project that is not valid, and two keys, in one sentence", async () => {
    const env = { POLARIS_API_KEY: keys.home };
    const text = (args: object) => `new polaris.Project("eu", ${JSON.stringify(args)});`;
    await withStack({ program: text({ projectId: "eu", baseUrl: emulator.url }), env }, async (stack) => {
        expect((await stack.previewFails()).text).toContain(
            'Project "eu": projectId is not the id of an Imply Polaris project; set it to the UUID',
        );
        stack.program(text({ projectId: eu }));
        expect((await stack.previewFails()).text).toContain(
            'Project "eu": baseUrl is missing; give it, or organization, region and cloud.',
        );
        stack.program(text({ projectId: eu, baseUrl: emulator.url, apiKeyEnv: "A", apiKeyConfig: "b" }));
        expect((await stack.previewFails()).text).toContain(
            'Project "eu": give either apiKeyEnv or apiKeyConfig, not both. [PolarisConfigurationInvalid]',
        );
    });
});

it("refuses to ask for the AWS principal of a value that is not a Project", async () => {
    const program = 'exports.meta = polaris.getConnectionsMetaOutput({ project: "eu" });';
    await withStack({ program, env: { POLARIS_API_KEY: keys.home } }, async (stack) => {
        const { text } = await stack.previewFails();
        expect(text).toContain(
            "getConnectionsMeta: project is not a Project; give it `new polaris.Project(…)`. [PolarisArgumentInvalid]",
        );
        expect(text).not.toMatch(/\n\s+at /);
    });
});

it("says what to do when the API does not answer with the AWS principal", async () => {
    const env = { POLARIS_PROJECT_ID: home, POLARIS_BASE_URL: emulator.url, POLARIS_API_KEY: "pok_wrong" };
    await withStack({ program: "exports.meta = polaris.getConnectionsMetaOutput();", env }, async (stack) => {
        const { text } = await stack.previewFails();
        expect(text).toMatch(/error: getConnectionsMeta: read failed: Imply Polaris answered 401 Unauthorized/);
        expect(text).toContain("check the key in POLARIS_API_KEY or the secret polaris:apiKey.");
        expect(text).not.toMatch(/\n\s+at /);
        const bare = await stack.previewFails([], { POLARIS_API_KEY: undefined });
        expect(bare.text).toContain("error: The Imply Polaris API key is not configured; set POLARIS_API_KEY");
    });
});
