import { forRules } from "../engine/secrets";
import { meaningOf } from "../values/canonical";
import type { Properties } from "../values/json";
import { hasUnknown } from "../values/unknown";
import { secretPaths } from "./mapping";
import { kafkaConnection } from "./schema";

/** Arguments that running jobs have read at their start, and do not read again. */
export const jobNames = [
    "bootstrapServers",
    "topicName",
    "topicNameIsPattern",
    "clientRack",
    "secrets",
    "ssl",
] as const;

/** Those of them that are not known in this preview. */
export const unknownJobNames = (inputs: Properties) => jobNames.filter((name) => hasUnknown(inputs[name]));

/** What jobs read of a connection, with its secrets, as a text that is equal where the meaning is. */
export function jobSettingsText(inputs: Properties): string {
    const { resolved } = forRules(secretPaths, inputs);
    return JSON.stringify(jobNames.map((name) => meaningOf(kafkaConnection.shape[name], resolved[name])));
}
