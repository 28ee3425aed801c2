import type { Change } from "../engine/resource";
import { pathText, valueAt } from "../values/json";
import { jobNames } from "./job-settings";
import type { ConnectionState } from "./mapping";
import type { ConnectionStep } from "./plan";
import type { KafkaConnectionInputs } from "./schema";
import { topicNotes } from "./topics";

const restoredSecrets = [
    ["secrets", "password"],
    ["ssl", "keystore", "key"],
] as const;

/** Secrets that are declared and, since another user wrote the connection last, not known to be set. */
function secretsToRestore(state: ConnectionState, inputs: KafkaConnectionInputs): string[] {
    return restoredSecrets
        .filter((path) => {
            const holder = path.slice(0, -1);
            const isSameType = path[0] !== "secrets" || state.secrets?.type === inputs.secrets?.type;
            if (!isSameType || valueAt(state, holder) === undefined) return false;
            const variable = [...holder, `${path.at(-1) ?? ""}From`];
            const isDeclared = valueAt(inputs, path) !== undefined || valueAt(inputs, variable) !== undefined;
            const isKnown =
                valueAt(state, path) !== undefined || valueAt(state.fingerprints, [pathText(path)]) !== undefined;
            return isDeclared && !isKnown;
        })
        .map(pathText);
}

const isReadByJobs = (name: string) => jobNames.some((one) => one === name);

/** A step in words. */
export function describeConnectionStep(
    step: ConnectionStep,
    state: ConnectionState,
    inputs: KafkaConnectionInputs,
    change: Change,
): string[] {
    if (step.kind === "confirm") {
        return ["the last create was not confirmed: looks for its connection, and creates it if there is none"];
    }
    if (step.kind === "test") {
        return state.unfinished === undefined ? [] : ["tests the connection again, as the last operation failed"];
    }
    const restored = secretsToRestore(state, inputs);
    const runningJobs = change.names.filter(isReadByJobs);
    const others = change.names.filter((name) => !isReadByJobs(name));
    return [
        ...(step.owed.length > 0
            ? [`the last operation failed: brings ${step.owed.join(", ")} to the connection where it differs`]
            : []),
        ...(restored.length > 0
            ? [
                  `the connection was changed since this resource's last recorded write, and secrets cannot be read back: sets ${restored.join(", ")} again`,
              ]
            : []),
        ...(runningJobs.length > 0
            ? [
                  `updates ${runningJobs.join(", ")} in place: running jobs keep what they have until they are restarted (restartTrigger)`,
              ]
            : []),
        ...(others.length > 0 ? [`updates ${others.join(", ")} in place, which running jobs do not notice`] : []),
        ...topicNotes(state, inputs, change.names),
    ];
}

/** A replacement in words. */
export const describeConnectionReplacement = (cause: string): string =>
    cause === "projectId"
        ? "the project changes: creates a connection in the new project, then deletes the one in the old project"
        : "the name changes: creates a connection of the new name, swaps jobs that take connection.name to it, then deletes the old one";
