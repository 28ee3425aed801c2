import { setTimeout as sleep } from "node:timers/promises";
import { getConnection } from "../api/connections";
import { getTable } from "../api/tables";
import { Failure } from "../engine/errors";
import { declaredConnection } from "./connection";
import { tableOf } from "./mapping";
import type { JobContext } from "./mapping";
import type { StreamingJobInputs } from "./schema";
import { unlessUnanswered } from "./status";

/** How long a job waits for what its program creates and the job names by a text: nothing orders the two. */
const waitMs = 15_000;
/** How long a job waits for its program to declare that at all. */
const declarationMs = 5_000;
const lookMs = 250;

/** An object that the program is about to create, and the job needs. */
export interface Pending {
    readonly find: () => Promise<object | undefined>;
    readonly failure: Failure;
}

const notReady = (code: "PolarisConnectionNotReady" | "PolarisTableNotReady", what: string, cure: string) =>
    new Failure(
        code,
        `its ${what} does not exist yet`,
        `${cure}, which orders the two resources, and run \`pulumi up\` again`,
    );

function declaredObjects({ client, declared }: JobContext, inputs: StreamingJobInputs): Pending[] {
    const { connectionName } = inputs.source;
    const connection = declaredConnection(inputs, declared);
    const tableName = tableOf(inputs);
    const table = declared("Table", tableName);
    const pending: Pending[] = [];
    if (connection && connection.olds.name !== connectionName) {
        const cure = "take connectionName from `connection.name`";
        pending.push({
            find: () => getConnection(client, connectionName),
            failure: notReady("PolarisConnectionNotReady", `connection ${JSON.stringify(connectionName)}`, cure),
        });
    }
    if (table && table.olds.name !== tableName) {
        const cure = "take tableName from `table.name`";
        pending.push({
            find: () => getTable(client, tableName),
            failure: notReady("PolarisTableNotReady", `table ${JSON.stringify(tableName)}`, cure),
        });
    }
    return pending;
}

/** Whether the job names something that does not exist; false where the API does not say. */
async function lacksObject({ client }: JobContext, inputs: StreamingJobInputs): Promise<boolean> {
    const isMissing = async (answer: Promise<object | undefined>) =>
        (await unlessUnanswered(answer.then((found) => found === undefined))) ?? false;
    if (await isMissing(getConnection(client, inputs.source.connectionName))) return true;
    return inputs.createTableIfNotExists !== true && isMissing(getTable(client, tableOf(inputs)));
}

/** What the program is about to create and the job lacks. The engine may come to the job before it comes to these. */
export async function pendingObjects(context: JobContext, inputs: StreamingJobInputs): Promise<Pending[]> {
    const begin = Date.now();
    let pending = declaredObjects(context, inputs);
    if (pending.length > 0 || !(await lacksObject(context, inputs))) return pending;
    while (pending.length === 0 && Date.now() - begin < declarationMs) {
        await sleep(lookMs);
        pending = declaredObjects(context, inputs);
    }
    return pending;
}

/** Waits until all of them exist. */
export async function awaitPending(pending: readonly Pending[]): Promise<void> {
    const begin = Date.now();
    for (const { find, failure } of pending) {
        while (!(await find())) {
            if (Date.now() - begin > waitMs) throw failure;
            await sleep(lookMs);
        }
    }
}
