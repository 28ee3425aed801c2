import { inBothCases, topicCharacters } from "./characters";
import { PatternReader, readClass, readEscape } from "./pattern-reader";

/** What a part of a regular expression matches, as far as names of topics go. `text` is how it was written. */
export type Part =
    | { readonly kind: "characters"; readonly set: string; readonly loose: boolean; readonly text: string }
    | { readonly kind: "sequence"; readonly parts: readonly Part[] }
    | { readonly kind: "choice"; readonly branches: readonly Part[] }
    | Repeat
    /** Matches the empty text, under a condition that a wildcard cannot state. */
    | { readonly kind: "condition"; readonly text: string }
    /** Matches what an earlier group has matched. */
    | { readonly kind: "backreference"; readonly text: string };

/** A part that is matched from `min` to `max` times in a row. */
export interface Repeat {
    readonly kind: "repeat";
    readonly part: Part;
    readonly min: number;
    readonly max: number;
    readonly text: string;
}

const longestPattern = 1000;
const nothing: Part = { kind: "sequence", parts: [] };

/** Reads a regular expression as Java takes it. Throws an Error of one sentence where it is none. */
export function parseTopicPattern(pattern: string): Part {
    const reader = new PatternReader(pattern);
    if (pattern.length > longestPattern) reader.fail(`it is longer than ${longestPattern} characters`);
    const part = readChoice(reader, 0);
    if (reader.peek() !== "") reader.fail(") closes no group");
    return part;
}

function readChoice(reader: PatternReader, depth: number): Part {
    const branches = [readSequence(reader, depth)];
    while (reader.eat("|")) branches.push(readSequence(reader, depth));
    return branches.length === 1 && branches[0] ? branches[0] : { kind: "choice", branches };
}

function readSequence(reader: PatternReader, depth: number): Part {
    const parts: Part[] = [];
    const start = reader.position;
    while (!["", "|", ")"].includes(reader.peek())) {
        const partStart = reader.position;
        parts.push(readQuantified(reader, readPart(reader, depth, partStart === start), partStart));
    }
    return { kind: "sequence", parts };
}

function readPart(reader: PatternReader, depth: number, first: boolean): Part {
    const start = reader.position;
    const character = reader.next("a character");
    if (character === "(") return readGroup(reader, depth + 1, start);
    if (character === "[") return characters(reader, start, readClass(reader));
    if (character === ".") return characters(reader, start, { set: topicCharacters, loose: false });
    if (character === "^") return anchor(reader, start, depth === 0 && first);
    if (character === "$") return anchor(reader, start, endsBranch(reader, depth));
    if (character === "\\") return readEscapedPart(reader, depth, first, start);
    if ("*+?{".includes(character)) reader.fail(`${character} has nothing to repeat`);
    return characters(reader, start, { set: topicCharacters.includes(character) ? character : "", loose: false });
}

function characters(reader: PatternReader, start: number, found: { set: string; loose: boolean }): Part {
    const set = reader.ignoreCase ? inBothCases(found.set) : found.set;
    return { kind: "characters", set, loose: found.loose, text: reader.textFrom(start) };
}

const endsBranch = (reader: PatternReader, depth: number) => depth === 0 && ["", "|"].includes(reader.peek());

/** Names are matched as a whole: an anchor at an end says nothing, and one elsewhere says what no wildcard can. */
const anchor = (reader: PatternReader, start: number, atEnd: boolean): Part =>
    atEnd ? nothing : { kind: "condition", text: reader.textFrom(start) };

function readEscapedPart(reader: PatternReader, depth: number, first: boolean, start: number): Part {
    if (reader.eat("A") || reader.eat("G")) return anchor(reader, start, depth === 0 && first);
    if (reader.eat("z") || reader.eat("Z")) return anchor(reader, start, endsBranch(reader, depth));
    if (reader.eat("b{g}") || reader.eat("b") || reader.eat("B")) return anchor(reader, start, false);
    if (reader.eat("R")) return characters(reader, start, { set: "", loose: false });
    if (reader.eat("X")) return characters(reader, start, { set: topicCharacters, loose: false });
    const group = reader.take(/^([1-9][0-9]*|k<[A-Za-z][A-Za-z0-9]*>)/);
    if (group?.startsWith("k") && !reader.groupNames.has(group.slice(1))) reader.fail("\\k names no group before it");
    if (group !== undefined) return { kind: "backreference", text: reader.textFrom(start) };
    const escaped = readEscape(reader);
    if ("set" in escaped) return characters(reader, start, { set: escaped.set, loose: reader.ignoreCase });
    const set = topicCharacters.includes(escaped.character) ? escaped.character : "";
    return characters(reader, start, { set, loose: false });
}

function readGroup(reader: PatternReader, depth: number, start: number): Part {
    const flags = reader.ignoreCase;
    const opening = reader.take(/^\?(<?[=!]|>|<[A-Za-z][A-Za-z0-9]*>|[idmsuxU]*(-[idmsuxU]*)?[:)])/) ?? "";
    if (opening === "" && reader.peek() === "?") reader.fail("(? opens no kind of group");
    if (/^\?[a-zA-Z-]*[:)]$/.test(opening)) setFlags(reader, opening.slice(1, -1));
    if (opening.endsWith(")")) {
        if (/[*+?{]/.test(reader.peek())) reader.fail("flags cannot be repeated");
        return nothing;
    }
    if (/^\?<[A-Za-z]/.test(opening)) nameGroup(reader, opening.slice(1));
    const inside = readChoice(reader, depth);
    if (!reader.eat(")")) reader.fail("( is not closed");
    reader.ignoreCase = flags;
    if (/^\?<?[=!]$/.test(opening)) return { kind: "condition", text: reader.textFrom(start) };
    return opening === "?>" ? withCondition(inside, reader.textFrom(start)) : inside;
}

function nameGroup(reader: PatternReader, name: string) {
    if (reader.groupNames.has(name)) reader.fail("two groups have one name");
    reader.groupNames.add(name);
}

function setFlags(reader: PatternReader, flags: string) {
    const [on = "", off = ""] = flags.split("-");
    if (/[uUx]/.test(on)) reader.fail("the flags u, U and x have no use in names of topics");
    reader.ignoreCase = off.includes("i") ? false : reader.ignoreCase || on.includes("i");
}

/** What never gives back characters matches less than a wildcard can say. */
const withCondition = (part: Part, text: string): Part => ({
    kind: "sequence",
    parts: [part, { kind: "condition", text }],
});

function readQuantified(reader: PatternReader, part: Part, start: number): Part {
    const quantifier = reader.take(/^([*+?]|\{\d+(,\d*)?\})/);
    if (quantifier === undefined) return part;
    const [min, max] = bounds(reader, quantifier);
    const possessive = !reader.eat("?") && reader.eat("+");
    const text = reader.textFrom(start);
    const repeat: Part = { kind: "repeat", part, min, max, text };
    return possessive ? withCondition(repeat, text) : repeat;
}

function bounds(reader: PatternReader, quantifier: string): [number, number] {
    if (quantifier === "*") return [0, Infinity];
    if (quantifier === "+") return [1, Infinity];
    if (quantifier === "?") return [0, 1];
    const [least = "", most = least] = quantifier.slice(1, -1).split(",");
    const [min, max] = [Number(least), most === "" ? Infinity : Number(most)];
    if (min > max || min > 0x7fffffff) reader.fail(`${quantifier} is no range of repetitions`);
    return [min, max];
}
