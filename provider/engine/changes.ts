import { meansTheSame } from "../values/canonical";
import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { hasUnknown } from "../values/unknown";
import type { Rules } from "./declarations";
import type { Change, Declared } from "./resource";
import { changedSecrets, rotated } from "./secrets";

/** What differs between the state and the arguments of the program, by meaning and not by spelling. */
export function changeBetween(
    { schema, localArguments, secrets }: Rules & { readonly localArguments: readonly string[] },
    olds: Properties,
    news: Properties,
    declared: Declared,
): Change {
    const variables = rotated(secrets, olds, news);
    const changed = Object.entries(schema.shape)
        .filter(([name]) => !localArguments.includes(name))
        .filter(([name, member]) => variables.includes(name) || !meansTheSame(member, olds[name], news[name]))
        .map(([name]) => name);
    return {
        names: changed.filter((name) => !hasUnknown(news[name])),
        unknown: changed.filter((name) => hasUnknown(news[name])),
        secrets: changedSecrets(secrets, olds, news),
        declared,
    };
}

const recordedPaths = ["__provider", "project.apiKeyEnv", "project.apiKeyConfig", "project.baseUrl"];

/** Whether what changes is only recorded in state: a moved handler, or another key or address of the same project. */
export const isRecordedAnew = (olds: Properties, news: Properties) =>
    recordedPaths.some((path) => valueAt(olds, path.split(".")) !== valueAt(news, path.split(".")));
