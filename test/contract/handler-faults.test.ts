import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { answer, cut, startFaultProxy, type FaultProxy } from "../support/fault-proxy";
import { linesTold, shortenWaits, type Noun } from "../support/handler";
import {
    asStranger,
    expectationOf,
    outcomesOf,
    strangerKey,
    type Row,
    type Step,
    type Trouble,
} from "../support/handler-faults";
import type { Arguments } from "../support/handler-arguments";
import { connection, connectionBody, editedJob, job, jobBody, table } from "../support/pair";

/** Operations that fail, what they leave in state and at the API, and what the user does next. */

const lines = linesTold();
shortenWaits();

let emulator: EmulatorUnderTest;
let proxy: FaultProxy;

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", strangerKey], transitionMs: 0 });
    proxy = await startFaultProxy(emulator.url);
});
afterAll(() => Promise.all([proxy.close(), emulator.close()]));

/** Attempts are repeated after the first, and then not any more: the command would have to wait for too long. */
const repeated = answer(503);
const notRepeated = answer(503, "", { "retry-after": "121" });

const argumentsOf: Record<Noun, Arguments> = { KafkaConnection: connection, StreamingJob: job, Table: table };
const isText = expect.any(String) as string;
const isDoneText = (isDone: boolean) => (isDone ? "carried out" : "not carried out");

/** From the first POST on, nothing gets an answer. */
const silentFromPost = (how: Trouble["how"], isDone: boolean): Trouble[] => [
    { on: /^POST/, how, after: isDone },
    { on: /./, how, since: /^POST/ },
];

const patch = /^PATCH \/connections\/orders$/;
const postOfJob = /^POST \/jobs$/;
const statusOfJob = /^POST \/jobs\/[^/]+\/status$/;
const testOfConnection = /^POST \/connections\/orders\/test$/;

/** A create after which it is not known whether there is an object. */
const lostCreate = (noun: Noun, isDone: boolean, how = notRepeated): Step => {
    const holding = noun === "KafkaConnection" ? "orders" : "running";
    return {
        faults: silentFromPost(how, isDone),
        does: { up: argumentsOf[noun] },
        ends: "PolarisServerError",
        state: { id: noun === "KafkaConnection" ? "orders" : "sales", failed: true, unconfirmed: isText },
        holds: isDone ? [holding] : [],
    };
};

/** The same of a job that takes the place of another. */
const lostSwap = (isDone: boolean, how = notRepeated): Step[] => [
    { does: { up: job }, ends: "create", holds: ["running"] },
    {
        faults: silentFromPost(how, isDone),
        does: { up: editedJob },
        ends: "PolarisServerError",
        state: { id: "sales", failed: true, unconfirmed: isText },
        holds: isDone ? ["canceled", "running"] : ["running"],
    },
];

const editedConnection = { ...connection, topicName: "returns", description: "edited" };
const editedAgain = { ...job, filterExpression: '"country" = 2' };
const destroyed = (...holds: string[]): Step => ({ does: "destroy", ends: "delete", hasState: false, holds });

const lostConnections = (how: Trouble["how"]): Row[] =>
    [true, false].flatMap((isDone) => {
        const after = (title: string, ...steps: Step[]): Row => ({
            title: `a connection's create without an answer, ${isDoneText(isDone)}: ${title}`,
            noun: "KafkaConnection",
            steps: [lostCreate("KafkaConnection", isDone, how), ...steps],
        });
        const writes = isDone ? [] : ["POST /connections"];
        return [
            after("the next up continues", {
                does: { up: connection },
                ends: "update",
                holds: ["orders"],
                sends: writes,
            }),
            after("the next up has other arguments", {
                does: { up: editedConnection },
                ends: "update",
                holds: ["returns"],
                sends: isDone ? ["PATCH /connections/orders"] : writes,
            }),
            after(
                "a refresh settles it",
                { does: "refresh", ends: isDone ? "read" : "gone", hasState: isDone },
                { does: { up: connection }, ends: isDone ? "update" : "create", holds: ["orders"] },
            ),
            after("a destroy leaves nothing", destroyed()),
        ];
    });

const lostJobs = (how: Trouble["how"]): Row[] =>
    [true, false].flatMap((isDone) =>
        (["create", "swap"] as const).flatMap((what) => {
            const isSwap = what === "swap";
            const given = isSwap ? editedJob : job;
            const after = (title: string, ...steps: Step[]): Row => ({
                title: `a job's ${what} without an answer, ${isDoneText(isDone)}: ${title}`,
                noun: "StreamingJob",
                steps: [...(isSwap ? lostSwap(isDone, how) : [lostCreate("StreamingJob", isDone, how)]), ...steps],
            });
            const [before, isGone] = [isSwap ? ["canceled"] : [], !isSwap && !isDone];
            return [
                after("the next up continues", {
                    does: { up: given },
                    ends: "update",
                    holds: [...before, "running"],
                    sends: isDone ? [] : ["POST /jobs"],
                }),
                after("the next up has other arguments", { does: { up: editedAgain }, ends: "update" }),
                after(
                    "a refresh settles it",
                    { does: "refresh", ends: isGone ? "gone" : "read", isKnown: !isGone },
                    { does: { up: given }, ends: isGone ? "create" : isDone ? "same" : "update" },
                ),
                after("a destroy leaves nothing running", destroyed(...before, ...(isDone ? ["canceled"] : []))),
            ];
        }),
    );

/** A create whose object the next `up` finds; then the update fails. */
const foundAndFailed = (knowsUser: boolean): Row[] => {
    const jobChanges: [string, Arguments, RegExp][] = [
        ["spec", { filterExpression: editedJob.filterExpression }, postOfJob],
        ["restartTrigger", { restartTrigger: "1" }, statusOfJob],
        ["status", { desiredExecutionStatus: "suspended" }, statusOfJob],
    ];
    const failures = [
        [503, "PolarisServerError"],
        [403, "PolarisForbidden"],
    ] as const;
    return failures.flatMap(([status, ends]) => {
        const how = answer(status, "", { "retry-after": "121" });
        const found = (title: string, ...steps: Step[]): Row => ({
            title: `a connection that is found, and its update fails with ${status}: ${title}`,
            noun: "KafkaConnection",
            steps: [
                lostCreate("KafkaConnection", true),
                {
                    faults: [{ on: patch, how }],
                    does: { up: editedConnection },
                    ends,
                    isKnown: true,
                    holds: ["orders"],
                },
                ...steps,
            ],
        });
        const foundJob = ([what, change, on]: (typeof jobChanges)[number], title: string, ...steps: Step[]): Row => ({
            title: `a job that is found, and the update of its ${what} fails with ${status}: ${title}`,
            noun: "StreamingJob",
            steps: [
                lostCreate("StreamingJob", true),
                {
                    faults: [{ on, how }],
                    does: { up: { ...job, ...change } },
                    ends,
                    isKnown: true,
                    prints: knowsUser
                        ? undefined
                        : /: assumes that its unanswered attempt started the streaming job \S+, created by api-key-\S+ on \S+Z, which reads the connection "orders"$/m,
                },
                ...steps,
            ],
        });
        const left: Record<string, readonly string[]> = {
            spec: ["POST /jobs"],
            restartTrigger: ["POST /jobs/…/status suspended", "POST /jobs/…/status running"],
            status: ["POST /jobs/…/status suspended"],
        };
        return [
            found("the next up writes it", { does: { up: editedConnection }, ends: "update", holds: ["returns"] }),
            found("the program goes back", { does: { up: connection }, ends: "update", holds: ["orders"] }),
            found("a destroy deletes it", destroyed()),
            ...jobChanges.flatMap((change) => [
                foundJob(change, "the next up does what is left", {
                    does: { up: { ...job, ...change[1] } },
                    ends: "update",
                    holds:
                        change[0] === "spec"
                            ? ["canceled", "running"]
                            : [change[0] === "status" ? "suspended" : "running"],
                    sends: left[change[0]],
                }),
                foundJob(change, "a destroy ends it", destroyed("canceled")),
            ]),
        ];
    });
};

/** Objects that another user has created. */
const ofStranger = (how: Trouble["how"]): Row[] => {
    const another = (method: "/connections" | "/jobs", body: object) => async (api: EmulatorUnderTest) => {
        await api.api("POST", method, body, asStranger);
        // The clocks are compared by whole seconds, and with some slack.
        await api.control("POST", "clock", { advanceMs: 10_000 });
    };
    return [
        {
            title: "a connection that another user creates after a create without an answer, not carried out",
            noun: "KafkaConnection",
            steps: [
                lostCreate("KafkaConnection", false, how),
                {
                    arrange: (api) =>
                        api.api("POST", "/connections", { ...connectionBody, topicName: "theirs" }, asStranger),
                    does: { up: connection },
                    ends: "PolarisConnectionExists",
                    failure: /\n {2}it is of type kafka, created by the stranger on \S+Z/,
                    holds: ["theirs"],
                },
                {
                    ...destroyed("theirs"),
                    prints: /: leaves the connection of that name, created by the stranger on \S+, as it is not this resource's$/,
                },
            ],
        },
        ...[0, 1, 3].flatMap((times): Row[] => [
            {
                title: `a connection that another user has created before, and ${times} attempts that prove nothing`,
                noun: "KafkaConnection",
                steps: [
                    {
                        arrange: another("/connections", connectionBody),
                        faults: [{ on: /^POST \/connections$/, how: repeated, times }],
                        does: { up: connection },
                        ends: "PolarisConnectionExists",
                        failure: /\n {2}it is of type kafka, created by the stranger on \S+Z/,
                        hasState: false,
                        holds: ["orders"],
                        sends: Array.from({ length: times + 1 }, () => "POST /connections"),
                    },
                ],
            },
            {
                title: `a job that another user has started before, and ${times} attempts that prove nothing`,
                noun: "StreamingJob",
                steps: [
                    {
                        arrange: another("/jobs", jobBody),
                        faults: [{ on: postOfJob, how: repeated, times }],
                        does: { up: job },
                        ends: "PolarisTableInUse",
                        failure:
                            /\n {2}it is a job created by the stranger on \S+Z, which reads the connection "orders"/,
                        hasState: false,
                        holds: ["running"],
                    },
                ],
            },
        ]),
    ];
};

const createdConnection: Step = { does: { up: connection }, ends: "create", holds: ["orders"] };
const createdJob: Step = { does: { up: job }, ends: "create", holds: ["running"] };
const returns = { ...connection, topicName: "returns" };
const suspended = { ...job, desiredExecutionStatus: "suspended" };
const tested = { ...connection, testConnection: undefined };
const strict = { ...connection, testConnection: "error" };

const shownConnection = {
    ...connectionBody,
    submittedOnTimestamp: "2026-01-01T00:00:00.000000Z",
    modifiedOnTimestamp: "2026-01-01T00:00:00.000000Z",
};

/** Updates that fail, or lose their answers. */
const updates = (how: Trouble["how"]): Row[] => [
    {
        title: "a connection that is deleted before its PATCH",
        noun: "KafkaConnection",
        steps: [
            createdConnection,
            {
                faults: [{ on: patch, how: answer(404) }],
                does: { up: { ...connection, description: "new" } },
                ends: "PolarisConnectionGone",
                failure:
                    /^KafkaConnection "orders": update failed: the connection does not exist any more; run `pulumi refresh`, then `pulumi up` again to create it\. \[PolarisConnectionGone\]$/,
                state: { failed: false },
            },
        ],
    },
    {
        title: "an adoption whose PATCH is answered with another value",
        noun: "KafkaConnection",
        steps: [
            {
                arrange: (api) => api.api("POST", "/connections", { ...connectionBody, topicName: "theirs" }),
                faults: [{ on: patch, how: answer(200, JSON.stringify({ ...shownConnection, topicName: "theirs" })) }],
                does: { up: { ...connection, adopt: true } },
                ends: "PolarisConnectionNotUpdated",
                failure:
                    /^KafkaConnection "orders": create failed: Imply Polaris accepted the change but shows another topicName; run `pulumi refresh` and `pulumi up` again, or replace the connection under another name\. \[PolarisConnectionNotUpdated\]$/,
                state: { failed: true },
                holds: ["theirs"],
            },
        ],
    },
    ...[true, false].map((isDone): Row => ({
        title: `an adoption whose PATCH gets no answer, ${isDoneText(isDone)}: the next up continues`,
        noun: "KafkaConnection",
        steps: [
            {
                arrange: (api) => api.api("POST", "/connections", { ...connectionBody, topicName: "theirs" }),
                faults: [{ on: patch, how, after: isDone }],
                does: { up: { ...connection, adopt: true } },
                ends: "PolarisServerError",
                state: { failed: true, unfinished: "create" },
                isKnown: true,
            },
            { does: { up: { ...connection, adopt: true } }, ends: "update", holds: ["orders"] },
            destroyed(),
        ],
    })),
    {
        title: "a PATCH that was carried out without an answer, and then the project is gone",
        noun: "KafkaConnection",
        steps: [
            createdConnection,
            {
                faults: [
                    { on: patch, how: cut, after: true, times: 1 },
                    { on: patch, how: answer(404) },
                    { on: /^GET \/connections$/, how: answer(404) },
                ],
                does: { up: returns },
                ends: "PolarisProjectNotFound",
                state: { failed: true, unfinished: "update" },
                holds: ["returns"],
            },
            { does: { up: connection }, ends: "update", holds: ["orders"] },
        ],
    },
    {
        title: "a PATCH that was carried out without an answer: a refresh shows it, and the program goes back",
        noun: "KafkaConnection",
        steps: [
            createdConnection,
            {
                faults: [{ on: patch, how, after: true }],
                does: { up: returns },
                ends: "PolarisServerError",
                state: { failed: true, unfinished: "update" },
                holds: ["returns"],
            },
            { does: "refresh", ends: "read", avoids: /the stranger/ },
            {
                does: { preview: connection },
                ends: "update",
                prints: /the connection was changed since this resource's last recorded write, and secrets cannot be read back: sets secrets\.password again/,
            },
            { does: { up: connection }, ends: "update", avoids: /the stranger/, holds: ["orders"] },
        ],
    },
    ...[403, 302].map((status): Row => ({
        title: `a job's suspension that was carried out without an answer, and then a ${status}: the program goes back`,
        noun: "StreamingJob",
        steps: [
            createdJob,
            {
                faults: [
                    { on: statusOfJob, how: cut, after: true, times: 1 },
                    { on: statusOfJob, how: answer(status) },
                ],
                does: { up: suspended },
                ends: status === 403 ? "PolarisForbidden" : "PolarisRedirected",
                state: { failed: true },
                holds: ["suspended"],
            },
            { does: { up: job }, ends: "update", holds: ["running"] },
        ],
    })),
    {
        title: "a job's suspension that was carried out without an answer: the program goes back",
        noun: "StreamingJob",
        steps: [
            createdJob,
            {
                faults: [{ on: statusOfJob, how, after: true }],
                does: { up: suspended },
                ends: "PolarisServerError",
                state: { failed: true },
                holds: ["suspended"],
            },
            { does: { up: job }, ends: "update", holds: ["running"] },
        ],
    },
    ...[
        {
            title: "the next up resumes and then restarts it",
            trigger: "2",
            wishes: ["running", "suspended", "running"],
        },
        { title: "the program goes back, which resumes it", trigger: "1", wishes: ["running"] },
    ].map(({ title, trigger, wishes }): Row => ({
        title: `a restart whose suspension was carried out without an answer: ${title}`,
        noun: "StreamingJob",
        steps: [
            createdJob,
            { does: { up: { ...job, restartTrigger: "1" } }, ends: "update" },
            {
                faults: [{ on: statusOfJob, how, after: true }],
                does: { up: { ...job, restartTrigger: "2" } },
                ends: "PolarisServerError",
                holds: ["suspended"],
            },
            {
                does: { up: { ...job, restartTrigger: trigger } },
                ends: "update",
                holds: ["running"],
                sends: wishes.map((wish) => `POST /jobs/…/status ${wish}`),
            },
        ],
    })),
    {
        title: "a restart that is forbidden after a failed update was continued, and stays to be done",
        noun: "StreamingJob",
        steps: [
            createdJob,
            ...[how, answer(403)].map((fault, index): Step => ({
                faults: [{ on: statusOfJob, how: fault }],
                does: { up: { ...job, restartTrigger: "1" } },
                ends: index === 0 ? "PolarisServerError" : "PolarisForbidden",
                isKnown: true,
            })),
            {
                does: { up: { ...job, restartTrigger: "1" } },
                ends: "update",
                holds: ["running"],
                sends: ["suspended", "running"].map((wish) => `POST /jobs/…/status ${wish}`),
            },
        ],
    },
    {
        title: "a swap that was never carried out, and its answers prove nothing: a destroy ends the old job",
        noun: "StreamingJob",
        steps: [
            createdJob,
            {
                faults: [{ on: postOfJob, how }],
                does: { up: { ...job, filterExpression: "1 = 1" } },
                ends: "PolarisServerError",
                isKnown: true,
            },
            destroyed("canceled"),
        ],
    },
    {
        title: "a job that is gone before its reset, which stays to be done",
        noun: "StreamingJob",
        steps: [
            { does: { up: { ...job, resetTrigger: "1" } }, ends: "create" },
            {
                faults: [{ on: /^POST \/jobs\/[^/]+\/reset$/, how: answer(404) }],
                does: { up: { ...job, resetTrigger: "2" } },
                ends: "PolarisJobGone",
                failure:
                    /^StreamingJob "sales": update failed: the job \S+ does not exist any more; run `pulumi refresh`, then `pulumi up` again to start another\. \[PolarisJobGone\]$/,
                state: { resetTrigger: "1" },
                isKnown: true,
            },
            { does: { up: { ...job, resetTrigger: "2" } }, ends: "update", sends: ["POST /jobs/…/reset"] },
        ],
    },
];

/** Creates that fail, or get their answers late. */
const creates: Row[] = [
    {
        title: "a create that was carried out without an answer, and then the project is gone",
        noun: "KafkaConnection",
        steps: [
            {
                faults: [
                    { on: /^POST/, how: repeated, after: true, times: 1 },
                    { on: /^GET/, how: answer(404) },
                ],
                does: { up: connection },
                ends: "PolarisProjectNotFound",
                state: { failed: true, unconfirmed: isText },
                holds: ["orders"],
            },
            {
                does: { up: connection },
                ends: "update",
                state: { name: "orders", submittedOnTimestamp: isText },
                isKnown: true,
                holds: ["orders"],
            },
        ],
    },
    {
        title: "a create that would have to wait for longer than a command may",
        noun: "KafkaConnection",
        steps: [
            {
                faults: [{ on: /^POST/, how: notRepeated }],
                does: { up: connection },
                ends: "PolarisServerError",
                failure: /answered 503 Service Unavailable to POST \/connections;/,
                state: { failed: true },
                sends: ["POST /connections"],
            },
            { does: { up: connection }, ends: "update", holds: ["orders"] },
        ],
    },
    {
        title: "a create that was carried out, with an error whose details hold nothing",
        noun: "KafkaConnection",
        steps: [
            {
                faults: [
                    { on: /^POST/, how: answer(500, '{"message":"oops","details":[null]}'), after: true, times: 1 },
                ],
                does: { up: connection },
                ends: "create",
                sends: ["POST /connections"],
            },
        ],
    },
    {
        title: "a create that is refused, with a secret in the reason",
        noun: "KafkaConnection",
        steps: [
            {
                faults: [{ on: /^POST/, how: answer(400, '{"code":"X","message":"No, hidden-word is short"}') }],
                does: { up: connection },
                ends: "PolarisBadRequest",
                failure:
                    /^KafkaConnection "orders": create failed: Imply Polaris answered 400 Bad Request to POST \/connections; correct the arguments and run `pulumi up` again\. \[PolarisBadRequest\]\n {2}reason: "No, \[secret\] is short"$/,
                hasState: false,
            },
        ],
    },
    ...["resetTrigger", "restartTrigger", "desiredExecutionStatus"].map((name): Row => {
        const status = name === "desiredExecutionStatus" ? "suspended" : "running";
        return {
            title: `a job that fails after its start, and the next up only changes ${name}`,
            noun: "StreamingJob",
            steps: [
                {
                    arrange: (api) =>
                        api.control("POST", "outcomes", { tableName: "sales", executionStatus: "failed" }),
                    does: { up: job },
                    ends: "PolarisJobFailed",
                    failure: /create failed: the job \S+ failed/,
                    holds: ["failed"],
                },
                {
                    does: { up: { ...job, [name]: status === "suspended" ? status : "1" } },
                    ends: "update",
                    holds: ["failed", status],
                },
            ],
        };
    }),
    {
        title: "the test of a connection without an answer, which only warns",
        noun: "KafkaConnection",
        steps: [
            {
                faults: [{ on: testOfConnection, how: answer(504, "", { "x-request-id": "r1" }) }],
                does: { up: tested },
                ends: "create",
                prints: /^KafkaConnection "orders": warning: the connection was not tested: Imply Polaris answered 504 Gateway Timeout to POST \/connections\/orders\/test; change it to have it tested again; if it happens again, ask Imply's support \[PolarisServerError\]\n {2}request: r1$/,
                state: { failed: false },
            },
        ],
    },
    {
        title: "the test of a connection that is forbidden, which only warns, and not of an unreachable topic",
        noun: "KafkaConnection",
        steps: [
            {
                faults: [{ on: testOfConnection, how: answer(403) }],
                does: { up: tested },
                ends: "create",
                prints: /^(?!.*cannot reach).*: warning: the connection was not tested: Imply Polaris answered 403 Forbidden to POST \/connections\/orders\/test; give the API key the permission ManageConnections for this project \[PolarisForbidden\]$/s,
            },
        ],
    },
    ...[
        { title: "is forbidden", faults: [{ on: testOfConnection, how: answer(403) }], ends: "PolarisForbidden" },
        {
            title: "finds no project any more",
            faults: [{ on: /^(POST .*\/test|GET .*)$/, how: answer(404) }],
            ends: "PolarisProjectNotFound",
        },
    ].map(({ title, faults, ends }): Row => ({
        title: `the test of a connection that has to pass, and ${title}`,
        noun: "KafkaConnection",
        steps: [
            {
                faults,
                does: { up: strict },
                ends: ends as Step["ends"],
                failure: /^(?!.*cannot reach)/s,
                state: { failed: true, owed: [] },
            },
            { does: { up: strict }, ends: "update", sends: ["POST /connections/orders/test"] },
        ],
    })),
    {
        title: "the test of a connection that has to pass is repeated, also by an up that changes something else",
        noun: "KafkaConnection",
        steps: [
            ...[strict, { ...strict, description: "other" }].map((given): Step => ({
                faults: [{ on: testOfConnection, how: answer(400, '{"message":"no broker"}') }],
                does: { up: given },
                ends: "PolarisTopicUnreachable",
            })),
            {
                does: { up: { ...strict, description: "third" } },
                ends: "update",
                sends: ["PATCH /connections/orders", "POST /connections/orders/test"],
            },
        ],
    },
    {
        title: "a swap in the place of a found job that is not up in time: a destroy ends the new job",
        noun: "StreamingJob",
        steps: [
            createdJob,
            {
                arrange: (api) =>
                    api.api("POST", "/jobs", { ...jobBody, ...{ filterExpression: "1 = 1" }, replaceRunning: true }),
                does: "refresh",
                ends: "read",
            },
            {
                arrange: (api) => api.control("POST", "outcomes", { tableName: "sales", executionStatus: "pending" }),
                does: { up: { ...job, timeouts: { update: "300ms" } } },
                ends: "PolarisJobTimeout",
                failure: /is pending and not running or idle after 0\.3 s/,
                isKnown: true,
            },
            destroyed("canceled", "canceled", "canceled"),
        ],
    },
];

describe.each([
    { who: "one process that knows its user", knowsUser: true, how: repeated },
    { who: "commands that know no user, and attempts that are not repeated", knowsUser: false, how: notRepeated },
])("by $who", ({ knowsUser, how }) => {
    const rows = [
        ...lostConnections(how),
        ...lostJobs(how),
        ...foundAndFailed(knowsUser),
        ...ofStranger(how),
        ...updates(how),
        ...creates,
    ];

    it.each(rows)("$title", async (row) => {
        const outcomes = await outcomesOf(row, { emulator, proxy, lines, knowsUser });
        expect(outcomes).toMatchObject(row.steps.map(expectationOf));
    });
});
