import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { iam } from "../support/fixtures";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { errorsIn, expectSettled, held, newRequests, problemsIn } from "../support/seen";
import { changes } from "../support/summary";

let emulator: EmulatorUnderTest;
/** What a variable left in a shell points at; nothing may ever reach it. */
let decoy: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_first-key", "pok_second-key"] });
    decoy = await startTestEmulator();
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => Promise.all([emulator.close(), decoy.close()]));

/** Without a secret, as the engine encrypts one anew each time that it writes the state. */
const program = `
const secrets = ${JSON.stringify(iam)};
new polaris.KafkaConnection("orders", { ...connectionFixture, secrets, testConnection: "off", ...args });
`;

const named = async () => (await held(emulator)).connections.map(({ name }) => name);

test("a stack's own project and address win over variables left in a shell, and a key in the environment over the stack's", async () => {
    const config = {
        "polaris:projectId": emulator.projectId,
        "polaris:baseUrl": `${emulator.url}/`,
        "polaris:apiKey": { secret: "pok_no-such-key" },
    };
    const left = { ...envOf(decoy), POLARIS_ORGANIZATION: "left", POLARIS_REGION: "in", POLARIS_CLOUD: "shell" };
    await withStack({ program, config, env: { ...left, POLARIS_API_KEY: "pok_first-key" } }, async (stack) => {
        await stack.up();
        expect(await named()).toEqual(["orders"]);
        expect(stack.resource("orders")?.outputs).toMatchObject({
            projectId: emulator.projectId,
            baseUrl: emulator.url,
        });
        // Rotated since: refresh and destroy see the stack's settings as of the last up, but the environment as it is.
        stack.env.POLARIS_API_KEY = "pok_second-key";
        await newRequests(emulator);
        expect(changes(await stack.refresh())).toEqual({ unchanged: 2 });
        stack.args({ description: "changed" });
        await stack.up();
        const { submittedByUser, modifiedByUser } = (await held(emulator)).connections[0]!;
        expect(modifiedByUser).not.toEqual(submittedByUser);
        expect(changes(await stack.destroy())).toEqual({ delete: 2 });
        const users = (await newRequests(emulator)).map(({ user }) => user);
        expect([...new Set(users)]).toEqual([modifiedByUser.username]);
        expect(await newRequests(decoy)).toEqual([]);
        expect(await named()).toEqual([]);
    });
});

test("organization, region and cloud of the stack make the address, whatever POLARIS_BASE_URL says", async () => {
    const asked: string[] = [];
    const proxy = createServer().on("connect", ({ url = "" }, socket) => {
        asked.push(url);
        socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const proxied = { HTTPS_PROXY: address, https_proxy: address, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };
    const config = { "polaris:organization": "MyOrg", "polaris:region": "us-east-1", "polaris:cloud": "aws" };
    await withStack({ program, config, env: { ...envOf(decoy), ...proxied } }, async (stack) => {
        const [told, ...more] = errorsIn(await stack.upFails());
        expect(told).toMatch(/^KafkaConnection "orders": create failed: Imply Polaris answered 403 Forbidden to POST /);
        expect(more).toEqual([]);
        expect(asked).toEqual(["myorg.us-east-1.aws.api.imply.io:443"]);
        expect(await newRequests(decoy)).toEqual([]);
    });
    proxy.close();
});

test("what is missing or malformed is reported in one sentence that says what to set, and nothing is created", async () => {
    const address =
        "set it to an address of the form https://ORGANIZATION.REGION.CLOUD.api.imply.io. [PolarisConfigurationInvalid]";
    const faults: [Record<string, string | undefined>, string][] = [
        [
            { POLARIS_PROJECT_ID: undefined },
            "The Imply Polaris project is not configured; run `pulumi config set polaris:projectId <uuid>` or set POLARIS_PROJECT_ID. [PolarisNotConfigured]",
        ],
        [
            { POLARIS_PROJECT_ID: "my-project" },
            "POLARIS_PROJECT_ID is not the id of an Imply Polaris project; set it to the UUID in the project's address, such as 0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10. [PolarisConfigurationInvalid]",
        ],
        [
            { POLARIS_BASE_URL: undefined },
            "The Imply Polaris address is not configured; set polaris:organization, polaris:region and polaris:cloud, or polaris:baseUrl; or POLARIS_ORGANIZATION, POLARIS_REGION and POLARIS_CLOUD, or POLARIS_BASE_URL. [PolarisNotConfigured]",
        ],
        [
            { POLARIS_BASE_URL: undefined, POLARIS_ORGANIZATION: "myorg", POLARIS_CLOUD: "aws" },
            "POLARIS_REGION is not set; the Imply Polaris address needs POLARIS_ORGANIZATION, POLARIS_REGION and POLARIS_CLOUD together, or POLARIS_BASE_URL. [PolarisNotConfigured]",
        ],
        [
            { POLARIS_BASE_URL: "http://myorg.us-east-1.aws.api.imply.io" },
            `POLARIS_BASE_URL uses http, which would show the API key to the network (only a loopback address may); ${address}`,
        ],
        [{ POLARIS_BASE_URL: "myorg.us-east-1" }, `POLARIS_BASE_URL is not an address; ${address}`],
        [
            { POLARIS_API_KEY: "pok_first key" },
            "POLARIS_API_KEY holds white space or characters that no API key has; set it to the key as Imply Polaris shows it. [PolarisConfigurationInvalid]",
        ],
    ];
    await withStack({ program, env: envOf(emulator) }, async (stack) => {
        for (const [env, sentence] of faults) {
            const preview = await stack.previewFails([], env);
            expect(problemsIn(preview, "orders")).toEqual([sentence]);
            expect(preview.text).not.toMatch(/^ +at |first key/m);
        }
        const [noProject] = faults[0]!;
        expect(problemsIn(await stack.upFails([], noProject), "orders")).toEqual([faults[0]![1]]);
        expect(stack.resources()).toEqual([]);
        expect(await newRequests(emulator)).toEqual([]);
    });
});

test("refresh and destroy without a key fail in one sentence and leave everything as it is", async () => {
    await withStack({ program, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        const kept = () => stack.resources().map(({ id, inputs, outputs }) => ({ id, inputs, outputs }));
        const before = kept();
        await newRequests(emulator);
        const missing =
            "The Imply Polaris API key is not configured; set POLARIS_API_KEY or run `pulumi config set --secret polaris:apiKey`. [PolarisApiKeyMissing]";
        for (const failed of [
            await stack.refreshFails([], { POLARIS_API_KEY: undefined }),
            await stack.destroyFails([], { POLARIS_API_KEY: undefined }),
        ]) {
            expect(errorsIn(failed)).toEqual([`KafkaConnection "orders": ${missing}`]);
            expect(failed.text).not.toMatch(/^ +at /m);
        }
        expect(await newRequests(emulator)).toEqual([]);
        expect(kept()).toEqual(before);
        const [wrong] = errorsIn(await stack.destroyFails([], { POLARIS_API_KEY: "pok_revoked-key" }));
        expect(wrong).toMatch(
            /^KafkaConnection "orders": delete failed: Imply Polaris answered 401 Unauthorized to GET .*; check the key in POLARIS_API_KEY or the secret polaris:apiKey\. \[PolarisUnauthorized\]$/,
        );
        expect(await named()).toEqual(["orders"]);
        expect(kept()).toEqual(before);
    });
});

test("the key is in no resource's inputs or outputs, and nowhere in plain", async () => {
    const config = { "polaris:apiKey": { secret: "pok_first-key" } };
    const env = { ...envOf(emulator), POLARIS_API_KEY: undefined };
    await withStack({ program, config, env }, async (stack) => {
        const told = [await stack.preview(["--diff"]), await stack.preview(["--json"]), await stack.up()];
        await expectSettled(stack);
        const texts = [...told.map(({ text }) => text), stack.stateText(), await stack.exportText()];
        const spellings = ["pok_first-key", Buffer.from("pok_first-key:").toString("base64url")];
        for (const text of texts) for (const key of spellings) expect(text).not.toContain(key);
        const shown = JSON.parse(await stack.exportText({ showSecrets: true })) as {
            deployment: { resources: { type: string }[] };
        };
        const ours = shown.deployment.resources.filter(({ type }) => !type.startsWith("pulumi:providers:"));
        expect(JSON.stringify(ours)).not.toContain("pok_first-key");
    });
});
