/** Java quotes by `\Q` and `\E`; here each character is escaped by itself. */
export const withoutQuotes = (pattern: string) =>
    pattern.replace(/\\Q(.*?)(?:\\E|$)|\\./gsu, (whole, quoted?: string) =>
        quoted === undefined ? whole : quoted.replace(/[^A-Za-z0-9]/gu, "\\$&"),
    );

const groupForm = /\((?:\?(?:[:=!>]|<[=!]|<([^>]{0,250}>?)|[imsducxU]*(?:-[imsducxU]*)?[:)])?)?/y;
const nameForm = /^[A-Za-z][A-Za-z0-9]*>$/;
const escapeForm = /\\(?:[pPNx]\{[^}\\]*\}|b\{g\}|k<\w+>|c.|.)?/suy;
const boundsForm = /\{(\d+)(?:,(\d*))?\}/y;
const suffixForm = /[?+]?/y;
const rangeForm = /([^\\[\]])-([^\\[\]])/suy;

const unclosedGroup = "( is not closed";
const unclosedClass = "[ is not closed";
const dangling = "*, + or ? has nothing to repeat";

/** In doubt, nothing is said about a pattern. */
class Doubt extends Error {}

/** Why Java surely takes a text for no regular expression; undefined where there is none, or doubt. */
export function patternSyntaxFault(given: string): string | undefined {
    // With the flag x, blanks mean nothing and comments may hold anything.
    if (/\(\?[A-Za-z-]*x/.test(given)) return undefined;
    try {
        return faultIn(withoutQuotes(given));
    } catch (error) {
        if (error instanceof Doubt) return undefined;
        throw error;
    }
}

function faultIn(pattern: string): string | undefined {
    const names = new Set<string>();
    let position = 0;
    let depth = 0;
    const take = (form: RegExp) => {
        form.lastIndex = position;
        const found = form.exec(pattern);
        position += found?.[0].length ?? 0;
        return found;
    };

    const groupFault = (): string | undefined => {
        const [opening = "", name] = take(groupForm) ?? [];
        if (name !== undefined) {
            if (!nameForm.test(name)) return "the name of a group is malformed";
            if (names.has(name)) return "two groups have the same name";
            names.add(name);
        }
        if (opening === "(?") return "(? begins a group that Java does not know";
        // Flags alone are no group.
        if (!opening.endsWith(")")) depth += 1;
        return undefined;
    };
    const classFault = (): string | undefined => {
        let level = 0;
        let isAligned = true;
        do {
            if (position >= pattern.length) return unclosedClass;
            if (pattern.startsWith("&&", position)) throw new Doubt();
            const character = pattern[position];
            if (character === "[") {
                level += 1;
                take(/\[\^?\]?/y);
            } else if (character === "]") {
                level -= 1;
                position += 1;
            } else if (character === "\\") {
                take(escapeForm);
                // What "-" means after an escape depends on the escape.
                isAligned &&= pattern[position] !== "-";
            } else {
                const [, from = "", to = ""] = take(rangeForm) ?? [];
                if (from === "") take(/./suy);
                else if (isAligned && (from.codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0)) {
                    return "a range in [ ] is out of order";
                }
            }
        } while (level > 0);
        return undefined;
    };
    const boundsFault = (): string | undefined => {
        const [whole, least, most] = take(boundsForm) ?? [];
        if (whole === undefined) position += 1;
        return most !== undefined && most !== "" && Number(most) < Number(least)
            ? "the bounds in { } are out of order"
            : undefined;
    };
    const quantifierFault = (): string | undefined => {
        const next = pattern[position] ?? "";
        if (next === "{") {
            const fault = boundsFault();
            if (fault !== undefined) return fault;
        } else if ("*+?".includes(next)) position += next.length;
        else return undefined;
        take(suffixForm);
        return undefined;
    };
    const partFault = (character: string): string | undefined => {
        if (character === "[") return classFault();
        if (character !== "\\") {
            // Java takes bounds without anything before them, and repeats nothing.
            position += character === "{" ? 0 : 1;
            return undefined;
        }
        const [escape] = take(escapeForm) ?? [];
        return escape === "\\" ? "\\ at the end escapes nothing" : undefined;
    };

    while (position < pattern.length) {
        const character = pattern[position] ?? "";
        if ("*+?".includes(character)) return dangling;
        if (character === "(") {
            const fault = groupFault();
            if (fault !== undefined) return fault;
            continue;
        }
        if (character === "|") {
            position += 1;
            continue;
        }
        if (character === ")" && --depth < 0) return ") closes no group";
        const fault = partFault(character) ?? quantifierFault();
        if (fault !== undefined) return fault;
    }
    return depth > 0 ? unclosedGroup : undefined;
}
