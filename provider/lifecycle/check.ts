import type * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "../config";
import { configured } from "./configured";
import { durationMs } from "./duration";
import { isRecord, withoutNulls } from "./json";
import type { Properties } from "./json";
import type { Kind } from "./kind";
import { meansTheSame } from "./meaning";
import { isUnknown } from "./unknowns";
import { problemsOf, problemText } from "./validation";
import type { z } from "zod";

/** Inputs that are not arguments: what the base class and the check itself add. */
const added = ["__provider", "projectId", "timeouts"];

function timeoutProblems(timeouts: unknown) {
    return Object.entries(isRecord(timeouts) ? timeouts : {}).flatMap(([operation, text]) =>
        isUnknown(text) || (typeof text === "string" && durationMs(text) !== undefined)
            ? []
            : [{ path: ["customTimeouts", operation], message: 'expected a duration such as "10m" or "1h30m"' }],
    );
}

/**
 * Validates and normalises a program's arguments without any request. Where an argument means the same as before, its
 * old spelling is kept, so that a preview shows only what changes.
 */
export function checkInputs(kind: Kind, olds: Properties, news: Properties): pulumi.dynamic.CheckResult<Properties> {
    // An empty `property` keeps the engine from printing the value, which may be a secret.
    const refuse = (reasons: string[]) => ({
        inputs: news,
        failures: reasons.map((reason) => ({ property: "", reason })),
    });
    let projectId: string;
    try {
        ({ projectId } = configured());
    } catch (error) {
        if (error instanceof ConfigurationError) return refuse([error.message]);
        throw error;
    }
    const given = withoutNulls(news) as Properties;
    const { timeouts } = given;
    for (const name of added) delete given[name];
    const problems = [...problemsOf(kind.schema, kind.problems, given), ...timeoutProblems(timeouts)];
    if (problems.length > 0) return refuse(problems.map(problemText));

    const inputs = kind.normalize(given);
    const isNew = Object.keys(olds).length === 0;
    for (const [name, schema] of Object.entries(kind.schema.shape)) {
        if (isNew || !meansTheSame(schema as z.ZodType, olds[name], inputs[name])) continue;
        if (olds[name] === undefined) delete inputs[name];
        else inputs[name] = olds[name];
    }
    return { inputs: { ...inputs, projectId, ...(timeouts !== undefined && { timeouts }) } };
}
