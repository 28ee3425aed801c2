import { longestTopicName } from "./characters";

/** Alternatives, each a text with IAM's wildcards: `?` is any one character, `*` is any text. */
export type Wildcards = readonly string[];

/** How many alternatives are kept apart: as many ARNs as a policy of usual size can hold. */
export const mostAlternatives = 32;

const leastLength = (wildcard: string) => wildcard.replaceAll("*", "").length;

/** Writes wildcards that touch in one way: `*?*` and `?**` are `?*`. */
const tidy = (wildcard: string) => wildcard.replace(/[?*]*\*[?*]*/g, (run) => `${"?".repeat(leastLength(run))}*`);

const distinct = (wildcards: Wildcards): Wildcards => [
    ...new Set(wildcards.map(tidy).filter((wildcard) => leastLength(wildcard) <= longestTopicName)),
];

/** What matches the one or the other. Too many alternatives become one, which `onMerge` is told. */
export function union(left: Wildcards, right: Wildcards, onMerge: () => void): Wildcards {
    const all = distinct([...left, ...right]);
    if (all.length <= mostAlternatives) return all;
    onMerge();
    return [cover(all)];
}

/** What matches the one and then the other. Of too many alternatives, the shorter list becomes one wildcard. */
export function concatenation(left: Wildcards, right: Wildcards, onMerge: () => void): Wildcards {
    if (left.length * right.length > mostAlternatives) {
        onMerge();
        return left.length < right.length
            ? concatenation([cover(left)], right, onMerge)
            : concatenation(left, [cover(right)], onMerge);
    }
    return distinct(left.flatMap((start) => right.map((end) => start + end)));
}

/** The tightest single wildcard that this program finds for several. */
export function cover(wildcards: Wildcards): string {
    const [first = "", ...others] = wildcards;
    const fixed = wildcards.every((wildcard) => !wildcard.includes("*") && wildcard.length === first.length);
    if (fixed) {
        return Array.from(first)
            .map((c, index) => (others.every((other) => other[index] === c) ? c : "?"))
            .join("");
    }
    const shortest = Math.min(...wildcards.map(leastLength));
    const start = commonStart(wildcards, shortest);
    const end = commonStart(
        wildcards.map((wildcard) => Array.from(wildcard).reverse().join("")),
        shortest - start.length,
    );
    const between = "?".repeat(shortest - start.length - end.length);
    return tidy(`${start}${between}*${Array.from(end).reverse().join("")}`);
}

function commonStart(wildcards: Wildcards, most: number): string {
    const [first = ""] = wildcards;
    let length = 0;
    while (length < most && first[length] !== "*" && wildcards.every((other) => other[length] === first[length])) {
        length += 1;
    }
    return first.slice(0, length);
}

/**
 * Whether everything that `narrow` matches is matched by `wide`: then a `*` of `narrow` meets a `*` of `wide`, and a
 * `?` meets a `?` or a `*`. For a text without wildcards, this is how IAM matches.
 */
export function covers(wide: string, narrow: string): boolean {
    let reached = new Set([0]);
    const skipStars = (positions: Set<number>) => {
        for (const position of positions) if (wide[position] === "*") positions.add(position + 1);
        return positions;
    };
    skipStars(reached);
    for (const character of narrow) {
        const next = new Set<number>();
        for (const position of reached) {
            const met = wide[position];
            if (met === "*") next.add(position);
            else if (met === character || (met === "?" && character !== "*")) next.add(position + 1);
        }
        reached = skipStars(next);
    }
    return reached.has(wide.length);
}

/** Leaves out each alternative that another one covers, and the empty text, which names nothing. */
export function withoutCovered(wildcards: Wildcards): Wildcards {
    const named = wildcards.filter((wildcard) => wildcard !== "");
    return named.filter((narrow, index) =>
        named.every(
            (wide, other) => other === index || !covers(wide, narrow) || (covers(narrow, wide) && index < other),
        ),
    );
}
