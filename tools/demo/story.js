// @ts-check
"use strict";
// What the demo tells, step by step. Each step checks what Pulumi said and what the API holds afterwards.
const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { command, dim, explain, heading, note, print } = require("./terminal.js");

/** @typedef {import("./surroundings.js").Surroundings} Surroundings */
/** @typedef {{ id: string, executionStatus: string }} Job */

const LIVE = ["pending", "running", "idle", "suspended"];

/** @type {(met: unknown, what: string) => asserts met} */
function must(met, what) {
    if (!met) throw new Error(`The demo expected ${what}.`);
}

/**
 * Runs pulumi as it is shown, and expects each pattern in what it says.
 * @param {Surroundings} here
 * @param {string} line as a person would type it
 * @param {RegExp[]} expected
 */
async function pulumi(here, line, expected) {
    command(`pulumi ${line}`);
    const args = line.split(" ");
    const goAhead = args[0] === "preview" ? [] : ["--skip-preview"];
    const output = await here.pulumi([...args, ...goAhead]);
    for (const pattern of expected) must(pattern.test(output), `pulumi ${line} to say ${String(pattern)}`);
}

/** @type {(here: Surroundings) => Promise<Job[]>} */
async function jobs(here) {
    const { values } = await here.api("jobs");
    return values;
}

/** @type {(here: Surroundings) => Promise<Job>} */
async function liveJob(here) {
    const live = (await jobs(here)).filter(({ executionStatus }) => LIVE.includes(executionStatus));
    must(live.length === 1 && live[0], `exactly one live job, not ${live.length}`);
    return live[0];
}

/** @type {(job: Job) => string} */
const short = ({ id }) => id.slice(0, 8);

/** @type {(here: Surroundings) => Promise<void>} */
async function create(here) {
    heading("1. What would happen?");
    explain(
        "The program declares a Kafka connection and a streaming job that feeds the table “orders”. Nothing exists yet. A preview checks the whole program and shows the plan; it sends no request.",
    );
    await pulumi(here, "preview", [/\+ 3 to create/]);
    const { requests } = await here.api("/_emulator/requests");
    must(requests.length === 0, "a preview to send no request");
    note("Imply Polaris received no request.");

    heading("2. Make it so");
    explain("The connection comes first, then the job, and `up` returns when the job is really running.");
    await pulumi(here, "up --yes", [/\+ 3 created/, /jobId/]);
    const job = await liveJob(here);
    note(
        `The API agrees: job ${short(job)}… is ${job.executionStatus}, and the Kafka password is a secret in Pulumi's state.`,
    );
    await here.orders?.show("In the table");

    heading("3. And now?");
    explain("The program and the world are the same, so a second preview has nothing to say.");
    await pulumi(here, "preview", [/3 unchanged/]);
}

/** @type {(here: Surroundings) => Promise<void>} */
async function hotSwap(here) {
    const before = await liveJob(here);
    heading("4. A change of the ingestion, reviewed first");
    explain("Amounts are to be rounded. One line of the program changes:");
    const file = path.join(here.dir, "index.ts");
    const source = fs.readFileSync(file, "utf8");
    const old = source.split("\n").find((line) => line.includes('columnName: "amount"')) ?? "";
    const edited = old.replace(/expression: .*(?= })/, `expression: 'ROUND("amount", 2)'`);
    must(old !== edited, "a mapping of the amount in the quickstart");
    fs.writeFileSync(
        file,
        source.replace(old, () => edited),
    );
    print(`- ${old.trim()}`);
    print(`+ ${edited.trim()}`);
    print();
    await pulumi(here, "preview --diff", [/~ 1 to update/, /ROUND/]);

    heading("5. The job is swapped while it runs");
    explain(
        "A job's specification cannot be edited, so the new job replaces the running one in a single call and continues where the old one was in the topic. Had Imply Polaris refused it, the old job would still be running.",
    );
    await here.orders?.show("Before");
    const during = here.orders && sleep(1_500).then(() => here.orders?.show("During"));
    await pulumi(here, "up --yes", [/~ 1 updated/, /jobId/]);
    await during;
    await here.orders?.show("After");
    const after = await liveJob(here);
    must(after.id !== before.id, "another job after the swap");
    const ended = (await jobs(here)).find(({ id }) => id === before.id);
    note(`Job ${short(after)}… is ${after.executionStatus}; job ${short(before)}… is ${ended?.executionStatus}.`);
}

/** @type {(here: Surroundings) => Promise<void>} */
async function drift(here) {
    const job = await liveJob(here);
    heading("6. Another user suspends the job outside Pulumi");
    explain("Ingestion stops, and the program does not know it:");
    const body = { desiredExecutionStatus: "suspended" };
    print(`$ curl -u "$POLARIS_API_KEY:" --json '${JSON.stringify(body)}' \\`);
    print(`    "$POLARIS_BASE_URL/v1/projects/$POLARIS_PROJECT_ID/jobs/${job.id}/status"`);
    await here.api(`jobs/${job.id}/status`, body);
    while ((await liveJob(here)).executionStatus !== "suspended")
        await new Promise((resolve) => setTimeout(resolve, 50));
    print(dim('{"executionStatus":"suspended"}'));
    print();
    explain("A preview that refreshes first shows the drift, and what Pulumi would do about it.");
    await pulumi(here, "preview --refresh", [/~ 1 to update/, /desiredExecutionStatus/]);

    heading("7. Repaired");
    explain("The same job is resumed: nothing is lost, nothing is read twice.");
    await pulumi(here, "up --yes --refresh", [/~ 1 updated/]);
    const repaired = await liveJob(here);
    must(repaired.id === job.id && repaired.executionStatus !== "suspended", "the same job to be running again");
    note(`Job ${short(repaired)}… is ${repaired.executionStatus} again.`);
    await here.orders?.end();
}

/** @type {(here: Surroundings) => Promise<void>} */
async function destroy(here) {
    heading("8. Take it all away");
    explain(
        "The job is canceled before the connection that it reads is deleted. The table and its rows stay: data is yours.",
    );
    await pulumi(here, "destroy --yes", [/- 3 deleted/]);
    const { values: connections } = await here.api("connections");
    const { values: tables } = await here.api("tables");
    must(connections.length === 0, "no connection to be left");
    must(
        (await jobs(here)).every(({ executionStatus }) => !LIVE.includes(executionStatus)),
        "no live job to be left",
    );
    must(tables.length === 1, "the table to stay");
    note("No connection and no live job are left; the table “orders” is still there.");
}

module.exports = { create, destroy, drift, hotSwap };
