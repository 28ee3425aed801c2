import { setTimeout as sleep } from "node:timers/promises";
import { testConnection } from "../api/connections";
import { ApiError, RequestError } from "../api/errors";
import { explained, Failure } from "../engine/errors";
import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import type { Context } from "../engine/resource";

/** Arguments that decide whether Imply Polaris reaches the topic. */
const decisive = ["bootstrapServers", "topicName", "topicNameIsPattern", "secrets", "ssl"];

/** A role made in the same `up` is not assumable at once: IAM takes some seconds to spread it. */
const roleSpreadMs = 30_000;

/** What Imply Polaris says against the topic, or why it said nothing; undefined where it reaches the topic. */
async function troubleOf({ client }: Context, inputs: Properties): Promise<string | RequestError | undefined> {
    const patient = valueAt(inputs, ["secrets", "type"]) === "aws_iam";
    const begun = Date.now();
    for (let delay = 500; ; delay = Math.min(delay * 2, 8_000)) {
        try {
            await testConnection(client, inputs.name as string);
            return undefined;
        } catch (error) {
            if (!(error instanceof RequestError)) throw error;
            if (!(error instanceof ApiError) || error.status !== 400) return error;
            if (!patient || Date.now() - begun + delay > roleSpreadMs) return error.reason || "no reason given";
            await sleep(delay);
        }
    }
}

/** Lets Imply Polaris try the connection where that is asked for and something decisive changed. */
export async function proveConnection(
    context: Context,
    inputs: Properties,
    changed: readonly string[] = decisive,
): Promise<void> {
    const mode = inputs.testConnection ?? "warn";
    if (mode === "off" || !changed.some((name) => decisive.includes(name))) return;
    const trouble = await troubleOf(context, inputs);
    if (trouble === undefined) return;
    if (typeof trouble !== "string") {
        if (mode === "error") throw trouble;
        const again = "change it to have it tested again";
        const { happened, next } = explained(trouble, { operation: "create", permission: "ManageConnections", again });
        context.say(`warning: the connection was not tested: ${happened}; ${next}`);
        return;
    }
    const happened = `Imply Polaris cannot reach the topic with it: ${JSON.stringify(trouble)}`;
    const next = "check bootstrapServers, topicName, secrets and the network";
    if (mode === "error") throw new Failure(happened, `${next}, then run \`pulumi up\` again`);
    context.say(`warning: ${happened}; ${next}`);
}
