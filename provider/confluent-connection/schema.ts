import { z } from "zod";
import { named, settings } from "../connection/schema";
import { login, missingSecret, secretTextWarnings } from "../connection/secrets";
import { brokerProblems, otherServiceProblems } from "../kafka-connection/brokers/lint";
import { partialArguments } from "../kafka-connection/partial-arguments";
import { topicProblems, topics } from "../kafka-connection/schema";
import type { Properties } from "../values/json";
import { strict } from "../values/shape";
import type { Problem } from "../values/shape";

/** The arguments that Imply Polaris stores. Parsed arguments that mean the same are equal. */
export const confluentConnection = strict({
    ...named,
    ...topics,
    secrets: strict({ type: z.literal("sasl_plain", { error: 'expected "sasl_plain"' }), ...login }),
});

export const confluentConnectionInputs = strict({ ...confluentConnection.shape, ...settings });

/** The rules that look at several arguments. They report nothing about values that are not known yet. */
export function confluentConnectionProblems(given: Properties, olds: Properties): Problem[] {
    const inputs = partialArguments.parse(given);
    const otherService = otherServiceProblems(inputs, "Confluent Cloud");
    return [
        ...missingSecret(given, olds),
        ...topicProblems(inputs),
        ...(otherService.length > 0 ? otherService : brokerProblems(inputs)),
    ];
}

export const confluentConnectionWarnings = (given: Properties): Problem[] =>
    secretTextWarnings(given, ["secrets", "username"], ["secrets", "password"]);
