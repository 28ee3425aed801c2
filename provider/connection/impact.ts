import { unlessAdopted } from "../engine/adoption";
import type { Change } from "../engine/resource";
import type { SecretPath } from "../engine/secrets";
import { confirmSentence, owedSentences } from "../named-object/plan";
import { pathText, valueAt } from "../values/json";
import { when } from "../values/sentences";
import type { ConnectionInputs, ConnectionState, ConnectionType } from "./connection-type";
import type { ConnectionStep } from "./plan";
import { streamNotes } from "./stream";

/** Secrets that are declared and, since another user wrote the connection last, not known to be set. */
function secretsToRestore({ secrets }: ConnectionType, state: ConnectionState, inputs: ConnectionInputs): string[] {
    const typeIn = (properties: object) => valueAt(properties, ["secrets", "type"]);
    const unknown = secrets.filter((path) => {
        const holder = path.slice(0, -1);
        const isSameType = path[0] !== "secrets" || typeIn(state) === typeIn(inputs);
        if (!isSameType || valueAt(state, holder) === undefined) return false;
        const variable = [...holder, `${path.at(-1) ?? ""}From`];
        const isDeclared = valueAt(inputs, path) !== undefined || valueAt(inputs, variable) !== undefined;
        const isKnown =
            valueAt(state, path) !== undefined || valueAt(state.fingerprints, [pathText(path)]) !== undefined;
        return isDeclared && !isKnown;
    });
    // A key stands for its password, which is sent with it.
    const holderOf = (path: SecretPath) => pathText(path.slice(0, -1));
    const isFirst = (path: SecretPath) => unknown.find((one) => holderOf(one) === holderOf(path)) === path;
    return unknown.filter(isFirst).map(pathText);
}

/** A refresh that finds another user's write records when that was; without it, the secrets were never in the state. */
function describeRestored(restored: readonly string[], { seenOnTimestamp }: ConnectionState): string {
    const names = restored.join(", ");
    return seenOnTimestamp === undefined
        ? `the state does not have ${names}, as after an import, and secrets cannot be read back: sets ${names}`
        : `the connection was changed since this resource's last recorded write, and secrets cannot be read back: sets ${names} again`;
}

/** A step in words. */
export function describeConnectionStep(
    type: ConnectionType,
    step: ConnectionStep,
    state: ConnectionState,
    inputs: ConnectionInputs,
    change: Change,
): string[] {
    if (step.kind === "confirm") return [confirmSentence("connection")];
    if (step.kind === "test") {
        return when(state.unfinished !== undefined, "tests the connection again, as the last operation failed");
    }
    const isReadByJobs = (name: string) => type.jobNames.includes(name);
    const restored = secretsToRestore(type, state, inputs);
    const runningJobs = change.names.filter(isReadByJobs);
    const others = change.names.filter((name) => !isReadByJobs(name));
    return [
        ...owedSentences("connection", step),
        ...when(restored.length > 0, describeRestored(restored, state)),
        ...when(
            runningJobs.length > 0,
            `updates ${runningJobs.join(", ")} in place: running jobs keep what they have until they are restarted (restartOnConnectionChange or restartTrigger)`,
        ),
        ...when(others.length > 0, `updates ${others.join(", ")} in place, which running jobs do not notice`),
        ...streamNotes(type.stream, state, inputs, change.names),
    ];
}

/** A replacement in words. */
export function describeConnectionReplacement(
    { jobNames }: ConnectionType,
    cause: string,
    { adopt }: ConnectionInputs,
): string {
    const create = adopt ? "adopts or creates" : "creates";
    if (cause === "projectId") {
        return `the project changes: ${create} a connection in the new project, then deletes the one in the old project`;
    }
    const [swap, refusal] =
        jobNames.length > 0
            ? [
                  ", swaps jobs that take connection.name to it",
                  "; the delete is refused while a job still reads it (as by a literal connectionName)",
              ]
            : ["", ""];
    const [refused, unless] = adopt ? ["", `, ${unlessAdopted}`] : [" (refused if there is one)", ""];
    return `the name changes: ${create} a connection of the new name${refused}${swap}, then deletes the old one${unless}${refusal}`;
}
