import { setTimeout as sleep } from "node:timers/promises";
import { testConnection } from "../client/connections";
import { ApiError, RequestError } from "../client/errors";
import { Failure } from "../lifecycle/failures";
import { valueAt } from "../lifecycle/json";
import type { Properties } from "../lifecycle/json";
import type { Context } from "../lifecycle/kind";

/** Arguments that decide whether Imply Polaris reaches the topic. */
const decisive = ["bootstrapServers", "topicName", "topicNameIsPattern", "secrets", "ssl"];

/** A role made in the same `up` is not assumable at once: IAM takes some seconds to spread it. */
const roleSpreadMs = 30_000;

async function failureOf({ client }: Context, inputs: Properties): Promise<string | undefined> {
    const patient = valueAt(inputs, ["secrets", "type"]) === "aws_iam";
    const begun = Date.now();
    for (let delay = 500; ; delay = Math.min(delay * 2, 8_000)) {
        try {
            await testConnection(client, inputs.name as string);
            return undefined;
        } catch (error) {
            if (!(error instanceof RequestError)) throw error;
            const refused = error instanceof ApiError && error.status === 400;
            if (!refused) return `the test itself ${error.message}`;
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
    const failure = await failureOf(context, inputs);
    if (failure === undefined) return;
    const happened = `Imply Polaris cannot reach the topic with it: ${JSON.stringify(failure)}`;
    if (mode === "warn") {
        context.say(`warning: ${happened}; check bootstrapServers, topicName, secrets and the network`);
        return;
    }
    throw new Failure(
        happened,
        "correct bootstrapServers, topicName, secrets or the network and run `pulumi up` again",
    );
}
