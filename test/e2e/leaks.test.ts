import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { EmulatorCommand } from "../support/emulator-command";
import { answer, cut, hang, startFaultProxy, type Fault, type FaultProxy, type Passing } from "../support/fault-proxy";
import { fleet } from "../support/fixtures";
import { recorded } from "../support/fleet";
import { client, encrypted } from "../support/pem";
import { envOf } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { errorsIn } from "../support/seen";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);

const apiKey = "pok_MARKER-api-key/+4711";
const password = 'MARKER-password "quoted" \\ & more';
const keyPassword = "MARKER-key-password";
const key = encrypted(client.key, keyPassword);
const keyLines = key.split("\n").filter((line) => line.length > 16 && !line.startsWith("-----"));
const variable = "MARKER-of-a-variable";

const forms = (secret: string) => {
    const bytes = Buffer.from(secret);
    const encoded = [bytes.toString("base64"), bytes.toString("base64url"), encodeURIComponent(secret)];
    return [secret, JSON.stringify(secret).slice(1, -1), ...encoded];
};
const markers = [apiKey, `${apiKey}:`, password, keyPassword, key, ...keyLines, variable].flatMap(forms);

/** Fails, without telling the secret, where a text holds one. */
function expectNoMarker(name: string, text: string): void {
    const found = markers.findIndex((marker) => text.includes(marker));
    expect(`${name}: ${found < 0 ? "clean" : `marker ${found} at ${text.indexOf(markers[found]!)}`}`).toBe(
        `${name}: clean`,
    );
}

const filesBelow = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name));

let emulator: EmulatorCommand;
let proxy: FaultProxy;
let env: Record<string, string | undefined>;

beforeEach(async () => {
    emulator = new EmulatorCommand(apiKey);
    await emulator.start();
    proxy = await startFaultProxy(emulator.url);
    env = {
        ...envOf({ ...emulator.api, url: proxy.url }),
        POLARIS_REQUEST_TIMEOUT: "0.6",
        KAFKA_PASSWORD: variable,
    };
});
afterEach(async () => {
    await proxy.close();
    await emulator.remove();
});

/** The state, its history and backups, the export, and all that the emulator keeps and says. */
async function expectCleanFiles(stack: Stack, folders = [stack.project.backend, emulator.folder]): Promise<void> {
    const files = folders.flatMap(filesBelow);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expectNoMarker(path.basename(file), readFileSync(file, "latin1"));
    expectNoMarker("export", await stack.exportText());
    expectNoMarker("the emulator's output", emulator.output);
}

const scram = { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "polaris" };
const { certificates } = client;
const program = (suffix: string, more: object = {}) => ({
    connections: {
        [`login${suffix}`]: { secrets: { ...scram, password }, ...more },
        [`mutual${suffix}`]: { secrets: null, ssl: { keystore: { certificates, key, keyPassword } }, ...more },
        [`from${suffix}`]: { secrets: { ...scram, passwordFrom: { env: "KAFKA_PASSWORD" } }, ...more },
    },
});
const joined = (...programs: { connections: object }[]) => ({
    connections: Object.assign({}, ...programs.map(({ connections }) => connections)) as object,
});

const secretsOf: Record<string, string[]> = {
    login: [password],
    mutual: [keyPassword, key, ...keyLines],
    from: [variable],
};

/** The API tells all that it was ever sent about the connection, and the key as well. */
const echo = ({ subject, body }: Passing) => {
    const basic = `Basic ${Buffer.from(`${apiKey}:`).toString("base64")}`;
    const own = secretsOf[subject.split("-")[0] ?? ""] ?? [];
    const message = `Authorization: ${basic} or ${apiKey}; ${own.join(" ")}; ${body}`;
    return JSON.stringify({ code: apiKey, message, details: own.map((secret) => ({ code: "X", message: secret })) });
};

const faults: Record<string, (request: Passing) => Fault> = {
    "echo-400": (request) => ({ misbehave: answer(400, echo(request), { "x-request-id": apiKey }) }),
    "echo-500": (request) => ({ after: true, misbehave: answer(500, echo(request)) }),
    "echo-text": (request) => ({
        misbehave: answer(403, `denied: ${echo(request)}`, { "content-type": "text/plain" }),
    }),
    "echo-200": (request) => ({ misbehave: answer(200, echo(request)) }),
    redirect: (request) => ({
        misbehave: answer(302, echo(request), { location: `http://127.0.0.1:1/?key=${encodeURIComponent(apiKey)}` }),
    }),
    cut: () => ({ misbehave: cut }),
    hang: () => ({ misbehave: hang }),
};

const kinds = Object.keys(faults);

test("no secret is in plain in what commands print, in previews, in the state and its history, in exports, or in what the emulator keeps, after any fault", async () => {
    await withStack({ program: fleet, args: program(""), env }, async (stack) => {
        for (const flags of [[], ["--json"], ["--diff"]]) {
            const { text } = await stack.preview(flags);
            expect(text).toContain("polaris");
            expectNoMarker(`preview ${flags.join(" ")}`, text);
        }
        const [old, added] = ["old", "new"].map((age) => kinds.map((kind) => `-${age}-${kind}`)) as [
            string[],
            string[],
        ];
        stack.args(joined(...old.map((suffix) => program(suffix))));
        expectNoMarker("up", (await stack.up()).text);

        proxy.react = (request) => {
            const kind = kinds.find((one) => request.subject.endsWith(`-${one}`));
            return kind === undefined ? undefined : faults[kind]!(request);
        };
        stack.args(
            joined(
                ...old.map((suffix) => program(suffix, { description: "new" })),
                ...added.map((suffix) => program(suffix)),
            ),
        );
        const failed = await stack.upFails(["--continue-on-error"]);
        expect(errorsIn(failed)).toHaveLength(kinds.length * 6);
        expectNoMarker("up with faults", failed.text);
        for (const name of ["echo-400", "echo-text"]) {
            proxy.react = faults[name]!;
            expectNoMarker(`refresh with ${name}`, (await stack.refreshFails()).text);
            expectNoMarker(`destroy with ${name}`, (await stack.destroyFails(["--continue-on-error"])).text);
        }
        await expectCleanFiles(stack);

        proxy.react = () => undefined;
        stack.args(program(""));
        expectNoMarker("up", (await stack.up()).text);
        stack.args({ connections: { login: { secrets: { ...scram, password: `${password}2` } } } });
        for (const flags of [[], ["--json"], ["--diff"]]) {
            expectNoMarker(`preview of a change ${flags.join(" ")}`, (await stack.preview(flags)).text);
        }
        await stack.destroy();
        expect(recorded(stack).connections).toEqual([]);
        await expectCleanFiles(stack);
    });
});

test("failed tests of connections, failed jobs with their logs, refused arguments and killed providers show no secret either, nor does the state keep one in its reasons", async () => {
    const job = { connection: "login" };
    const args = { ...program("", { testConnection: "error" }), jobs: { sales: job } };
    await withStack({ program: fleet, args, env }, async (stack) => {
        proxy.react = (request) =>
            request.path.endsWith("/test") ? { misbehave: answer(400, echo(request)) } : undefined;
        const untested = await stack.upFails(["--continue-on-error"]);
        expect(errorsIn(untested).filter((line) => /cannot reach the topic/.test(line))).toHaveLength(3);
        expectNoMarker("failed tests", untested.text);
        await expectCleanFiles(stack);

        proxy.react = () => undefined;
        const said = `cannot log in with ${password} or ${apiKey}`;
        await emulator.api.control("POST", "outcomes", {
            ...{ tableName: "sales", executionStatus: "failed" },
            health: { status: "error", code: "could_not_connect_to_source", message: said },
            logs: [{ message: said }, { message: `SASL: ${JSON.stringify({ password })}` }],
        });
        const failed = await stack.upFails();
        expect(failed.text).toMatch(
            /StreamingJob "sales": create failed: the job \S+ failed \(health error: could_not_connect_to_source: cannot log in with \[secret\]/,
        );
        expectNoMarker("a failed job", failed.text);
        expect(JSON.stringify(stack.resource("sales")!.initErrors)).toContain("[secret]");
        // The emulator's own file holds what the test has just put there.
        await expectCleanFiles(stack, [stack.project.backend]);

        const wrong = [
            { login: { secrets: { ...scram, password, passwrd: password } } },
            { login: { secrets: { ...scram, password: { value: password } } } },
            {
                mutual: {
                    secrets: null,
                    ssl: { keystore: { certificates, key: `${keyLines.join("")} is no PEM`, keyPassword } },
                },
            },
            { mutual: { secrets: null, ssl: { keystore: { certificates: key, key, keyPassword: 7 } } } },
        ];
        for (const connections of wrong) {
            stack.args({ connections });
            const refused = await stack.previewFails();
            expect(refused.text).toMatch(/has a problem: (secrets|ssl\.keystore)/);
            expectNoMarker("refused arguments", refused.text);
        }

        stack.args({
            ...args,
            connections: { ...args.connections, login: { secrets: { ...scram, password }, description: "killed" } },
        });
        const patched = new Promise<void>((resolve) => {
            proxy.react = ({ method }) =>
                method === "PATCH" ? { after: true, misbehave: hang, then: resolve } : undefined;
        });
        const running = stack.startUp();
        await patched;
        expect(running.killProcesses("dynamic-provider")).toBe(1);
        expectNoMarker("a killed provider", (await running.done).text);
        proxy.react = () => undefined;
        await expectCleanFiles(stack, [stack.project.backend]);
    });
});
