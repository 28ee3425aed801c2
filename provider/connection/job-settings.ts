import type { Declaration } from "../engine/declarations";
import { forRules } from "../engine/secrets";
import { meaningOf } from "../values/canonical";
import type { Properties } from "../values/json";
import { hasUnknown } from "../values/unknown";
import type { ConnectionKind } from "./connection-type";

/** What jobs read of a connection and is not known in this preview. */
export const unknownJobNames = ({ jobNames }: ConnectionKind, inputs: Properties) =>
    jobNames.filter((name) => hasUnknown(inputs[name]));

/** What jobs read of a connection, with its secrets, as a text that is equal where the meaning is. */
export function jobSettingsText({ jobNames }: ConnectionKind, { inputs, rules }: Declaration): string {
    const { resolved } = forRules(rules.secrets, inputs);
    const meanings = jobNames.flatMap((name) => {
        const member = rules.schema.shape[name];
        return member ? [meaningOf(member, resolved[name])] : [];
    });
    return JSON.stringify(meanings);
}
