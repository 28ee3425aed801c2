import { setTimeout as sleep } from "node:timers/promises";
import { testConnection } from "../api/connections";
import { ApiError, RequestError } from "../api/errors";
import { explain } from "../engine/error-messages";
import { Failure } from "../engine/errors";
import type { ConnectionContext } from "./mapping";
import type { KafkaConnectionInputs } from "./schema";

/** A role created in the same `up` cannot be assumed at once: IAM takes some seconds to spread it. */
const roleSpreadMs = 30_000;

/** Why Imply Polaris does not reach the topic, or why it did not answer; undefined where it reaches the topic. */
async function troubleOf(
    { client }: ConnectionContext,
    { name, secrets }: KafkaConnectionInputs,
): Promise<string | RequestError | undefined> {
    const begin = Date.now();
    for (let delay = 500; ; delay = Math.min(delay * 2, 8_000)) {
        try {
            await testConnection(client, name);
            return undefined;
        } catch (error) {
            if (!(error instanceof RequestError)) throw error;
            if (!(error instanceof ApiError) || error.status !== 400) return error;
            const isPatient = secrets?.type === "aws_iam" && Date.now() - begin + delay <= roleSpreadMs;
            if (!isPatient) return error.reason || "no reason given";
            await sleep(delay);
        }
    }
}

/** Has Imply Polaris try to reach the topic; a failure warns or fails the operation, as `testConnection` says. */
export async function testTopic(context: ConnectionContext, inputs: KafkaConnectionInputs): Promise<void> {
    const { testConnection: mode = "warn" } = inputs;
    if (mode === "off") return;
    const trouble = await troubleOf(context, inputs);
    if (trouble === undefined) return;
    if (mode === "error") {
        // The connection itself is as declared: nothing but the test is owed.
        context.saveState({ owed: [] });
        if (typeof trouble !== "string") throw trouble;
        throw new Failure(
            "PolarisTopicUnreachable",
            "Imply Polaris cannot reach the topic with it",
            "check bootstrapServers, topicName, secrets and the network, then run `pulumi up` again",
            [`reason: ${JSON.stringify(trouble)}`],
        );
    }
    if (typeof trouble === "string") {
        const cure = "check bootstrapServers, topicName, secrets and the network [PolarisTopicUnreachable]";
        context.log(`warning: Imply Polaris cannot reach the topic with it: ${JSON.stringify(trouble)}; ${cure}`);
        return;
    }
    const again = "change it to have it tested again";
    const circumstances = { operation: "create", permission: "ManageConnections", again } as const;
    const { code, happened, cure, details } = explain(trouble, circumstances);
    const lines = details.map((line) => `\n  ${line}`).join("");
    context.log(`warning: the connection was not tested: ${happened}; ${cure} [${code}]${lines}`);
}
