import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { readConfiguration } from "../../provider/config";
import { jobEffects } from "../../provider/streaming-job/impact";
import manifest from "../../package.json";
import { repository } from "../support/project";

const read = (file: string) => readFileSync(path.join(repository, file), "utf8");
const readme = read("README.md");

/** The anchors that a page's headings make, as GitHub does. */
const anchorsOf = (page: string) =>
    [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
        title
            .toLowerCase()
            .replace(/[^\w\- ]/g, "")
            .replaceAll(" ", "-"),
    );

test.each(["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/properties.md"])(
    "the links of %s lead somewhere",
    (file) => {
        const links = [...read(file).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = ""]) => link);
        const broken = links.filter((link) => {
            const [target = "", anchor] = link.split("#");
            const page = path.join(path.dirname(file), target === "" ? path.basename(file) : target);
            if (!existsSync(path.join(repository, page))) return true;
            return anchor !== undefined && !anchorsOf(read(page)).includes(anchor);
        });
        expect(broken).toEqual([]);
    },
);

test("the README shows every screen", () => {
    const screens = readdirSync(path.join(repository, "docs/screens"));
    expect(screens).not.toHaveLength(0);
    for (const name of screens) expect(readme).toContain(`](docs/screens/${name})`);
});

test("the README's programs are right TypeScript, with the real SDK of AWS", () => {
    const blocks = [...readme.matchAll(/^```typescript\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
    expect(blocks).not.toHaveLength(0);
    const options: ts.CompilerOptions = {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.Node16,
        moduleResolution: ts.ModuleResolutionKind.Node16,
        strict: true,
        skipLibCheck: true,
        noEmit: true,
        types: ["node"],
        paths: { "pulumi-imply-polaris": [path.join(repository, "provider/index.ts")] },
    };
    const programs = new Map(blocks.map((text, index) => [path.join(repository, `readme-${index}.ts`), text]));
    const host = ts.createCompilerHost(options);
    const [readFile, fileExists] = [host.readFile.bind(host), host.fileExists.bind(host)];
    host.readFile = (file) => programs.get(file) ?? readFile(file);
    host.fileExists = (file) => programs.has(file) || fileExists(file);
    const program = ts.createProgram([...programs.keys()], options, host);
    const complaints = [...programs.keys()].flatMap((file) => [
        ...program.getSyntacticDiagnostics(program.getSourceFile(file)),
        ...program.getSemanticDiagnostics(program.getSourceFile(file)),
    ]);
    expect(complaints.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
});

test("the README's preview says what previews say", () => {
    const connection = { name: "orders", topicName: "orders" };
    const declaration = () => ({ olds: connection, inputs: connection });
    const job = { jobId: "a-job", source: { connectionName: "orders" } };
    const [note = ""] = jobEffects(job, job, { changed: ["mappings"], replaces: [], declaration });
    expect(readme).toContain(`    StreamingJob "orders": ${note}\n`);
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

test("CONTRIBUTING names each run-time dependency, each folder of the provider, and scripts that are there", () => {
    const contributing = read("CONTRIBUTING.md");
    for (const name of Object.keys(manifest.dependencies))
        expect(contributing).toMatch(new RegExp(`^\\| \`${name}\``, "m"));
    const entries = readdirSync(path.join(repository, "provider"), { withFileTypes: true });
    for (const { name } of entries.filter((entry) => entry.isDirectory())) {
        expect(contributing).toContain(`\`provider/${name}/\``);
    }
    const scripts = [...`${readme}${contributing}`.matchAll(/npm (?:run ([\w:]+)|test)\b/g)];
    expect(scripts).not.toHaveLength(0);
    for (const [, script = "test"] of scripts) expect(Object.keys(manifest.scripts)).toContain(script);
});
