import fc from "fast-check";
import { mskTopicWildcards } from "../../provider/aws/topic-wildcards";

/** How IAM matches: `*` is any text, `?` any one character, all else itself. */
function iamMatches(wildcard: string, name: string): boolean {
    const expression = wildcard.replace(/[.*+?^${}()|[\]\\]/g, (c) => ({ "*": "[^]*", "?": "[^]" })[c] ?? `\\${c}`);
    return new RegExp(`^${expression}$`).test(name);
}
const anyMatches = (wildcards: readonly string[], name: string) => wildcards.some((w) => iamMatches(w, name));

const alphabet = Array.from("ABCxyz019._-");
const names = fc
    .string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 12 })
    .filter((name) => name !== "." && name !== "..");

/** A pattern, a text that it matches, and all that it matches: the places in a text that it gets to from others. */
interface Sampled {
    readonly pattern: string;
    readonly sample: string;
    readonly reach: (text: string, places: ReadonlySet<number>) => ReadonlySet<number>;
}
const matches = ({ reach }: Sampled, text: string) => reach(text, new Set([0])).has(text.length);
const isName = (text: string) => /^[A-Za-z0-9._-]{1,249}$/.test(text);

const one = (pattern: string, character: RegExp, ...samples: string[]): fc.Arbitrary<Sampled> =>
    fc.constantFrom(...samples).map((sample) => ({
        pattern,
        sample,
        reach: (text, places) =>
            new Set([...places].filter((at) => character.test(text[at] ?? "")).map((at) => at + 1)),
    }));

const literal = names.map((name) => ({
    pattern: name.replaceAll(".", "\\."),
    sample: name,
    reach: (text: string, places: ReadonlySet<number>) =>
        new Set([...places].filter((at) => text.startsWith(name, at)).map((at) => at + name.length)),
}));

const leaf = fc.oneof(
    literal,
    one(".", /./, ...alphabet),
    one("\\d", /[0-9]/, "0", "7"),
    one("\\w", /[A-Za-z0-9_]/, "a", "Z", "_", "3"),
    one("\\W", /[.-]/, ".", "-"),
    one("[xy]", /[xy]/, "x", "y"),
    one("[A-C_]", /[A-C_]/, "A", "C", "_"),
    one("[^a-z]", /[^a-z]/, "A", "0", "-"),
    one("(?=x)x", /x/, "x"),
    one("(?i:a)", /[Aa]/, "a", "A"),
);

function repeated(
    { pattern, sample, reach }: Sampled,
    times: [number, number],
    take: number,
    written: string,
): Sampled {
    const [min, max] = times;
    return {
        pattern: `(?:${pattern})${written}`,
        sample: sample.repeat(take),
        reach: (text, places) => {
            let now = places;
            for (let count = 0; count < min; count += 1) now = reach(text, now);
            const all = new Set(now);
            for (let count = min; count < max; count += 1) {
                now = reach(text, now);
                const before = all.size;
                for (const place of now) all.add(place);
                if (all.size === before) break;
            }
            return all;
        },
    };
}

const { any: sampled } = fc.letrec<{ any: Sampled }>((tie) => ({
    any: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.tuple(tie("any"), tie("any")).map(([a, b]) => ({
            pattern: `(?:${a.pattern})(?:${b.pattern})`,
            sample: a.sample + b.sample,
            reach: (text: string, places: ReadonlySet<number>) => b.reach(text, a.reach(text, places)),
        })),
        fc.tuple(tie("any"), tie("any"), fc.boolean()).map(([a, b, first]) => ({
            pattern: `(${a.pattern}|${b.pattern})`,
            sample: first ? a.sample : b.sample,
            reach: (text: string, places: ReadonlySet<number>) =>
                new Set([...a.reach(text, places), ...b.reach(text, places)]),
        })),
        fc
            .tuple(tie("any"), fc.nat(3), fc.nat(6), fc.nat(6))
            .map(([part, min, more, extra]) =>
                repeated(part, [min, min + more], min + Math.min(more, extra), `{${min},${min + more}}`),
            ),
        fc.tuple(tie("any"), fc.nat(3)).map(([part, take]) => repeated(part, [0, Infinity], take, "*")),
        fc.tuple(tie("any"), fc.nat(3)).map(([part, take]) => repeated(part, [1, Infinity], take + 1, "+?")),
        fc.tuple(tie("any"), fc.nat(1)).map(([part, take]) => repeated(part, [0, 1], take, "?")),
    ),
}));

/** Parts in a row, and alternatives of such, without groups around them. */
const row = fc.array(fc.oneof(leaf, sampled), { minLength: 1, maxLength: 3 }).map((parts): Sampled => ({
    pattern: parts.map(({ pattern }) => pattern).join(""),
    sample: parts.map(({ sample }) => sample).join(""),
    reach: (text, places) => parts.reduce((reached, { reach }) => reach(text, reached), places),
}));
const topLevel = fc.array(fc.oneof(literal, row), { minLength: 1, maxLength: 3 }).map((rows): Sampled => ({
    pattern: rows.map(({ pattern }) => pattern).join("|"),
    sample: rows[0]!.sample,
    reach: (text, places) => new Set(rows.flatMap(({ reach }) => [...reach(text, places)])),
}));

const group = (pattern: string) => `(?:${pattern})`;

describe("wildcards for a pattern of topics", () => {
    it("cover every topic that the pattern matches", () => {
        fc.assert(
            fc.property(topLevel, (given) => {
                fc.pre(isName(given.sample));
                expect(matches(given, given.sample)).toBe(true);
                expect(anyMatches(mskTopicWildcards(given.pattern).wildcards, given.sample)).toBe(true);
                expect(anyMatches(mskTopicWildcards(`^${group(given.pattern)}$`).wildcards, given.sample)).toBe(true);
            }),
            { numRuns: 2000 },
        );
    });

    it("match no other topic when they are called exact", () => {
        let compared = 0;
        fc.assert(
            fc.property(topLevel, names, (given, other) => {
                fc.pre(isName(given.sample));
                const { wildcards, exact } = mskTopicWildcards(given.pattern);
                if (!exact) return;
                const changed = [other, `${given.sample}${other}`, `${other}${given.sample}`, given.sample.slice(1)];
                for (const name of changed.filter(isName)) {
                    compared += 1;
                    expect([name, anyMatches(wildcards, name)]).toEqual([name, matches(given, name)]);
                }
            }),
            { numRuns: 5000 },
        );
        expect(compared).toBeGreaterThan(400);
    });

    it("are the name itself for a pattern without any operator", () => {
        fc.assert(
            fc.property(names, (name) => {
                const found = mskTopicWildcards(`\\Q${name}\\E`);
                expect(found).toEqual({ wildcards: [name], exact: true, wider: [] });
            }),
        );
    });

    it("are alternatives that name each topic when the pattern does", () => {
        fc.assert(
            fc.property(fc.uniqueArray(names, { minLength: 1, maxLength: 600 }), (topics) => {
                const pattern = topics.map((topic) => topic.replaceAll(".", "\\.")).join("|");
                expect(mskTopicWildcards(pattern)).toEqual({ wildcards: topics, exact: true, wider: [] });
            }),
        );
    });

    it.each([
        ["orders-.*", ["orders-*"]],
        ["orders-.+", ["orders-?*"]],
        ["^orders$", ["orders"]],
        ["^eu$|us|\\Aorders\\z", ["eu", "orders", "us"]],
        ["\\Qa.b\\E|\\Qa,b\\E", ["a.b"]],
        ["orders\\-eu\\_1", ["orders-eu_1"]],
        ["orders|", ["orders"]],
        ["a/b|orders", ["orders"]],
        ["orders|orders", ["orders"]],
        [".*", ["*"]],
    ])("say exactly what %s says", (pattern, wildcards) => {
        const found = mskTopicWildcards(pattern);
        expect({ ...found, wildcards: [...found.wildcards].sort() }).toEqual({ wildcards, exact: true, wider: [] });
    });

    it.each([
        ["orders-\\d+", ["orders-*"]],
        ["orders-(eu|us)", ["orders-*"]],
        ["orders( eu)?", ["orders*"]],
        ["cdc.public.orders", ["cdc*"]],
        ["topic[0-9]*", ["topic*"]],
        ["orders\\.[a-z]{2}", ["orders.*"]],
        ["orders+|order{2}", ["order*", "orde*"]],
        ["(?!test-).*", ["*"]],
        ["(a|b)-\\1|c", ["*", "c"]],
        ["a.*+b", ["a*"]],
        ["x{0,9}", ["*"]],
        ["eu-(?i:a)1", ["*"]],
        ["(?s)orders", ["*"]],
        ["eu(?x) # one", ["*"]],
        ["a(^|b)", ["a*"]],
        ["x[]a|]y|z", ["x*", "z"]],
        ["x[^[ab]c|&&[^]]]y", ["x*"]],
        ["a(b|(c|d)|\\)|e)|f", ["a*", "f"]],
        ["a{2}{3}", ["*"]],
        ["orders\\x2Ceu", ["orders*"]],
    ])("are wider than %s", (pattern, wildcards) => {
        const { wider, ...found } = mskTopicWildcards(pattern);
        expect(wider).not.toEqual([]);
        expect(found).toEqual({
            wildcards,
            exact: false,
        });
    });

    it.each([
        ["190 alternatives in a row", `t${"(a|b)".repeat(190)}`],
        ["ten thousand groups in each other", `${"(".repeat(10_000)}a${")".repeat(10_000)}`],
        ["many alternatives before a long text", `(${"a|".repeat(2000)}b)${"c".repeat(240)}`],
        ["classes in each other", "[".repeat(5000) + "a" + "]".repeat(5000)],
        ["classes in each other, and a doubt", "[&&".repeat(5000)],
        ["a class of classes that are not closed", "[a&&]" + "[^\\\\".repeat(30_000)],
        ["many parts that may be left out", "a?".repeat(2_500)],
        ["many groups that may be left out", "(a|b)?".repeat(16_000)],
        ["many parts that may be left out between others", "(?:a?b)?|" + "a?b".repeat(30_000)],
        ["many groups before others", "a|" + "(a|b)c".repeat(16_000)],
        ["many single characters", "a" + ".".repeat(100_000) + "|a"],
        ["two billion repetitions", "(.|..|...){2147483647}"],
    ])("are found in bounded work when a pattern has %s", (_, pattern) => {
        expect(mskTopicWildcards(pattern).wildcards.length).toBeLessThanOrEqual(512);
    });

    it("are legal, or the pattern is refused in one sentence that does not quote it", () => {
        const words = "\\Q \\E (?i) (?x) (?: [^ && {2} \\d ${".split(" ");
        const pieces = [...Array.from("ab01._-/ *+?|()[]{}^$&,:<>=!\\é"), ...words];
        const texts = fc.oneof(
            fc.string({ unit: "binary", maxLength: 40 }),
            fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join("")),
        );
        fc.assert(
            fc.property(texts, (text) => {
                const { wildcards, refusal } = attempt(`${text}zq7`);
                expect(wildcards.every((w) => /^[A-Za-z0-9._*?-]+$/.test(w))).toBe(true);
                expect(refusal).toMatch(/^(|topicName is malformed: (expected a regular|no topic can match) .*\.)$/);
                expect(refusal).not.toContain("zq7");
                expect(wildcards.length > 0).toBe(refusal === "");
            }),
            { numRuns: 3000 },
        );
    });
});

function attempt(pattern: string): { wildcards: readonly string[]; refusal: string } {
    try {
        return { wildcards: mskTopicWildcards(pattern).wildcards, refusal: "" };
    } catch (error) {
        return { wildcards: [], refusal: (error as Error).message };
    }
}
