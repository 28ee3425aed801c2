import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { findObjects } from "../../provider/import/connect";
import { matchDeclared } from "../../provider/import/match";
import { writeProgram } from "../../provider/import/program";
import type { OutputFile } from "../../provider/import/text-files";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { evaluate } from "../support/evaluate-program";
import { samples } from "../support/connections";
import { ProviderProcess, linesTold, shortenWaits, type Noun } from "../support/handler";
import { fuzzRuns, fuzzTimeoutMs, secretVariables } from "../support/handler-arguments";
import { anyProject, fill, type RandomProject } from "../support/import-project";
import { repository } from "../support/project";
import { newRequests } from "../support/seen";

let emulator: EmulatorUnderTest;

linesTold();
shortenWaits();

beforeAll(async () => {
    Object.assign(process.env, secretVariables);
    emulator = await startTestEmulator({ transitionMs: 0 });
});
afterAll(() => emulator.close());

/** The programs of all runs, to be checked at once. */
const programs: (readonly OutputFile[])[] = [];

const settings = () =>
    new Map([
        ["polaris:projectId", emulator.projectId],
        ["polaris:baseUrl", emulator.url],
        ["polaris:apiKey", emulator.apiKey],
    ]);

const silent = () => undefined;

async function roundTrip(project: RandomProject, isSplit: boolean, tables: boolean): Promise<void> {
    await fill(emulator, project);
    await newRequests(emulator);
    const { items, leftOut } = await findObjects(settings(), { only: [], exclude: [], tables }, silent);
    const jobCount = project.jobs.length;
    const kafkaNames = new Set([...project.connections.map(({ name }) => name), "orders-source", "returns-source"]);
    const own = leftOut.filter(({ object }) => object !== undefined && (tables || object[0] !== "Table"));
    expect(own).toEqual([]);
    // Besides them there are a registry for jobs and a connection of each other type.
    const others = 1 + samples.length;
    expect(items).toHaveLength(kafkaNames.size + jobCount * (tables ? 2 : 1) + others);

    const style = { protect: true, isSplit, secrets: "env", main: "index" } as const;
    const { files, modules, secrets } = writeProgram(items, style, () => false);
    programs.push(files);
    const main = { name: "index.ts", text: modules.map((name) => `import "./${name}";\n`).join("") };
    for (const { name, hidden } of secrets) process.env[name] = hidden.placeholder;
    const declared = evaluate(isSplit ? [...files, main] : files);
    expect(declared).toHaveLength(items.length);

    const engine = await ProviderProcess.start(emulator);
    const plans = await Promise.all(
        declared.map(async ({ noun, name, args }) => {
            const { problems, inputs } = await engine.resource(noun as Noun).preview(args);
            expect({ name, problems }).toEqual({ name, problems: [] });
            return { noun, name, args, inputs };
        }),
    );
    const creates = plans.map(({ noun, name }) => ({
        urn: `${noun}::${name}`,
        type: `pulumi-nodejs:dynamic/polaris:${noun}`,
        custom: true,
    }));
    const inputs = new Map(plans.map((plan) => [`${plan.noun}::${plan.name}`, plan.inputs]));
    const { matches, missing } = await matchDeclared({ creates, inputs }, items, emulator.projectId, () => []);
    expect(missing).toEqual([]);
    for (const { item, state, differing } of matches) {
        const plan = plans.find(({ name, noun }) => name === item.id && noun === item.noun.noun);
        expect(differing).toEqual([]);
        const { inputs: own = {}, outputs = {} } = state as { inputs?: object; outputs?: object };
        const held = { id: item.id, inputs: { ...own }, outputs: { ...outputs }, failed: false };
        const resource = (await ProviderProcess.start(emulator)).resource(item.noun.noun as Noun, held);
        expect((await resource.preview(plan?.args ?? {})).step).toBe("same");
        expect(await resource.refresh()).toEqual({ step: "read" });
        expect(resource.state?.inputs).toEqual({ ...own, __provider: expect.anything() as unknown });
        expect(resource.state?.outputs).toEqual({ ...outputs, __provider: expect.anything() as unknown });
        expect((await resource.preview(plan?.args ?? {})).step).toBe("same");
    }
    expect((await newRequests(emulator)).filter(({ method }) => method !== "GET")).toEqual([]);
}

const usualRuns = 15;

test(
    "the program and the state of any project mean what the project has, and a refresh changes neither",
    async () => {
        await fc.assert(
            fc.asyncProperty(
                anyProject(4),
                fc.boolean(),
                fc.boolean(),
                fc.constantFrom("sent", "filled"),
                async (project, isSplit, tables, fills) => {
                    await emulator.control("POST", "rules", { isAggregationInSpec: fills });
                    await roundTrip(project, isSplit, tables);
                },
            ),
            {
                numRuns: fuzzRuns(usualRuns),
                plugins: [fc.beforeEach(() => emulator.control("POST", "reset").then(silent))],
            },
        );
    },
    fuzzTimeoutMs(usualRuns),
);

test("these programs have correct types under strict, and Prettier leaves them as they are", () => {
    expect(programs.length).toBeGreaterThan(5);
    const folder = mkdtempSync(path.join(repository, "test/contract/polaris-programs-"));
    try {
        const sources = programs.flatMap((files, index) => {
            const place = path.join(folder, String(index));
            mkdirSync(place);
            return files.map(({ name, text }) => {
                writeFileSync(path.join(place, name), text);
                return path.join(place, name);
            });
        });
        const program = ts.createProgram(
            sources.filter((file) => file.endsWith(".ts")),
            {
                target: ts.ScriptTarget.ES2022,
                module: ts.ModuleKind.Node16,
                moduleResolution: ts.ModuleResolutionKind.Node16,
                strict: true,
                skipLibCheck: true,
                noEmit: true,
                types: ["node"],
                paths: { "pulumi-imply-polaris": [path.join(repository, "provider/index.ts")] },
            },
        );
        const complaints = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
            return `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
        });
        expect(complaints.filter((one) => one.startsWith(folder))).toEqual([]);
        const prettier = path.join(repository, "node_modules/prettier/bin/prettier.cjs");
        const flags = ["--no-config", "--tab-width=4", "--print-width=120", "--list-different", `${folder}/**/*.ts`];
        expect(execFileSync(process.execPath, [prettier, ...flags], { encoding: "utf8" })).toBe("");
    } finally {
        rmSync(folder, { recursive: true });
    }
});
