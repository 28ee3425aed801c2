import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { callOf, newRequests, plannedIn, writesIn } from "../support/seen";
import { changes } from "../support/summary";

// Each test runs pulumi six to ten times.
jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;

beforeEach(async () => {
    emulator = await startTestEmulator();
});
afterEach(() => emulator.close());

const program = `
const connection = new polaris.KafkaConnection("orders-kafka", { ...connectionFixture, ...args.connection });
new polaris.StreamingJob("orders", {
    ...jobFixture(args.table ?? "orders", connection.name),
    ...(args.time && { mappings: [{ columnName: "__time", expression: args.time }] }),
    ...args.job,
});
`;

/** What a command says of the resources in words, each time that it says it: all its messages but a job's progress. */
function notesIn({ text }: { text: string }): string[] {
    const listed = text.slice(text.lastIndexOf("\nDiagnostics:"));
    return [...listed.matchAll(/^ +((?:KafkaConnection|StreamingJob) ".*)$/gm)]
        .map(([, note = ""]) => note)
        .filter((note) => !/^StreamingJob "orders": job \S+ is \w+$/.test(note));
}

/** Previews the program with these arguments: the plan in the CLI's own words, and the notes. */
async function planned(stack: Stack, args: object): Promise<{ plan: string[]; notes: string[] }> {
    stack.args(args);
    const preview = await stack.preview();
    // A replacement is shown three times: as such, and as the two steps that it takes.
    const plan = plannedIn(preview).filter((line) => !/^(\+\+|--) /.test(line));
    return { plan, notes: notesIn(preview) };
}

const swap = (what: string) =>
    `StreamingJob "orders": ${what}: the running job is swapped for a new one that continues at its offsets`;

test("a preview sends no request, shows what changes and nothing else, and says in words what that does to running ingestion, once for each resource", async () => {
    await withStack({ program, env: envOf(emulator) }, async (stack) => {
        expect(await planned(stack, {})).toEqual({
            plan: ["+ KafkaConnection orders-kafka create", "+ StreamingJob orders create"],
            notes: [
                expect.stringMatching(/^StreamingJob "orders": starts a job that begins at readFromPoint /) as string,
            ],
        });
        await stack.up();
        await newRequests(emulator);

        expect(await planned(stack, { connection: { description: "Where orders are" } })).toEqual({
            plan: ["~ KafkaConnection orders-kafka update [diff: +description]"],
            notes: ['KafkaConnection "orders-kafka": updates description in place, which running jobs do not notice'],
        });
        expect(await planned(stack, { time: 'TIME_PARSE(UPPER("at"))' })).toEqual({
            plan: ["~ StreamingJob orders update [diff: ~mappings]"],
            notes: [swap("mappings changes")],
        });
        expect(await planned(stack, { job: { desiredExecutionStatus: "suspended" } })).toEqual({
            plan: ["~ StreamingJob orders update [diff: +desiredExecutionStatus]"],
            notes: ['StreamingJob "orders": the job is suspended: ingestion stops, offsets are kept'],
        });
        expect(await planned(stack, { table: "orders-2" })).toEqual({
            plan: ["+- StreamingJob orders replace [diff: ~target]"],
            notes: [
                'StreamingJob "orders": the table changes: starts a job on the new table (refused if it has one), then ends the one on "orders", which it leaves as it is; the new job begins at readFromPoint, unless its table has read the topic before',
            ],
        });
        expect(await planned(stack, { job: { readFromPoint: "earliest" } })).toEqual({
            plan: ["~ StreamingJob orders update [diff: +readFromPoint]"],
            notes: [
                `${swap("readFromPoint changes")}; readFromPoint has no effect on a topic that this table has read before (resetTrigger reads it again)`,
            ],
        });
        expect(await planned(stack, { connection: { name: "orders-msk" } })).toEqual({
            plan: [
                "+- KafkaConnection orders-kafka replace [diff: ~name]",
                "~ StreamingJob orders update [diff: ~source]",
            ],
            notes: [
                'KafkaConnection "orders-kafka": the name changes: creates a connection of the new name (refused if there is one), swaps jobs that take connection.name to it, then deletes the old one; the delete is refused while a job still reads it (as by a literal connectionName)',
                expect.stringMatching(
                    /^StreamingJob "orders": source changes: the running job is swapped for a new one/,
                ),
            ],
        });
        expect(await planned(stack, {})).toEqual({ plan: [], notes: [] });
        expect(await newRequests(emulator)).toEqual([]);

        // A refresh looks at each resource, and has nothing to say of what it finds unchanged.
        expect(notesIn(await stack.preview(["--refresh"]))).toEqual([]);
        const looks = await newRequests(emulator);
        expect(writesIn(looks)).toEqual([]);
        expect(looks.map(callOf).sort()).toEqual(["GET /connections/orders-kafka", "GET /jobs/…"]);
    });
});

test("what a preview has announced is what happens, and a preview after it announces nothing", async () => {
    await withStack(
        { program, args: { job: { desiredExecutionStatus: "suspended" } }, env: envOf(emulator) },
        async (stack) => {
            expect(notesIn(await stack.up())).toEqual([]);
            const resuming = await planned(stack, {});
            expect(resuming.notes).toEqual(['StreamingJob "orders": the job is resumed at its offsets']);
            await newRequests(emulator);
            const resumed = await stack.up();
            expect(notesIn(resumed)).toEqual(resuming.notes);
            expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs/…/status"]);

            const described = await planned(stack, { connection: { description: "Where orders are" } });
            expect(described.plan).toHaveLength(1);
            expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 2 });
            expect(writesIn(await newRequests(emulator))).toEqual(["PATCH /connections/orders-kafka"]);
            expect(await planned(stack, { connection: { description: "Where orders are" } })).toEqual({
                plan: [],
                notes: [],
            });
            expect(notesIn(await stack.destroy())).toEqual([]);
        },
    );
});
