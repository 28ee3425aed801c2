import { isMembers } from "../credentials";
import { badRequest } from "../errors";
import type { Rules } from "../rules";

type Members = Record<string, unknown>;

function* nullPaths(body: Members, holder = ""): Generator<string> {
    for (const [member, value] of Object.entries(body)) {
        if (value === null) {
            yield `${holder}${member}`;
        } else if (isMembers(value)) {
            yield* nullPaths(value, `${holder}${member}.`);
        }
    }
}

const withoutNulls = (body: Members): Members =>
    Object.fromEntries(
        Object.entries(body)
            .filter(([, value]) => value !== null)
            .map(([member, value]) => [member, isMembers(value) ? withoutNulls(value) : value]),
    );

/** The effective body of a PATCH, or a 400 that names the member that must not be `null`. */
export function patchBody(body: Members, rule: Rules["patchNull"]): Members {
    if (rule === "ignored") {
        return withoutNulls(body);
    }
    const [path] = rule === "refused" ? nullPaths(body) : [];
    if (path !== undefined) {
        throw badRequest("InvalidValue", `${path}: must not be null.`, path);
    }
    return body;
}
