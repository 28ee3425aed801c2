import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { repository } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import {
    connectionIn,
    expectSettled,
    held,
    jobsOn,
    liveJobOn,
    newRequests,
    writesIn,
    type SeenRequest,
} from "../support/seen";
import { nameOf, type ResourceState } from "../support/summary";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);

const folder = path.join(repository, "test/fixtures/state-0.1.0");
const read = (file: string) => readFileSync(path.join(folder, file), "utf8");
const { projectIds, apiKeys, env } = JSON.parse(read("settings.json")) as {
    projectIds: [string, string];
    apiKeys: [string, string];
    env: Record<string, string>;
};

interface Args {
    eu: { baseUrl: string };
    connections: { clicks: { secrets: { password: string } }; devices: { description: string } };
    jobs: { orders: { mappings: { columnName: string; expression: string }[] } };
}

/** All that a failure of 0.1.0 left unfinished; everything else is as declared. */
const isUnfinished = (name: string) => name.startsWith("half-");
const unfinished = {
    connections: ["half-patched", "half-posted", "half-unposted", "half-untested"],
    jobs: ["half-failed", "half-pending", "half-started", "half-suspended", "half-swapped", "half-unstarted"],
};

/** A stack in the state that 0.1.0 left, and the API as it was at that moment, at another address. */
async function withReleasedState(
    use: (stack: Stack, emulator: EmulatorUnderTest, args: Args) => Promise<void>,
): Promise<void> {
    const temporary = mkdtempSync(path.join(tmpdir(), "polaris-released-"));
    const dataFile = path.join(temporary, "emulator.json");
    writeFileSync(dataFile, read("emulator.json"));
    const emulator = await startTestEmulator({ dataFile, projectId: projectIds, apiKey: apiKeys, transitionMs: 50 });
    try {
        const { baseUrl } = (JSON.parse(read("program/args.json")) as Args).eu;
        const readHere = (file: string) => read(file).replaceAll(baseUrl, emulator.url);
        const args = JSON.parse(readHere("program/args.json")) as Args;
        const config = {
            "polaris:projectId": projectIds[0],
            "polaris:baseUrl": emulator.url,
            "polaris:apiKey": { secret: apiKeys[0] },
        };
        const files = { "index.js": read("program/index.js") };
        await withStack({ name: "released", files, args, config, env }, async (stack) => {
            await stack.importText(readHere("state.json"));
            await use(stack, emulator, args);
        });
    } finally {
        await emulator.close();
        rmSync(temporary, { recursive: true });
    }
}

/** What a preview plans, but for what stays as it is. */
const planOf = async (stack: Stack) =>
    (await stack.steps())
        .filter(({ op }) => op !== "same")
        .map(({ op, name }) => `${op} ${name}`)
        .sort();

/** The connections and tables that writes are about. */
async function writtenBy(requests: readonly SeenRequest[], emulator: EmulatorUnderTest): Promise<string[]> {
    const jobs = (await Promise.all(projectIds.map((id) => held(emulator, id)))).flatMap((project) => project.jobs);
    const subjects = requests
        .filter(({ method }) => method !== "GET")
        .map(({ path: called, body }) => {
            const [, family, key = ""] = /\/(connections|jobs)(?:\/([^/?]+))?/.exec(called) ?? [];
            if (family === "connections") return key === "" ? (body as { name: string }).name : key;
            if (key === "") return (body as { target: { tableName: string } }).target.tableName;
            return jobs.find(({ id }) => id === key)?.tableName ?? key;
        });
    return [...new Set(subjects)].sort();
}

const isLive = ({ executionStatus }: { executionStatus: string }) =>
    !["completed", "canceled", "failed"].includes(executionStatus);

/** The connections and live jobs that no failure left unfinished, without what a running job counts. */
async function settledObjects(emulator: EmulatorUnderTest) {
    const projects = await Promise.all(projectIds.map((id) => held(emulator, id)));
    return projects.map(({ connections, jobs }) => ({
        connections: connections.filter(({ name }) => !isUnfinished(name)),
        jobs: jobs
            .filter((job) => !isUnfinished(job.tableName) && isLive(job))
            .map(({ id, tableName, spec, executionStatus }) => ({ id, tableName, spec, executionStatus })),
    }));
}

/** What the state says of the resources that no failure left unfinished, secrets in plain. */
async function settledState(stack: Stack) {
    const { deployment } = JSON.parse(await stack.exportText({ showSecrets: true })) as {
        deployment: { resources: ResourceState[] };
    };
    return deployment.resources
        .filter(({ type, urn }) => !type.startsWith("pulumi:") && !isUnfinished(nameOf(urn)))
        .map(({ urn, id, inputs, outputs }) => ({ urn, id, inputs, outputs }));
}

/** Fingerprints of what no response of the API carries. */
const credentialsIn = (emulator: EmulatorUnderTest) => async (name: string) => {
    const fingerprints = Object.values((await connectionIn(emulator, name))?.credentials ?? {});
    expect(fingerprints).not.toEqual([]);
    return fingerprints.map(({ fingerprint }) => fingerprint).sort();
};

async function expectCompleted(stack: Stack, emulator: EmulatorUnderTest) {
    for (const name of unfinished.connections) {
        const connection = await connectionIn(emulator, name);
        expect(stack.resource(name)?.outputs?.submittedOnTimestamp).toBe(connection!.submittedOnTimestamp);
    }
    for (const table of unfinished.jobs) {
        const job = await liveJobOn(emulator, table);
        expect(job.executionStatus).toBe(table === "half-suspended" ? "suspended" : "running");
        expect(stack.resource(table)?.outputs?.jobId).toBe(job.id);
    }
    for (const { outputs } of stack.resources()) {
        expect(outputs).not.toHaveProperty("unfinished");
        expect(outputs).not.toHaveProperty("unconfirmed");
    }
}

async function expectNothingLeft(stack: Stack, emulator: EmulatorUnderTest) {
    for (const id of projectIds) {
        const { connections, jobs } = await held(emulator, id);
        expect(connections).toEqual([]);
        expect(jobs.filter(isLive)).toEqual([]);
    }
    expect(stack.resources()).toEqual([]);
}

const unfinishedNames = [...unfinished.connections, ...unfinished.jobs];

test("the unchanged program plans and does nothing but to complete what failures left; edits then reach just what they are about", async () => {
    await withReleasedState(async (stack, emulator, args) => {
        expect(await planOf(stack)).toEqual(unfinishedNames.map((name) => `update ${name}`).sort());
        expect(await newRequests(emulator)).toEqual([]);

        const before = await settledObjects(emulator);
        const posted = await connectionIn(emulator, "half-posted");
        const jobIdOn = async (table: string) => (await liveJobOn(emulator, table)).id;
        const live = ["half-pending", "half-started", "half-suspended", "half-swapped"];
        const jobIds = await Promise.all(live.map(jobIdOn));
        await stack.up();

        const requests = await newRequests(emulator);
        const written = await writtenBy(requests, emulator);
        expect(written.filter((name) => !isUnfinished(name))).toEqual([]);
        expect(await settledObjects(emulator)).toEqual(before);
        expect(writesIn(requests)).toContain("POST /connections/half-untested/test");
        expect(await connectionIn(emulator, "half-posted")).toMatchObject({
            submittedOnTimestamp: posted?.submittedOnTimestamp,
        });
        expect(await connectionIn(emulator, "half-patched")).toMatchObject({ properties: { description: "after" } });
        expect(await Promise.all(live.map(jobIdOn))).toEqual(jobIds);
        expect(await jobsOn(emulator, "half-swapped")).toMatchObject([
            { executionStatus: "canceled" },
            { executionStatus: "running", spec: { filterExpression: '"amount" > 0' } },
        ]);
        await expectCompleted(stack, emulator);
        await expectSettled(stack);

        await newRequests(emulator);
        args.jobs.orders.mappings.at(-1)!.expression = '"amount" * 100';
        stack.args(args);
        expect(await planOf(stack)).toEqual(["update orders"]);
        const replaced = await jobIdOn("orders");
        await stack.up();
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs"]);
        expect(await jobsOn(emulator, "orders")).toMatchObject([
            { id: replaced, executionStatus: "canceled" },
            { executionStatus: "running", spec: { filterExpression: `"amount" > 0 AND "customer" <> 'test'` } },
        ]);

        const [clicks, events, devices] = await Promise.all(
            ["clicks", "events", "devices"].map(credentialsIn(emulator)),
        );
        args.connections.clicks.secrets.password = "rotated-clicks-secret";
        args.connections.devices.description = "Mutual TLS, edited";
        stack.args(args);
        stack.env.EVENTS_PASSWORD = "rotated-events-secret";
        expect(await planOf(stack)).toEqual(["update clicks", "update devices", "update events"]);
        await stack.up();
        const patches = writesIn(await newRequests(emulator)).filter((call) => call.startsWith("PATCH"));
        expect(patches.sort()).toEqual(["clicks", "devices", "events"].map((name) => `PATCH /connections/${name}`));
        expect(await credentialsIn(emulator)("clicks")).not.toEqual(clicks);
        expect(await credentialsIn(emulator)("events")).not.toEqual(events);
        expect(await credentialsIn(emulator)("devices")).toEqual(devices);
        await expectSettled(stack);

        await stack.destroy();
        await expectNothingLeft(stack, emulator);
    });
});

test("a refresh finds nothing new but in what failures left, and up then completes that", async () => {
    await withReleasedState(async (stack, emulator) => {
        const before = await settledObjects(emulator);
        const known = await settledState(stack);
        await stack.refresh();
        expect(await settledState(stack)).toEqual(known);
        expect((await planOf(stack)).filter((step) => !/ half-/.test(step))).toEqual([]);
        await newRequests(emulator);
        await stack.up();
        const written = await writtenBy(await newRequests(emulator), emulator);
        expect(written.filter((name) => !isUnfinished(name))).toEqual([]);
        expect(await settledObjects(emulator)).toEqual(before);
        await expectCompleted(stack, emulator);
        await expectSettled(stack);
    });
});

test("a destroy without anything before it leaves nothing", async () => {
    await withReleasedState(async (stack, emulator) => {
        await stack.destroy();
        await expectNothingLeft(stack, emulator);
    });
});
