import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { parse } from "yaml";
import { edit, exampleFolder, withExample } from "../support/aws";
import { RunningCommand, type CommandResult } from "../support/command";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { cleanEnv, envOf, repository } from "../support/project";
import type { Stack } from "../support/pulumi";

const folder = exampleFolder("pull-request-preview");
const workflows = path.join(folder, ".github/workflows");

interface Step {
    uses?: string;
    with?: Record<string, unknown>;
}

interface Workflow {
    on: Record<string, { branches: string[] }>;
    permissions: object;
    jobs: Record<string, { permissions: object; environment?: string; steps: Step[] }>;
}

const workflow = (name: string) => parse(readFileSync(path.join(workflows, `${name}.yml`), "utf8")) as Workflow;
const pulumiStep = ({ steps }: { steps: Step[] }) =>
    steps.find(({ uses }) => uses?.startsWith("pulumi/actions@"))?.with;

/** Go compiles the checker once and keeps it in its own cache. */
test("the workflows for GitHub, and our own, are as actionlint wants them", async () => {
    const files = [workflows, path.join(repository, ".github/workflows")].flatMap((dir) =>
        readdirSync(dir).map((name) => path.join(dir, name)),
    );
    expect(files.length).toBeGreaterThan(2);
    const checker = path.join(repository, "tools/actionlint");
    const run = new RunningCommand("actionlint (it needs Go)", "go", ["tool", "actionlint", "-no-color", ...files], {
        cwd: checker,
        env: process.env,
        limitMs: 240_000,
    });
    expect(await run.done).toMatchObject({ code: 0, stdout: "" });
}, 250_000);

test("on GitHub a pull request is previewed and commented, and a merge applied, with no more rights than that takes", () => {
    const { on, permissions, jobs } = workflow("preview");
    expect(on).toEqual({ pull_request: { branches: ["main"] } });
    expect(permissions).toEqual({});
    expect(Object.keys(jobs)).toEqual(["preview"]);
    expect(jobs.preview?.permissions).toEqual({ contents: "read", "id-token": "write", "pull-requests": "write" });
    expect(pulumiStep(jobs.preview!)).toMatchObject({ command: "preview", "comment-on-pr": true });

    const applying = workflow("apply");
    expect(applying.on).toEqual({ push: { branches: ["main"] } });
    expect(applying.permissions).toEqual({});
    expect(Object.keys(applying.jobs)).toEqual(["apply"]);
    expect(applying.jobs.apply).toMatchObject({
        permissions: { contents: "read", "id-token": "write" },
        environment: "production",
    });
    expect(pulumiStep(applying.jobs.apply!)).toMatchObject({ command: "up" });
});

interface GitLabJob {
    rules: { if: string }[];
    script: string[];
    after_script?: string[];
}

const gitlab = parse(readFileSync(path.join(folder, ".gitlab-ci.yml"), "utf8")) as Record<string, GitLabJob>;

describe("on GitLab", () => {
    let emulator: EmulatorUnderTest;
    let server: Server;
    const comments: { url?: string; token?: unknown; body: string }[] = [];

    beforeAll(async () => {
        emulator = await startTestEmulator();
        server = createServer((request, response) => {
            let body = "";
            request.setEncoding("utf8").on("data", (text: string) => (body += text));
            request.on("end", () => {
                const { url, headers } = request;
                comments.push({
                    url,
                    token: headers["private-token"],
                    body: new URLSearchParams(body).get("body") ?? "",
                });
                response.writeHead(201).end("{}");
            });
        }).listen(0, "127.0.0.1");
        await new Promise((resolve) => server.once("listening", resolve));
    });
    afterAll(async () => {
        server.close();
        await emulator.close();
    });

    /** Runs a script of a job as GitLab's runner does, the commands in one shell that ends at the first failure. */
    function script(stack: Stack, commands: string[] = []): Promise<CommandResult> {
        const { root, dir, backend } = stack.project;
        const env = {
            ...cleanEnv(root, backend),
            ...envOf(emulator),
            ...stack.env,
            PULUMI_STACK: "dev",
            CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
            CI_PROJECT_ID: "7",
            CI_MERGE_REQUEST_IID: "42",
            COMMENT_TOKEN: "a-token",
        };
        const lines = ["set -eo pipefail", ...commands].join("\n");
        return new RunningCommand("the job's script", "bash", ["-c", lines], { cwd: dir, env, limitMs: 90_000 }).done;
    }

    test("a merge request is previewed and commented, also where the preview fails; what is merged is applied", async () => {
        expect(gitlab.preview?.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }]);
        expect(gitlab.apply?.rules).toEqual([{ if: "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" }]);
        await withExample(
            "quickstart",
            emulator,
            { config: { kafkaPassword: { secret: "a-password" } } },
            async (stack) => {
                expect(await script(stack, gitlab.apply?.script)).toMatchObject({ code: 0 });

                edit(stack, `expression: '"amount"'`, `expression: 'ROUND("amount", 2)'`);
                expect(await script(stack, gitlab.preview?.script)).toMatchObject({ code: 0 });
                expect(await script(stack, gitlab.preview?.after_script)).toMatchObject({ code: 0, text: "" });
                expect(comments).toMatchObject([
                    { url: "/api/v4/projects/7/merge_requests/42/notes", token: "a-token" },
                ]);
                const [comment] = comments.splice(0);
                expect(comment?.body).toContain(String.raw`~ expression: "\"amount\"" => "ROUND(\"amount\", 2)"`);
                expect(
                    comment?.body.match(/StreamingJob "orders": mappings changes: the running job is swapped/g),
                ).toHaveLength(1);

                edit(stack, 'dataType: "double"', 'dataType: "decimal" as never');
                expect(await script(stack, gitlab.preview?.script)).not.toMatchObject({ code: 0 });
                expect(await script(stack, gitlab.preview?.after_script)).toMatchObject({ code: 0, text: "" });
                expect(comments).toHaveLength(1);
                expect(comments[0]?.body).toContain("source.inputSchema[3].dataType");
            },
        );
    });
});
