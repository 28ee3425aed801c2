import type { CommandResult } from "../support/command";
import { basic, kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { fleet, iam } from "../support/fixtures";
import { each, inventory, liveJobIds, recorded } from "../support/fleet";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import {
    callOf,
    connectionIn,
    errorsIn,
    expectSettled,
    failuresIn,
    jobsOn,
    newRequests,
    plannedIn,
    writesIn,
} from "../support/seen";
import { expectNoChanges } from "../support/summary";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);

const somebodyElse = "pok_of-somebody-else";
const other = { authorization: basic(somebodyElse) };
const creator = "created by api-key-pok_\\S+ on \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z";
const theirJob: unknown = expect.stringMatching(`^it is a job ${creator}, which reads the connection "source"$`);
const elsewhere =
    "from another stack: `pulumi state move`; tainted: `pulumi state untaint`; under `--replace`: run `pulumi up` without it; left by an interrupted `pulumi up`: adopt: true";
const sortedFailures = (...results: CommandResult[]) =>
    results.flatMap(failuresIn).sort((a, b) => (a.sentence < b.sentence ? -1 : 1));

let emulator: EmulatorUnderTest;
let env: Record<string, string | undefined>;

const theirs = {
    connection: (name: string, more = {}) => emulator.api("POST", "/connections", kafka(name, more), other),
    job: async (table: string, more = {}) =>
        (await emulator.api("POST", "/jobs", streaming(table, "source", more), other)).json.id as string,
};

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-program", somebodyElse], transitionMs: 50 });
    env = envOf(emulator);
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await theirs.connection("source");
});
afterAll(() => emulator.close());

test("a connection of that name is refused with its maker and time; adopt: true takes it over, writing only what differs or cannot be compared, and is inert afterwards", async () => {
    await theirs.connection("same", { secrets: iam });
    await theirs.connection("differs", { secrets: iam, description: "theirs" });
    await theirs.connection("hidden");
    const s3 = { type: "s3", name: "bucket", awsEndpoint: "s3.us-east-1.amazonaws.com", bucket: "b" };
    await emulator.api("POST", "/connections", { ...s3, awsAssumedRoleArn: iam.awsAssumedRoleArn }, other);
    const wanted = { same: { secrets: iam }, differs: { secrets: iam }, hidden: {}, bucket: {} };
    const withAdopt = (names: string[], adopt?: boolean) => ({
        connections: Object.fromEntries(
            Object.entries(wanted)
                .filter(([name]) => names.includes(name))
                .map(([name, members]) => [name, { ...members, ...(adopt !== undefined && { adopt }) }]),
        ),
    });
    const all = Object.keys(wanted);
    const kafkas = ["differs", "hidden", "same"];
    await withStack({ program: fleet, args: withAdopt(all), env }, async (stack) => {
        await newRequests(emulator);
        const bucketRefused = {
            sentence:
                'KafkaConnection "bucket": create failed: a connection of that name exists already; choose another name, as its type cannot be changed.',
            code: "PolarisConnectionExists",
            details: [expect.stringMatching(`^it is of type s3, ${creator}$`)],
        };
        const kafkaRefused = (name: string) => ({
            sentence: `KafkaConnection "${name}": create failed: a connection of that name exists already; if this resource was renamed or moved, give it \`aliases\`; else choose another name, or set adopt: true to take it over.`,
            code: "PolarisConnectionExists",
            details: [expect.stringMatching(`^it is of type kafka, ${creator}$`), elsewhere],
        });
        const refused = sortedFailures(await stack.upFails(["--continue-on-error"]));
        expect(refused).toEqual([bucketRefused, ...kafkas.map(kafkaRefused)]);
        expect(writesIn(await newRequests(emulator)).filter((call) => call !== "POST /connections")).toEqual([]);
        expect(recorded(stack).connections).toEqual([]);

        stack.args(withAdopt(all, true));
        expect(failuresIn(await stack.upFails(["--continue-on-error"]))).toEqual([bucketRefused]);
        const writes = writesIn(await newRequests(emulator)).filter((call) => call !== "POST /connections");
        expect(writes.sort()).toEqual(["PATCH /connections/differs", "PATCH /connections/hidden"]);
        expect(recorded(stack).connections).toEqual(kafkas);
        expect((await connectionIn(emulator, "differs"))?.properties).toMatchObject({
            description: null,
            secrets: iam,
        });

        stack.args(withAdopt(kafkas, true));
        await expectSettled(stack);
        stack.args(withAdopt(kafkas));
        await newRequests(emulator);
        await stack.up();
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        await expectSettled(stack);
        await stack.destroy();
        expect((await inventory(emulator)).connections).toEqual(["bucket", "source"]);
    });
});

test("the preview of an adoption says what up will find and do, writes nothing and succeeds; up does that and says it once", async () => {
    await theirs.connection("orders", { description: "theirs" });
    const id = await theirs.job("sales");
    const args = {
        connections: { orders: { adopt: true }, fresh: { adopt: true } },
        jobs: { sales: { adopt: true, filterExpression: "\"at\" <> ''" } },
    };
    const created = "created by api-key-pok_\\S+ on \\S+Z";
    const expected = [
        `KafkaConnection "fresh": there is no connection of that name to adopt: creates it$`,
        `KafkaConnection "orders": adopts the connection ${created}: updates description; sets secrets\\.password again, as it cannot be compared$`,
        `StreamingJob "sales": adopts the streaming job ${id}, ${created}, which reads the connection "source": swaps it, as it differs in filterExpression, for a new one that continues at its offsets if the connection reads the same topic, and begins another topic at readFromPoint$`,
    ];
    const adoptions = ({ text }: { text: string }) =>
        [
            ...text
                .slice(text.lastIndexOf("\nDiagnostics:"))
                .matchAll(/^ *((?:KafkaConnection|StreamingJob) ".*adopts? .*|.*to adopt: .*)$/gm),
        ]
            .map(([, line = ""]) => line)
            .sort();
    await withStack({ program: fleet, args, env }, async (stack) => {
        await newRequests(emulator);
        expect(adoptions(await stack.preview())).toEqual(expected.map((line): unknown => expect.stringMatching(line)));
        const requests = await newRequests(emulator);
        expect(writesIn(requests)).toEqual([]);
        expect(requests.map(callOf).sort()).toEqual([
            "GET /connections",
            "GET /connections/fresh",
            "GET /connections/orders",
            "GET /jobs",
            "GET /jobs/…",
        ]);
        expect(recorded(stack)).toMatchObject({ connections: [], jobs: [] });
        expect(adoptions(await stack.up())).toEqual(expected.map((line): unknown => expect.stringMatching(line)));
        await newRequests(emulator);
        await expectNoChanges(stack);
        expect(await newRequests(emulator)).toEqual([]);
    });
});

test("a live job on the table is refused with its id, maker and source; adopt: true takes an identical one as it is and hot-swaps a different one", async () => {
    const same = await theirs.job("same");
    const differs = await theirs.job("differs", { filterExpression: "TRUE" });
    await withStack({ program: fleet, args: { jobs: each(["same", "differs"]) }, env }, async (stack) => {
        const refused = (table: string, id: string) => ({
            sentence: `StreamingJob "${table}": create failed: the table is fed by the streaming job ${id}; if this resource was renamed or moved, give it \`aliases\`; else choose another table, or set adopt: true to take it over.`,
            code: "PolarisTableInUse",
            details: [theirJob, elsewhere],
        });
        expect(sortedFailures(await stack.upFails(["--continue-on-error"]))).toEqual([
            refused("differs", differs),
            refused("same", same),
        ]);
        expect(recorded(stack).jobs).toEqual([]);
        expect(await liveJobIds(emulator)).toEqual({ same, differs });

        await newRequests(emulator);
        stack.args({ jobs: each(["same", "differs"], { adopt: true }) });
        await stack.up();
        const live = await liveJobIds(emulator);
        expect(live.same).toBe(same);
        expect(live.differs).not.toBe(differs);
        expect(recorded(stack).jobIds).toEqual(live);
        const [old, swapped, ...more] = await jobsOn(emulator, "differs");
        expect([old!.executionStatus, swapped!.executionStatus, more]).toEqual(["canceled", "running", []]);
        expect(swapped!.spec).not.toHaveProperty("filterExpression");
        expect(writesIn(await newRequests(emulator))).not.toContain("POST /jobs/…/status");
        await expectSettled(stack);
        stack.args({ jobs: each(["same", "differs"]) });
        await expectNoChanges(stack);
    });
});

test("a job that another user replaced is not overwritten without a refresh; after one the preview shows what differs, and up puts it back", async () => {
    await withStack({ program: fleet, args: { jobs: each(["sales"]) }, env }, async (stack) => {
        await stack.up();
        const own = recorded(stack).jobIds.sales;
        const foreign = await theirs.job("sales", { filterExpression: "TRUE", replaceRunning: true });
        expect(await liveJobIds(emulator)).toEqual({ sales: foreign });

        stack.args({ jobs: each(["sales"], { readFromPoint: "earliest" }) });
        expect(failuresIn(await stack.upFails())).toEqual([
            {
                sentence: `StreamingJob "sales": update failed: the table is fed by the streaming job ${foreign}, and not by this resource's job ${String(own)} any more; run \`pulumi refresh\` to see the differences, then \`pulumi up\` again to put them back.`,
                code: "PolarisJobChanged",
                details: [theirJob],
            },
        ]);
        expect(await liveJobIds(emulator)).toEqual({ sales: foreign });
        expect(recorded(stack).jobIds).toEqual({ sales: own });

        stack.args({ jobs: each(["sales"]) });
        await stack.refresh();
        expect(plannedIn(await stack.preview())).toEqual(["~ StreamingJob sales update [diff: -filterExpression]"]);
        await stack.up();
        const live = await liveJobIds(emulator);
        expect([own, foreign]).not.toContain(live.sales);
        expect(recorded(stack).jobIds).toEqual(live);
        expect((await jobsOn(emulator, "sales")).at(-1)!.spec).not.toHaveProperty("filterExpression");
        await expectSettled(stack);
    });
});

test("of two programs that declare the same connection and table at the same time one wins each, the other is refused, and nothing flaps", async () => {
    const args = { connections: each(["orders"]), jobs: each(["sales"]) };
    await withStack({ program: fleet, args, env }, (first) =>
        withStack({ program: fleet, args, env }, async (second) => {
            const runs = () =>
                Promise.all(
                    [first, second].map((stack) =>
                        stack.run([
                            "up",
                            "--yes",
                            "--skip-preview",
                            "--non-interactive",
                            "--continue-on-error",
                            "--stack",
                            "dev",
                        ]),
                    ),
                );
            const expectOneEach = async (results: Awaited<ReturnType<typeof runs>>) => {
                expect(sortedFailures(...results)).toEqual([
                    {
                        sentence: expect.stringContaining(
                            'KafkaConnection "orders": create failed: a connection of that name exists already; ',
                        ) as unknown,
                        code: "PolarisConnectionExists",
                        details: [expect.stringMatching(`^it is of type kafka, ${creator}$`), elsewhere],
                    },
                    {
                        sentence: expect.stringMatching(
                            /^StreamingJob "sales": create failed: the table is fed by the streaming job \S+; /,
                        ) as unknown,
                        code: "PolarisTableInUse",
                        details: [theirJob, elsewhere],
                    },
                ]);
                expect(await inventory(emulator)).toEqual({ connections: ["orders", "source"], jobs: ["sales"] });
                expect(await jobsOn(emulator, "sales")).toHaveLength(1);
                const states = [recorded(first), recorded(second)];
                expect(states.flatMap(({ connections }) => connections)).toEqual(["orders"]);
                expect(states.flatMap(({ jobs }) => jobs)).toEqual(["sales"]);
            };
            await expectOneEach(await runs());
            const live = await liveJobIds(emulator);
            await expectOneEach(await runs());
            expect(await liveJobIds(emulator)).toEqual(live);
        }),
    );
});

test("two StreamingJobs of one program on the same table are refused in the preview", async () => {
    const program = `${fleet}
for (const name of ["first", "second"]) new polaris.StreamingJob(name, jobFixture("sales", "source"));`;
    await withStack({ program, env }, async (stack) => {
        await newRequests(emulator);
        const failed = await stack.previewFails();
        expect(errorsIn(failed)).toEqual([
            'error serializing property "target": StreamingJob "second": the table "sales" is fed by StreamingJob "first" of this program already; a table takes one streaming job, so give one of them another table. [PolarisDeclaredTwice]',
        ]);
        expect(await newRequests(emulator)).toEqual([]);
        expect(await inventory(emulator)).toEqual({ connections: ["source"], jobs: [] });
    });
});

test("a connection that another user's live job reads is not destroyed: the job and its table are named, and the state stays", async () => {
    await withStack({ program: fleet, args: { connections: each(["orders"]) }, env }, async (stack) => {
        await stack.up();
        const answer = await emulator.api("POST", "/jobs", streaming("sales", "orders"), other);
        const id = String(answer.json.id);
        expect(errorsIn(await stack.destroyFails())).toEqual([
            `KafkaConnection "orders": delete failed: the streaming job ${id} still reads it into the table "sales"; let the job read another connection (\`connection.name\` if this one is replaced, without deleteBeforeReplace), then run it again; or run \`pulumi state delete\` for this resource, unless its URN has two entries. [PolarisConnectionInUse]`,
        ]);
        expect(recorded(stack).connections).toEqual(["orders"]);
        expect(await inventory(emulator)).toEqual({ connections: ["orders", "source"], jobs: ["sales"] });
        await emulator.api("POST", `/jobs/${id}/status`, { desiredExecutionStatus: "canceled" }, other);
        await stack.destroy();
        expect(await inventory(emulator)).toEqual({ connections: ["source"], jobs: [] });
        expect(recorded(stack).connections).toEqual([]);
    });
});

test("what another user has created in the place of a connection or job is left by a destroy, which says so", async () => {
    const args = { connections: each(["orders"]), jobs: each(["sales"]) };
    await withStack({ program: fleet, args, env }, async (stack) => {
        await stack.up();
        await emulator.api("DELETE", "/connections/orders", undefined, other);
        await theirs.connection("orders");
        const foreign = await theirs.job("sales", { replaceRunning: true });
        const { text } = await stack.destroy();
        expect(text).toMatch(new RegExp(`KafkaConnection "orders": leaves the connection of that name, ${creator}`));
        expect(text).toMatch(
            new RegExp(`StreamingJob "sales": leaves the streaming job ${foreign}, ${creator}, which reads`),
        );
        expect(recorded(stack)).toEqual({ connections: [], jobs: [], jobIds: {} });
        expect(await inventory(emulator)).toEqual({ connections: ["orders", "source"], jobs: ["sales"] });
        expect(await liveJobIds(emulator)).toEqual({ sales: foreign });
    });
});
