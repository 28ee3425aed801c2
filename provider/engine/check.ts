import type * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, MissingKeyError } from "../config";
import type { PolarisErrorCode } from "../error-codes";
import { meansTheSame } from "../values/canonical";
import { durationMs } from "../values/duration";
import { isRecord, withoutNulls } from "../values/json";
import type { Properties } from "../values/json";
import { isUnknown } from "../values/unknown";
import { addedInputs } from "./resource";
import type { Declared, Resource } from "./resource";
import { doubleSecrets, fingerprints, fingerprintsInput, forRules, unsetVariables } from "./secrets";
import type { Session } from "./session";
import { problemsOf, problemText } from "./validation";

type Rules = Pick<Resource<never, never, never>, "schema" | "problems" | "normalize" | "secrets">;

function timeoutProblems(timeouts: unknown) {
    return Object.entries(isRecord(timeouts) ? timeouts : {}).flatMap(([operation, text]) =>
        isUnknown(text) || (typeof text === "string" && durationMs(text) !== undefined)
            ? []
            : [{ path: ["customTimeouts", operation], message: 'expected a duration such as "10m" or "1h30m"' }],
    );
}

/** A preview needs no request: one of a fork's pull request, which gets no secrets, can do without a key. */
function checkCredentials(session: Session, news: Properties): void {
    try {
        session.clients.credentialsFor(news);
    } catch (error) {
        if (!(error instanceof MissingKeyError)) throw error;
        const sentence = error.message.replace(/\.$/, "");
        session.print(
            `warning: ${sentence}. A preview can do without it; \`pulumi up\` cannot. [PolarisApiKeyMissing]`,
        );
    }
}

/** The spelling of the state for an argument that means the same as before: a preview shows only what changes. */
function withOldSpelling({ schema }: Rules, olds: Properties, inputs: Properties): Properties {
    if (Object.keys(olds).length === 0) return inputs;
    const values = Object.entries(schema.shape).map(([name, member]) => {
        const isSame = meansTheSame(member, olds[name], inputs[name]);
        return [name, isSame ? olds[name] : inputs[name]] as const;
    });
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** Validates and normalises a program's arguments, without any request. */
export function checkInputs(
    resource: Rules,
    session: Session,
    olds: Properties,
    news: Properties,
): pulumi.dynamic.CheckResult<Properties> {
    // An empty `property` keeps the engine from printing the value, which may be a secret.
    const failuresOf = (reasons: string[], code: PolarisErrorCode) =>
        reasons.map((reason) => ({ property: "", reason: `${reason} [${code}]` }));
    let projectId: string;
    let baseUrl: string;
    try {
        ({ projectId, baseUrl } = session.clients.declaredAddress(news));
        checkCredentials(session, news);
    } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        return { inputs: news, failures: failuresOf([error.message], error.code) };
    }
    const { timeouts, project, __classes: classes } = news;
    const args = Object.entries(news).filter(([name]) => !addedInputs.includes(name));
    const given = withoutNulls(Object.fromEntries(args)) as Properties;
    const { resolved, givenPath } = forRules(resource.secrets, given);
    const declared: Declared = (noun, id) => session.declarations.get(noun, projectId, id);
    const facts = { baseUrl, classes: isRecord(classes) ? classes : {} };
    // In another project it is another object.
    const before = olds.projectId === undefined || olds.projectId === projectId ? olds : {};
    const problems = [
        ...problemsOf(resource.schema, (values) => resource.problems(values, before, declared, facts), resolved).map(
            ({ path, message }) => ({ path: givenPath(path), message }),
        ),
        ...doubleSecrets(resource.secrets, given),
        ...timeoutProblems(timeouts),
    ];
    const unset = unsetVariables(resource.secrets, given);
    const failures = [
        ...failuresOf(problems.map(problemText), "PolarisArgumentInvalid"),
        ...failuresOf(unset.map(problemText), "PolarisVariableNotSet"),
    ];
    if (failures.length > 0) return { inputs: news, failures };

    const inputs = withOldSpelling(resource, olds, resource.normalize(given));
    const prints = fingerprints(resource.secrets, projectId, inputs, olds);
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
