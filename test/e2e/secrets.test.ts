import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf } from "../support/project";
import { client, contentOf, encrypted } from "../support/pem";
import { withStack } from "../support/pulumi";
import { connectionIn, expectSettled, failuresIn } from "../support/seen";
import { changes } from "../support/summary";

let emulator: EmulatorUnderTest;
const folder = mkdtempSync(path.join(tmpdir(), "polaris-e2e-secrets-"));

beforeAll(async () => {
    emulator = await startTestEmulator({ dataFile: path.join(folder, "data.json") });
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
});

const pem = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const bodyOf = (text: string) => Buffer.from(text).toString("base64");
const keyBody = (password: string) => contentOf(encrypted(client.key, password)).toString("base64");

/** One for each way in which a program can give a secret; all told apart, and from everything else. */
const markersOf = (round: string) => ({
    plain: `${round}"plain\\password/42`,
    output: `${round}-output-password-43`,
    secret: `${round}-secret-password-44`,
    whole: `${round}-whole-password-45`,
    key: keyBody(`${round}-key-password-47`),
    keyPassword: `${round}-key-password-47`,
    wholeKey: keyBody(`${round}-whole-key-password-49`),
    wholeKeyPassword: `${round}-whole-key-password-49`,
});
type Markers = ReturnType<typeof markersOf>;

const inputsOf = (markers: Markers) => ({
    ...markers,
    key: pem("ENCRYPTED PRIVATE KEY", markers.key),
    wholeKey: pem("ENCRYPTED PRIVATE KEY", markers.wholeKey),
});

const { certificates } = client;
const program = `const at = { bootstrapServers: "b-1.example.com:9096", topicName: "orders" };
const login = (name, password) => ({ type: "sasl_plain", username: "reader of " + name, password });
const certificates = ${JSON.stringify(certificates)};
const connect = (name, given) => new polaris.KafkaConnection(name, { ...at, ...args.more?.[name], ...given });

const plain = connect("plain", { secrets: login("plain", args.plain) });
connect("output", { secrets: login("output", pulumi.output(args.output)) });
connect("secret", { secrets: login("secret", pulumi.secret(args.secret)) });
connect("whole", { secrets: pulumi.output(args.whole).apply((password) => login("whole", password)) });
const mutual = connect("mutual", { ssl: { keystore: { certificates, key: args.key, keyPassword: args.keyPassword } } });
connect("tls", {
    ssl: pulumi.output({ keystore: { certificates, key: args.wholeKey, keyPassword: args.wholeKeyPassword } }),
});
exports.password = plain.secrets.apply(({ password }) => password);
exports.keystore = mutual.ssl.keystore;`;

const spellings = (secret: string) => [
    secret,
    secret.slice(0, 64),
    JSON.stringify(secret).slice(1, -1),
    bodyOf(secret),
];

function expectNone(texts: Record<string, string>, markers: Markers): void {
    for (const [where, text] of Object.entries(texts)) {
        for (const [name, marker] of Object.entries(markers)) {
            if (spellings(marker).some((spelling) => text.includes(spelling)))
                throw new Error(`${name} shows in ${where}`);
        }
    }
}

test("secrets are nowhere in plain, whichever way the program gives them; user names stay readable in previews", async () => {
    const [first, second] = [markersOf("first"), markersOf("second")];
    await withStack({ program, args: inputsOf(first), env: envOf(emulator) }, async (stack) => {
        const texts: Record<string, string> = {};
        const keep = async (where: string, result: Promise<{ text: string }>) => (texts[where] = (await result).text);
        const preview = await keep("preview", stack.preview(["--diff"]));
        for (const name of ["plain", "output", "secret"]) expect(preview).toContain(`"reader of ${name}"`);
        // Where the whole is one Output, its members cannot be told apart.
        expect(preview).not.toContain("reader of whole");
        await keep("preview as JSON", stack.preview(["--json"]));
        expect(changes({ text: await keep("up", stack.up()) })).toEqual({ create: 7 });
        texts.state = stack.stateText();
        expect(texts.state).toContain("reader of plain");
        texts.export = await stack.exportText();
        expect((await stack.outputs()).password).toBe(first.plain);
        await expectSettled(stack);

        const before = (await connectionIn(emulator, "mutual"))?.credentials;
        stack.args(inputsOf(second));
        const rotation = await keep("preview of the rotation", stack.preview(["--diff"]));
        expect(changes({ text: rotation })).toEqual({ update: 6, unchanged: 1 });
        for (const name of ["plain", "output", "secret", "whole"]) {
            expect(rotation).toContain(`KafkaConnection "${name}": updates secrets in place`);
        }
        await keep("preview of the rotation as JSON", stack.preview(["--json"]));
        expect(changes({ text: await keep("up of the rotation", stack.up()) })).toEqual({ update: 6, unchanged: 1 });
        expect((await connectionIn(emulator, "mutual"))?.credentials).not.toEqual(before);
        await keep("refresh", stack.refresh());
        texts["state after the rotation"] = stack.stateText();
        texts["export after the rotation"] = await stack.exportText();
        await keep("destroy", stack.destroy());

        texts["the emulator's requests"] = JSON.stringify(await emulator.control("GET", "requests"));
        texts["the emulator's state"] = JSON.stringify(await emulator.control("GET", "state"));
        for (const file of readdirSync(folder)) texts[file] = readFileSync(path.join(folder, file), "utf8");
        expect(Object.keys(texts)).toContain("data.json");
        expectNone(texts, first);
        expectNone(texts, second);
    });
});

test("an answer that echoes a secret is shown without it, and a failure in state holds none", async () => {
    const markers = markersOf("echoed");
    // What an answer can echo is what its own request, or one before it, has sent.
    const echoes = {
        plain: `Login refused for ${markers.plain} and ${emulator.apiKey}`,
        mutual: `Login refused for ${markers.key}, ${markers.keyPassword} and ${emulator.apiKey}`,
    };
    const said = {
        plain: '"Login refused for [secret] and [secret]"',
        mutual: '"Login refused for [secret], [secret] and [secret]"',
    };
    const refuse = async (method: string, ending: string, fault: object) => {
        for (const [name, message] of Object.entries(echoes)) {
            const body = { code: "Unreachable", message };
            await emulator.control("POST", "faults", {
                method,
                path: `^/connections/${name}${ending}$`,
                status: 400,
                body,
                ...fault,
            });
        }
    };
    const args = { ...inputsOf(markers), more: { plain: { testConnection: "error" } } };
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        await refuse("POST", "/test", { times: 1 });
        const failed = await stack.upFails();
        expect(failuresIn(failed)).toEqual([
            {
                sentence:
                    'KafkaConnection "plain": create failed: Imply Polaris cannot reach the topic with it; check bootstrapServers, topicName, secrets and the network, then run `pulumi up` again.',
                code: "PolarisTopicUnreachable",
                details: [`reason: ${said.plain}`],
            },
        ]);
        expect(failed.text).toContain(
            `KafkaConnection "mutual": warning: Imply Polaris cannot reach the topic with it: ${said.mutual}`,
        );
        expect(stack.resource("plain")?.initErrors).toHaveLength(1);

        await refuse("PATCH", "", { times: null });
        stack.args({ ...args, more: { plain: { description: "changed" }, mutual: { description: "changed" } } });
        const refused = await stack.upFails(["--continue-on-error"]);
        const failures = failuresIn(refused);
        expect(failures.map(({ code }) => code)).toEqual(["PolarisBadRequest", "PolarisBadRequest"]);
        const reasons = failures.flatMap(({ details }) => details).filter((detail) => detail.startsWith("reason: "));
        expect(reasons.sort()).toEqual(
            Object.values(said)
                .map((text) => `reason: ${text}`)
                .sort(),
        );
        const texts = { failed: failed.text, refused: refused.text, state: stack.stateText() };
        expectNone(texts, markers);
        for (const text of Object.values(texts)) expect(text).not.toContain(emulator.apiKey);
    });
});
