import { longestTopicName, topicCharacters } from "./characters";
import { parseTopicPattern } from "./topic-pattern";
import type { Part, Repeat } from "./topic-pattern";
import { concatenation, mostAlternatives, union, withoutCovered } from "./wildcards";
import type { Wildcards } from "./wildcards";
import { Refusal } from "./refusal";

/** The topics of a pattern, in the terms of IAM. */
export interface TopicWildcards {
    /** One entry per alternative; `?` is any one character and `*` any text, as in the ARNs of a policy. */
    readonly wildcards: readonly string[];
    /** Whether the wildcards match the topics of the pattern and no others. */
    readonly exact: boolean;
    /** Where they match more than the pattern, part by part, in words; empty if `exact`. */
    readonly wider: readonly string[];
}

/** Classes of up to so many characters are spelt out; larger ones become `?`. */
const fewCharacters = 4;
/** So many optional repetitions are spelt out; more become `*`. */
const fewRepetitions = 4;

/**
 * The tightest wildcards for a regular expression over topics, as a connection takes it with `topicNameIsPattern`:
 * in Java's syntax, matched against the whole name. They cover every topic that the pattern matches.
 *
 * IAM has but two wildcards, so alternatives, optional parts and small character classes become wildcards of their
 * own (`orders-(eu|us)` becomes `orders-eu` and `orders-us`), while other parts have to become wider: `\d+` becomes
 * `?*`, which is any text of at least one character. `wider` names them. More than 32 alternatives become fewer.
 *
 * Sources: "Multiple topics per connection" (Imply Polaris); "IAM JSON policy elements: Resource" (AWS).
 *
 * @throws Error if the pattern is no regular expression, or one that no topic can match.
 */
export function mskTopicWildcards(pattern: string): TopicWildcards {
    const wider = new Set<string>();
    const wildcards = withoutCovered(convert(parseTopicPattern(pattern), (note) => wider.add(note)));
    if (wildcards.length === 0) {
        throw new Refusal(
            'topicName matches no topic: expected a pattern of ASCII letters, digits, ".", "_" and "-", up to 249 in all.',
        );
    }
    return { wildcards, exact: wider.size === 0, wider: [...wider] };
}

type Note = (text: string) => void;

function convert(part: Part, note: Note): Wildcards {
    const onMerge = () => note(`more than ${mostAlternatives} alternatives are merged`);
    switch (part.kind) {
        case "characters":
            return convertCharacters(part.set, part.loose, part.text, note);
        case "sequence":
            return part.parts.reduce<Wildcards>((all, next) => concatenation(all, convert(next, note), onMerge), [""]);
        case "choice":
            return part.branches.reduce<Wildcards>((all, next) => union(all, convert(next, note), onMerge), []);
        case "repeat":
            return convertRepeat(part, note, onMerge);
        case "condition":
            note(`${part.text} is not enforced`);
            return [""];
        case "backreference":
            note(`${part.text} becomes *`);
            return ["*"];
    }
}

function convertCharacters(set: string, loose: boolean, text: string, note: Note): Wildcards {
    if (set.length <= fewCharacters) return Array.from(set);
    if (loose || set.length < topicCharacters.length) note(`${text} becomes ?`);
    return ["?"];
}

function convertRepeat({ part, min, max, text }: Repeat, note: Note, onMerge: () => void): Wildcards {
    const inside: string[] = [];
    const once = convert(part, (found) => inside.push(found));
    let required: Wildcards = [""];
    // No name is longer than Kafka allows, so that more repetitions than that add nothing.
    for (let count = 0; count < Math.min(min, longestTopicName + 1); count += 1) {
        required = concatenation(required, once, onMerge);
    }
    if (max - min > fewRepetitions && once.join("") !== "") {
        const all = concatenation(required, ["*"], onMerge);
        const exact = max === Infinity && inside.length === 0 && (once.includes("?") || once.includes("*"));
        if (!exact) note(`${text} becomes ${all.length === 1 ? all.join("") : "alternatives that end in *"}`);
        return all;
    }
    inside.forEach(note);
    let optional: Wildcards = [""];
    for (let count = min; count < Math.min(max, min + fewRepetitions); count += 1) {
        optional = union([""], concatenation(once, optional, onMerge), onMerge);
    }
    return concatenation(required, optional, onMerge);
}
