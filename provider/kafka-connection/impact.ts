import { isRecord, pathText, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import type { Planned } from "../engine/resource";
import { fingerprintsInput } from "../engine/secrets";
import { hasUnknown } from "../values/unknown";
import { topicNotes } from "./topics";

/** Secrets that are declared and, since another write than the recorded one came last, not known to be set. */
function lost(state: Properties, inputs: Properties): string[] {
    const sameType = valueAt(state, ["secrets", "type"]) === valueAt(inputs, ["secrets", "type"]);
    const holders = [sameType ? ["secrets"] : [], ["ssl", "keystore"]].filter((path) => path.length > 0);
    return holders.flatMap((holder) => {
        const [before, after] = [valueAt(state, holder), valueAt(inputs, holder)];
        if (!isRecord(before) || !isRecord(after)) return [];
        const leaf = holder[0] === "secrets" ? "password" : "key";
        const text = pathText([...holder, leaf]);
        const isDeclared = after[leaf] !== undefined || after[`${leaf}From`] !== undefined;
        const isKnown = before[leaf] !== undefined || valueAt(state, [fingerprintsInput, text]) !== undefined;
        return isDeclared && !isKnown ? [text] : [];
    });
}

/** What a planned change of a connection does to running ingestion. */
export function connectionEffects(state: Properties, inputs: Properties, { changed, replaces }: Planned): string[] {
    if (replaces.includes("projectId")) {
        return ["the project changes: a connection is made in the new project, then the old project's is deleted"];
    }
    if (replaces.includes("name")) {
        return [
            "the name changes: a connection of the new name is made, jobs that take connection.name are swapped to it, then the old one is deleted",
        ];
    }
    const notes: string[] = [];
    const again = lost(state, inputs);
    if (again.length > 0) {
        notes.push(
            `the connection was changed since this resource's last recorded write, and secrets cannot be read back: sets ${again.join(", ")} again`,
        );
    }
    const reaching = ["bootstrapServers", "topicName", "topicNameIsPattern", "clientRack", "secrets", "ssl"];
    const touched = changed.filter((name) => reaching.includes(name) && !hasUnknown(inputs[name]));
    if (touched.length > 0) {
        notes.push(
            `updates ${touched.join(", ")} in place: jobs that run go on with what they have until they are restarted (restartTrigger)`,
        );
    }
    return [...notes, ...topicNotes(state, inputs, changed)];
}
