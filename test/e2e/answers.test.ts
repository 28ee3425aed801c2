import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo, Server } from "node:net";
import path from "node:path";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { answer, hang, startFaultProxy, type Fault, type FaultProxy } from "../support/fault-proxy";
import { fleet } from "../support/fixtures";
import { each, expectExactly, inventory, recorded } from "../support/fleet";
import { envOf } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { errorsIn, failuresIn, held } from "../support/seen";
import { changes } from "../support/summary";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;
let proxy: FaultProxy;
let elsewhere: http.Server;
let selfSigned: https.Server;
let strays: http.IncomingMessage[];
let env: Record<string, string | undefined>;

const listening = (server: Server) =>
    new Promise<number>((ready) =>
        server.listen(0, "127.0.0.1", () => {
            ready((server.address() as AddressInfo).port);
        }),
    );
const closed = (server: http.Server | https.Server) =>
    new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
    });

const tls = (file: string) => readFileSync(path.join(__dirname, "../support/tls", file));

beforeEach(async () => {
    selfSigned = https.createServer({ key: tls("key.pem"), cert: tls("certificate.pem") });
    emulator = await startTestEmulator({ transitionMs: 50 });
    proxy = await startFaultProxy(emulator.url);
    strays = [];
    elsewhere = http.createServer((request, response) => {
        strays.push(request);
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
    env = { ...envOf({ ...emulator, url: proxy.url }), POLARIS_REQUEST_TIMEOUT: "0.8" };
});
afterEach(async () => {
    await Promise.all([proxy.close(), emulator.close(), closed(elsewhere), closed(selfSigned)]);
});

/** A header, and then a byte now and then, for ever. */
const trickle: Fault["misbehave"] = (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 100);
    response.once("close", () => {
        clearInterval(timer);
    });
};

const page = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>";

/** What a user reads of an answer that is wrong: a sentence, and the API's reason if it gives one. */
interface Report {
    told: RegExp;
    reason?: RegExp;
}

/** What is wrong with an answer, and what a user is told of it. */
async function badAnswers(): Promise<Record<string, Report & { misbehave: Fault["misbehave"] }>> {
    const away = `http://127.0.0.1:${await listening(elsewhere)}/stolen`;
    return {
        "html-page": {
            misbehave: answer(502, page, { "content-type": "text/html" }),
            told: /answered 502 Bad Gateway to \S+ \S+; run (`pulumi up`|the command) again; if it happens again, ask Imply's support\. \[PolarisServerError\]$/,
        },
        "cut-json": {
            misbehave: answer(200, '{"name": "cut-js'),
            told: /answered with 200 and text that is not JSON to \S+ \S+; check that polaris:baseUrl is the address of the API, .* \[PolarisUnexpectedAnswer\]$/,
        },
        "no-body": {
            misbehave: answer(200),
            told: /answered with 200 and nothing to \S+ \S+; check that polaris:baseUrl is the address of the API, .* \[PolarisUnexpectedAnswer\]$/,
        },
        "huge-error": {
            misbehave: answer(400, JSON.stringify({ code: "X", message: "too much ".repeat(250_000) })),
            told: /answered 400 Bad Request to \S+ \S+; (correct the arguments and run `pulumi up`|remove the cause and run the command) again\. \[PolarisBadRequest\]$/,
            reason: /^reason: "too much .*…"$/,
        },
        trickle: {
            misbehave: trickle,
            told: /gave no whole answer within 0\.8 seconds at \S+ \S+; check the network and polaris:baseUrl .* \[PolarisUnreachable\]$/,
        },
        silence: {
            misbehave: hang,
            told: /gave no whole answer within 0\.8 seconds at \S+ \S+; check the network and polaris:baseUrl .* \[PolarisUnreachable\]$/,
        },
        redirect: {
            misbehave: answer(307, "", { location: away }),
            told: /answered 307 Temporary Redirect to \S+ \S+; set polaris:baseUrl to the address of the API itself, .* \[PolarisRedirected\]$/,
        },
        "not-known": {
            misbehave: answer(401, '{"message":"Unauthorized"}'),
            told: /answered 401 Unauthorized to \S+ \S+; check the key in POLARIS_API_KEY or the secret .* \[PolarisUnauthorized\]$/,
            reason: /^reason: "Unauthorized"$/,
        },
        "not-allowed": {
            misbehave: answer(403, '{"message":"Forbidden"}'),
            told: /answered 403 Forbidden to \S+ \S+; give the API key the permission ManageConnections .* \[PolarisForbidden\]$/,
            reason: /^reason: "Forbidden"$/,
        },
    };
}

/** One clear sentence about each, and nothing of the inside. A refresh ends with the first that fails. */
function expectSentences(text: string, operation: string, told: Record<string, Report>): void {
    const errors = errorsIn({ text });
    const failures = failuresIn({ text });
    const names = errors.map((line) => /^KafkaConnection "([^"]+)": /.exec(line)?.[1] ?? line);
    if (operation === "read") expect(Object.keys(told)).toEqual(expect.arrayContaining(names));
    else expect([...names].sort()).toEqual(Object.keys(told).sort());
    errors.forEach((line, index) => {
        expect(line).toContain(`: ${operation} failed: `);
        const { told: sentence, reason } = told[names[index]!]!;
        expect(line).toMatch(sentence);
        const { details } = failures[index]!;
        expect(details).toEqual(reason ? [expect.stringMatching(reason)] : []);
        expect(line.length + details.join().length).toBeLessThan(900);
    });
    expect(errors.length).toBeGreaterThan(0);
    expect(text).not.toMatch(/[Aa]xios|\n\s+at |node_modules|node:internal|\[object|undefined|ECONN|Basic /);
}

async function timed<T>(work: Promise<T>): Promise<{ result: T; seconds: number }> {
    const begun = Date.now();
    const result = await work;
    return { result, seconds: (Date.now() - begun) / 1000 };
}

test("whatever is wrong with an answer, update, refresh, destroy and create end soon with one sentence each, keep the state, and go on when it is right again", async () => {
    const bad = await badAnswers();
    const names = Object.keys(bad);
    const told: Record<string, Report> = bad;
    const fail = (isHit: (name: string) => boolean) => {
        proxy.react = ({ subject }) => {
            const kind = bad[subject.replace(/^new-/, "")];
            return kind && isHit(subject) ? { misbehave: kind.misbehave } : undefined;
        };
    };
    await withStack({ program: fleet, args: { connections: each(names) }, env }, async (stack) => {
        await stack.up();
        const before = (await held(emulator)).connections;
        fail(() => true);

        stack.args({ connections: each(names, { description: "new" }) });
        const update = await timed(stack.upFails(["--continue-on-error"]));
        expectSentences(update.result.text, "update", told);
        const refresh = await timed(stack.refreshFails());
        expectSentences(refresh.result.text, "read", told);
        // Nothing with 200 is what the API answers to a DELETE: that one is gone.
        fail((name) => name !== "no-body");
        const left = names.filter((name) => name !== "no-body");
        const destroy = await timed(stack.destroyFails(["--continue-on-error"]));
        expectSentences(destroy.result.text, "delete", Object.fromEntries(left.map((name) => [name, told[name]!])));
        expect(recorded(stack).connections).toEqual([...left].sort());
        expect((await held(emulator)).connections).toEqual(before.filter(({ name }) => name !== "no-body"));

        fail((name) => name.startsWith("new-"));
        const added = names.map((name) => `new-${name}`);
        stack.args({ connections: each([...names, ...added]) });
        const create = await timed(stack.upFails(["--continue-on-error"]));
        const toldOfNew = Object.entries(told).map(([name, sentence]) => [`new-${name}`, sentence] as const);
        expectSentences(create.result.text, "create", Object.fromEntries(toldOfNew));
        expect((await inventory(emulator)).connections).toEqual([...names].sort());

        // Six attempts of 0.8 seconds with up to 8 seconds between them, and the time of a loaded machine.
        for (const { seconds } of [update, refresh, destroy, create]) expect(seconds).toBeLessThan(60);
        expect(strays).toEqual([]);

        proxy.react = () => undefined;
        await stack.up();
        await expectExactly(stack, emulator, { connections: [...names, ...added] });
        expect(changes(await stack.destroy())).toEqual({ delete: names.length * 2 + 1 });
        expect((await inventory(emulator)).connections).toEqual([]);
    });
});

type Operation = "read" | "delete";

/** A refresh or destroy fails with the sentence, soon, and the state stays. */
async function expectKept(stack: Stack, operation: Operation, sentence: string, away: Record<string, string> = {}) {
    const before = recorded(stack);
    const run = operation === "read" ? stack.refreshFails : stack.destroyFails;
    const { result, seconds } = await timed(run([], away));
    const errors = errorsIn(result);
    for (const line of errors) expect(line).toMatch(new RegExp(`^\\w+ "orders": ${operation} failed: ${sentence}`));
    expect(errors.length).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(60);
    expect(result.text).not.toMatch(/[Aa]xios|\n\s+at |node_modules|ssl3|openssl|EPROTO/);
    expect(recorded(stack)).toEqual(before);
}

test("a project that is not there, TLS that fails, a name that does not resolve and a closed port are each reported in one sentence; nothing counts as gone", async () => {
    const port = await listening(selfSigned);
    const args = { connections: each(["orders"]), jobs: { orders: { connection: "orders" } } };
    await withStack({ program: fleet, args, env }, async (stack) => {
        await stack.up();

        const noProject =
            "there is no project [0-9a-f-]{36} at this address; check polaris:projectId.* \\[PolarisProjectNotFound\\]$";
        proxy.react = () => ({ misbehave: answer(404, '{"code":"NotFound","message":"Not found."}') });
        await expectKept(stack, "read", noProject);
        proxy.react = () => ({ misbehave: answer(404, page, { "content-type": "text/html" }) });
        await expectKept(stack, "delete", noProject);
        proxy.react = () => undefined;

        const unreachable: [Operation, string, string][] = [
            ["delete", `https://localhost:${port}`, "self[- ]signed certificate"],
            ["read", proxy.url.replace("http:", "https:"), "TLS failed: wrong version number"],
            ["delete", "https://api.imply.invalid", ".*api\\.imply\\.invalid"],
            ["read", "http://127.0.0.1:1", ".*ECONNREFUSED.*"],
        ];
        const next =
            "check the network and polaris:baseUrl \\(or organization, region and cloud\\), .* \\[PolarisUnreachable\\]$";
        for (const [operation, baseUrl, cause] of unreachable) {
            const sentence = `Imply Polaris could not be reached \\(${cause}\\) at \\w+ \\S+; ${next}`;
            await expectKept(stack, operation, sentence, { POLARIS_BASE_URL: baseUrl });
        }

        const unknownProject = { POLARIS_PROJECT_ID: "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10" };
        stack.args({ ...args, connections: each(["orders", "more"]) });
        const failed = errorsIn(await stack.upFails(["--target", "**more"], unknownProject));
        expect(failed).toEqual([expect.stringMatching(`^KafkaConnection "more": create failed: ${noProject}`)]);
        await expectExactly(stack, emulator, { connections: ["orders"], jobs: ["orders"] });
    });
});
