import { pick, predefinedSet, propertySet, topicCharacters, without } from "./characters";
import { Refusal } from "./refusal";

/** Reads a regular expression from left to right, and says in one sentence what is wrong with it. */
export class PatternReader {
    private readonly characters: readonly string[];
    private at = 0;
    /** Whether letters match in both cases from here on: the flag `i`. */
    ignoreCase = false;
    /** The names of the groups so far, in their brackets. */
    readonly groupNames = new Set<string>();

    constructor(pattern: string) {
        this.characters = Array.from(unquoted(pattern));
    }

    get position() {
        return this.at;
    }

    /** What comes next, without reading it; empty at the end. */
    peek(count = 1) {
        return this.characters.slice(this.at, this.at + count).join("");
    }

    next(expected: string) {
        const character = this.characters[this.at];
        if (character === undefined) this.fail(`it ends where ${expected} is expected`);
        this.at += 1;
        return character;
    }

    /** Reads a text if it comes next. */
    eat(text: string) {
        const found = this.peek(text.length) === text;
        if (found) this.at += text.length;
        return found;
    }

    /** Reads what a sticky expression matches here. */
    take(expression: RegExp): string | undefined {
        const found = expression.exec(this.characters.slice(this.at).join(""))?.[0];
        if (found !== undefined) this.at += Array.from(found).length;
        return found;
    }

    textFrom(position: number) {
        return this.characters.slice(position, this.at).join("");
    }

    fail(reason: string): never {
        throw new Refusal(`topicName is not a regular expression of topics: ${reason}; expected one that Java takes.`);
    }
}

/** Writes what stands between `\Q` and `\E` as escaped characters. */
function unquoted(pattern: string) {
    return pattern.replace(/\\Q([\s\S]*?)(?:\\E|$)|\\[\s\S]/g, (found, quoted: string | undefined) =>
        quoted === undefined ? found : quoted.replace(/[\s\S]/gu, (c) => (/[A-Za-z0-9]/.test(c) ? c : `\\${c}`)),
    );
}

/** One character, or a set of characters that an escape stands for. */
export type Escaped = { readonly character: string } | { readonly set: string };

const controls = "tnrfae";

/** Reads what follows a backslash where it stands for a character or for a set of them. */
export function readEscape(reader: PatternReader): Escaped {
    const letter = reader.next("an escaped character");
    const set = predefinedSet(letter);
    if (set !== undefined) return { set };
    if (letter === "p" || letter === "P") return readProperty(reader, letter === "P");
    if (controls.includes(letter)) return { set: "" };
    if (letter === "c") {
        const code = reader.next("the letter of a control character").codePointAt(0) ?? 0;
        return { character: String.fromCodePoint(code ^ 64) };
    }
    if (letter === "0") return coded(reader, /^([0-3][0-7]{2}|[0-7]{1,2})/, 8, "\\0 with an octal number");
    if (letter === "u") return coded(reader, /^[0-9A-Fa-f]{4}/, 16, "\\u with four hexadecimal digits");
    if (letter === "x" && reader.eat("{")) {
        const escaped = coded(reader, /^[0-9A-Fa-f]{1,6}/, 16, "\\x{…} with a hexadecimal number");
        return reader.eat("}") ? escaped : reader.fail("\\x{ is not closed");
    }
    if (letter === "x") return coded(reader, /^[0-9A-Fa-f]{2}/, 16, "\\x with two hexadecimal digits");
    if (/[A-Za-z0-9]/.test(letter)) reader.fail(`\\${letter} has no meaning here`);
    return { character: letter };
}

function coded(reader: PatternReader, digits: RegExp, base: number, expected: string): Escaped {
    const found = reader.take(digits);
    const code = found === undefined ? Infinity : Number.parseInt(found, base);
    return code > 0x10ffff ? reader.fail(`it lacks ${expected}`) : { character: String.fromCodePoint(code) };
}

function readProperty(reader: PatternReader, negated: boolean): Escaped {
    const name = reader.take(/^\{[A-Za-z]+\}/)?.slice(1, -1) ?? reader.take(/^[A-Z]/);
    const set = name === undefined ? undefined : propertySet(name);
    if (set === undefined) reader.fail("\\p needs the name of a property that is known here, as in \\p{Alnum}");
    return { set: negated ? without(set) : set };
}

/** Topic characters that one position of the pattern matches. */
export interface CharacterSet {
    readonly set: string;
    /** Whether the pattern may match fewer. */
    readonly loose: boolean;
}

/** Reads a character class, after its opening bracket. */
export function readClass(reader: PatternReader): CharacterSet {
    const negated = reader.eat("^");
    const start = reader.position;
    const operands: string[] = [];
    let members = new Set<string>();
    let nested = false;
    for (let operandStart = start; ;) {
        if (reader.peek() === "]" && reader.position !== start) break;
        if (reader.eat("&&")) {
            if (reader.position - 2 === operandStart || reader.peek() === "]") reader.fail("&& lacks an operand");
            operands.push([...members].join(""));
            members = new Set();
            operandStart = reader.position;
        } else if (reader.eat("[")) {
            nested = true;
            for (const character of readClass(reader).set) members.add(character);
        } else if (operands.length > 0 && reader.peek() === "&") {
            reader.fail("& after && has to be escaped");
        } else {
            for (const character of readMember(reader)) members.add(character);
        }
    }
    reader.next("]");
    const set = pick((c) => members.has(c) && operands.every((operand) => operand.includes(c)));
    if (!negated) return { set, loose: false };
    // Versions of Java differ in what ^ takes in here, so that only the widest reading is sure to cover.
    if (nested || operands.length > 0 || reader.ignoreCase) return { set: topicCharacters, loose: true };
    return { set: without(set), loose: false };
}

function readMember(reader: PatternReader): string {
    const from = readClassCharacter(reader);
    if ("set" in from) return from.set;
    if (reader.peek() !== "-" || ["-]", "-["].includes(reader.peek(2))) return from.character;
    reader.next("-");
    const to = readClassCharacter(reader);
    const [low, high] = [from, to].map((end) => ("set" in end ? undefined : end.character.codePointAt(0)));
    if (low === undefined || high === undefined || low > high) reader.fail("a range of characters runs backwards");
    return pick((c) => c.charCodeAt(0) >= low && c.charCodeAt(0) <= high);
}

function readClassCharacter(reader: PatternReader): Escaped {
    const character = reader.next("] at the end of a character class");
    return character === "\\" ? readEscape(reader) : { character };
}
