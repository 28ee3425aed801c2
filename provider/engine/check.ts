import type * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, MissingKeyError } from "../config";
import { accessTo, declaredPlace } from "./configured";
import { durationMs } from "../values/duration";
import { isRecord, withoutNulls } from "../values/json";
import type { Properties } from "../values/json";
import { carried } from "./resource";
import type { Declared, Kind } from "./resource";
import { meansTheSame } from "../values/canonical";
import { fingerprints, fingerprintsInput, forRules, variableProblems } from "./secrets";
import { session } from "./session";
import { isUnknown } from "../values/unknown";
import { problemsOf, problemText } from "./validation";
import type { z } from "zod";

function timeoutProblems(timeouts: unknown) {
    return Object.entries(isRecord(timeouts) ? timeouts : {}).flatMap(([operation, text]) =>
        isUnknown(text) || (typeof text === "string" && durationMs(text) !== undefined)
            ? []
            : [{ path: ["customTimeouts", operation], message: 'expected a duration such as "10m" or "1h30m"' }],
    );
}

/** A preview sends no requests: one of a fork's pull request, which gets no secrets, can do without a key. */
function checkAccess(news: Properties): void {
    try {
        accessTo(news);
    } catch (error) {
        if (!(error instanceof MissingKeyError)) throw error;
        session.print(
            `warning: ${error.message.replace(/\.$/, "")}. A preview can do without it; \`pulumi up\` cannot.`,
        );
    }
}

/** Validates and normalises a program's arguments, without any request. */
export function checkInputs(kind: Kind, olds: Properties, news: Properties): pulumi.dynamic.CheckResult<Properties> {
    // An empty `property` keeps the engine from printing the value, which may be a secret.
    const refuse = (reasons: string[]) => ({
        inputs: news,
        failures: reasons.map((reason) => ({ property: "", reason })),
    });
    let projectId: string;
    try {
        ({ projectId } = declaredPlace(news));
        checkAccess(news);
    } catch (error) {
        if (error instanceof ConfigurationError) return refuse([error.message]);
        throw error;
    }
    const { timeouts, project } = news;
    const said = Object.entries(news).filter(([name]) => !carried.includes(name));
    const given = withoutNulls(Object.fromEntries(said)) as Properties;
    const rules = forRules(kind.secrets, given);
    const declaration: Declared = (noun, id) => session.declaration(noun, projectId, id);
    const problems = [
        ...problemsOf(
            kind.schema,
            (values, isHidden) => kind.problems(values, isHidden, olds, declaration),
            rules.resolved,
        ).map(({ path, message }) => ({ path: rules.place(path), message })),
        ...variableProblems(kind.secrets, given),
        ...timeoutProblems(timeouts),
    ];
    if (problems.length > 0) return refuse(problems.map(problemText));

    const inputs = keepingSpelling(kind, olds, kind.normalize(given));
    const prints = fingerprints(kind.secrets, projectId, inputs, olds);
    return {
        inputs: {
            ...inputs,
            projectId,
            ...(project !== undefined && { project }),
            ...(timeouts !== undefined && { timeouts }),
            ...(prints && { [fingerprintsInput]: prints }),
        },
    };
}

/** Where an argument means the same as before, its old spelling: a preview shows only what changes. */
function keepingSpelling(kind: Kind, olds: Properties, inputs: Properties): Properties {
    if (Object.keys(olds).length === 0) return inputs;
    const kept = Object.entries(kind.schema.shape).map(([name, schema]) => {
        const same = meansTheSame(schema as z.ZodType, olds[name], inputs[name]);
        return [name, same ? olds[name] : inputs[name]] as const;
    });
    return Object.fromEntries(kept.filter(([, value]) => value !== undefined));
}
