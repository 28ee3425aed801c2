import { setTimeout as sleep } from "node:timers/promises";
import { testConnection } from "../api/connections";
import { ApiError, RequestError } from "../api/errors";
import { explain } from "../engine/error-messages";
import { Failure } from "../engine/errors";
import type { ConnectionContext, ConnectionInputs, ConnectionType, Destination } from "./connection-type";

/** A role created in the same `up` cannot be assumed at once: IAM takes some seconds to spread it. */
const roleSpreadMs = 30_000;

/** Why Imply Polaris does not reach the destination, or why it did not answer; undefined where it reaches it. */
async function troubleOf(
    { client }: ConnectionContext,
    inputs: ConnectionInputs,
    { assumesRole }: Destination,
): Promise<string | RequestError | undefined> {
    const begin = Date.now();
    for (let delay = 500; ; delay = Math.min(delay * 2, 8_000)) {
        try {
            await testConnection(client, inputs.name);
            return undefined;
        } catch (error) {
            if (!(error instanceof RequestError)) throw error;
            if (!(error instanceof ApiError) || error.status !== 400) return error;
            const isPatient = assumesRole(inputs) && Date.now() - begin + delay <= roleSpreadMs;
            if (!isPatient) return error.reason || "no reason given";
            await sleep(delay);
        }
    }
}

/** Has Imply Polaris try the connection; a failure warns or fails the operation, as `testConnection` says. */
export async function testDestination(
    { destination }: ConnectionType,
    context: ConnectionContext,
    inputs: ConnectionInputs,
): Promise<void> {
    const { testConnection: mode = "warn" } = inputs;
    if (mode === "off" || !destination) return;
    const { code, noun, checked } = destination;
    const trouble = await troubleOf(context, inputs, destination);
    if (trouble === undefined) return;
    if (mode === "error") {
        // The connection itself is as declared: nothing but the test is owed.
        context.saveState({ owed: [] });
        if (typeof trouble !== "string") throw trouble;
        throw new Failure(
            code,
            `Imply Polaris cannot reach ${noun} with it`,
            `check ${checked} and the network, then run \`pulumi up\` again`,
            [`reason: ${JSON.stringify(trouble)}`],
        );
    }
    if (typeof trouble === "string") {
        const cure = `check ${checked} and the network [${code}]`;
        context.log(`warning: Imply Polaris cannot reach ${noun} with it: ${JSON.stringify(trouble)}; ${cure}`);
        return;
    }
    const again = "change it to have it tested again";
    const circumstances = { operation: "create", permission: "ManageConnections", again } as const;
    const explained = explain(trouble, circumstances);
    const lines = explained.details.map((line) => `\n  ${line}`).join("");
    context.log(
        `warning: the connection was not tested: ${explained.happened}; ${explained.cure} [${explained.code}]${lines}`,
    );
}
