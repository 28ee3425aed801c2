import type { z } from "zod";
import type { Problem } from "../values/shape";
import { pathText, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { isUnknown } from "../values/unknown";

const codesOfMissingValues = ["invalid_type", "invalid_union", "invalid_value"];

function messageOf(issue: z.core.$ZodIssue, given: unknown): string {
    const message = issue.message.replace(/^Invalid input: /, "").replace(/, received .*$/, "");
    const isMissing = codesOfMissingValues.includes(issue.code) && valueAt(given, issue.path) === undefined;
    return isMissing ? `required, ${message}` : message;
}

const leadsToUnknown = (given: unknown, path: readonly PropertyKey[]) =>
    path.some((_, depth) => isUnknown(valueAt(given, path.slice(0, depth + 1))));

/** All that is wrong with the arguments, at once. A value that is not known yet is never wrong. */
export function problemsOf(schema: z.ZodType, rules: (given: Properties) => Problem[], given: Properties): Problem[] {
    const parsed = schema.safeParse(given);
    const single: Problem[] = (parsed.error?.issues ?? []).map((issue) => ({
        path: issue.path,
        message: messageOf(issue, given),
    }));
    const reported = new Set(single.map(({ path }) => pathText(path)));
    const together = rules(given).filter(({ path }) => !reported.has(pathText(path)));
    return [...single, ...together].filter(({ path }) => !leadsToUnknown(given, path));
}

/** `bootstrapServers[1]: expected host:port` */
export function problemText({ path, message }: Problem): string {
    return path.length === 0 ? message : `${pathText(path)}: ${message}`;
}
