import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { readConfiguration } from "../../provider/config";
import { describeJobStep } from "../../provider/streaming-job/impact";
import type { JobState } from "../../provider/streaming-job/mapping";
import { declarationOf } from "../support/plan";
import { job } from "../support/pair";
import { repository } from "../support/project";

const readme = readFileSync(path.join(repository, "README.md"), "utf8");

test("the README shows every screen", () => {
    const screens = readdirSync(path.join(repository, "docs/screens"));
    expect(screens).not.toHaveLength(0);
    for (const name of screens) expect(readme).toContain(`](docs/screens/${name})`);
});

/** A sentence that the README quotes, up to where it leaves text out. */
const quoted = (start: string) =>
    readme
        .split("\n")
        .map((line) => line.trim())
        .find((line) => line.startsWith(start))
        ?.replace(/ …$/, "") ?? "";

test("the README's preview says what previews say", () => {
    const connection = { name: "orders", topicName: "orders" };
    const declared = () => declarationOf(connection, connection);
    const state = { ...job, jobId: "a-job" } as unknown as JobState;
    const change = { names: ["mappings"], unknown: [], secrets: [], declared };
    const [note = ""] = describeJobStep({ kind: "swap", names: ["mappings"], resets: false }, state, state, change);
    const sentence = quoted('StreamingJob "orders": mappings');
    expect(sentence).not.toBe("");
    expect(`StreamingJob "orders": ${note}`.startsWith(sentence)).toBe(true);
});

const project = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;

/** Two values of each setting. */
const values: Record<string, [string, string]> = {
    projectId: [project("1"), project("2")],
    organization: ["acme", "other"],
    region: ["oneplace", "otherplace"],
    cloud: ["aws", "azure"],
    baseUrl: ["https://one.example.com", "https://two.example.com"],
    apiKey: ["pok_one", "pok_two"],
    requestTimeout: ["5", "7"],
};

test("the README's table of the configuration names each setting and says which source comes first", () => {
    const section = readme.split(/^## /m).find((text) => text.startsWith("Configuration\n")) ?? "";
    const rows = section.split("\n").filter((line) => line.includes("`polaris:"));
    const settings = rows.flatMap((row) => {
        const [, , stack = "", environment = "", first = ""] = row.split("|");
        const variables = [...environment.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
        const keys = [...stack.matchAll(/`polaris:(\w+)`/g)].map(([, key = ""]) => key);
        return keys.map((key, index) => ({ key, variable: variables[index] ?? "", first: first.trim() }));
    });
    expect(settings.map(({ key }) => key).sort()).toEqual(Object.keys(values).sort());

    for (const { key, variable, first } of settings) {
        const isPart = ["organization", "region", "cloud"].includes(key);
        const complete = Object.keys(values).filter((name) => !isPart || name !== "baseUrl");
        const configured = (own: string, environment: NodeJS.ProcessEnv) => {
            const all = Object.fromEntries(complete.map((name) => [`polaris:${name}`, values[name]?.[0]]));
            const stack: Record<string, string | undefined> = { ...all, [`polaris:${key}`]: own };
            return readConfiguration((name) => stack[name], environment);
        };
        const [one, two] = values[key] ?? ["", ""];
        const both = configured(one, { [variable]: two });
        expect([key, both]).toEqual([key, configured(first === "stack" ? one : two, {})]);
        expect(configured(one, {})).not.toEqual(configured(two, {}));
    }
});

test("each variable of the README's table is read where the stack says nothing", () => {
    const environment = {
        POLARIS_PROJECT_ID: values.projectId?.[1],
        POLARIS_ORGANIZATION: "other",
        POLARIS_REGION: "eu-west-1",
        POLARIS_CLOUD: "aws",
        POLARIS_API_KEY: "pok_two",
        POLARIS_REQUEST_TIMEOUT: "7",
    };
    for (const name of [...Object.keys(environment), "POLARIS_BASE_URL"]) expect(readme).toContain(`\`${name}\``);
    expect(readConfiguration(() => undefined, environment)).toEqual({
        projectId: values.projectId?.[1],
        baseUrl: "https://other.eu-west-1.aws.api.imply.io",
        apiKey: "pok_two",
        requestTimeoutMs: 7_000,
    });
});
