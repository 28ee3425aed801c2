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

const leaf = fc.oneof(
    names.map((name) => ({
        pattern: name.replaceAll(".", "\\."),
        sample: name,
        reach: (text: string, places: ReadonlySet<number>) =>
            new Set([...places].filter((at) => text.startsWith(name, at)).map((at) => at + name.length)),
    })),
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

const group = (pattern: string) => `(?:${pattern})`;

describe("wildcards for a pattern of topics", () => {
    it("cover every topic that the pattern matches", () => {
        fc.assert(
            fc.property(sampled, (given) => {
                fc.pre(isName(given.sample));
                expect(matches(given, given.sample)).toBe(true);
                expect(anyMatches(mskTopicWildcards(`^${group(given.pattern)}$`).wildcards, given.sample)).toBe(true);
            }),
            { numRuns: 2000 },
        );
    });

    it("match no other topic when they are called exact", () => {
        let compared = 0;
        fc.assert(
            fc.property(sampled, names, (given, other) => {
                fc.pre(isName(given.sample));
                const { wildcards, exact, wider } = mskTopicWildcards(given.pattern);
                expect(wider.length === 0).toBe(exact);
                if (!exact) return;
                const changed = [other, `${given.sample}${other}`, `${other}${given.sample}`, given.sample.slice(1)];
                for (const name of changed.filter(isName)) {
                    compared += 1;
                    expect([name, anyMatches(wildcards, name)]).toEqual([name, matches(given, name)]);
                }
            }),
            { numRuns: 2000 },
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
            fc.property(fc.uniqueArray(names, { minLength: 1, maxLength: 32 }), (topics) => {
                const pattern = topics.map((topic) => topic.replaceAll(".", "\\.")).join("|");
                expect(mskTopicWildcards(pattern)).toEqual({ wildcards: topics, exact: true, wider: [] });
            }),
        );
    });

    it.each([
        ["orders-.*", ["orders-*"]],
        ["orders-.+", ["orders-?*"]],
        ["orders-.{2}", ["orders-??"]],
        ["orders-(eu|us)", ["orders-eu", "orders-us"]],
        ["orders-(?<place>eu|us)(-dlq)?", ["orders-eu", "orders-eu-dlq", "orders-us", "orders-us-dlq"]],
        ["orders-v?[12]", ["orders-1", "orders-2", "orders-v1", "orders-v2"]],
        ["^orders$", ["orders"]],
        ["orders.*|orders-eu", ["orders*"]],
        ["(?i)eu", ["EU", "Eu", "eU", "eu"]],
        ["(?i:e)u", ["Eu", "eu"]],
        ["a{2,4}", ["aa", "aaa", "aaaa"]],
        ["\\x61\\u0062\\0143\\.d", ["abc.d"]],
        ["[\\w&&[abc]&&[^b]]", ["a", "c"]],
        ["[]a]", ["a"]],
        ["a/b|orders", ["orders"]],
    ])("say exactly what %s says", (pattern, wildcards) => {
        const found = mskTopicWildcards(pattern);
        expect({ ...found, wildcards: [...found.wildcards].sort() }).toEqual({
            wildcards: [...wildcards].sort(),
            exact: true,
            wider: [],
        });
    });

    it.each([
        ["orders-\\d+", ["orders-?*"], ["\\d+ becomes ?*"]],
        ["topic[0-9]*", ["topic*"], ["[0-9]* becomes *"]],
        ["orders\\.[a-z]{2}", ["orders.??"], ["[a-z] becomes ?"]],
        ["[a-z]+\\.(raw|clean)", ["?*.raw", "?*.clean"], ["[a-z]+ becomes ?*"]],
        ["(?!test-).*", ["*"], ["(?!test-) is not enforced"]],
        ["(a|b)-\\1", ["a-*", "b-*"], ["\\1 becomes *"]],
        ["(eu|us)+", ["eu*", "us*"], ["(eu|us)+ becomes alternatives that end in *"]],
        ["a.*+b", ["a*b"], [".*+ is not enforced"]],
        ["x{0,9}", ["*"], ["x{0,9} becomes *"]],
        ["a(^|b)", ["a", "ab"], ["^ is not enforced"]],
        ["(a$|b)\\bc\\Ad", ["acd", "bcd"], ["$ is not enforced", "\\b is not enforced", "\\A is not enforced"]],
        ["[^[ab]c]", ["?"], ["[^[ab]c] becomes ?"]],
    ])("are wider than %s, and say where", (pattern, wildcards, wider) => {
        expect(mskTopicWildcards(pattern)).toEqual({ wildcards, exact: false, wider });
    });

    it("become fewer where a pattern has more alternatives than a policy can hold", () => {
        const { wildcards, exact, wider } = mskTopicWildcards("topic-[abcd][abcd][abcd]-x");
        expect(exact).toBe(false);
        expect(wider).toEqual(["more than 32 alternatives are merged"]);
        expect(wildcards).toContain("topic-ab?-x");
        expect(wildcards).toHaveLength(16);
    });
});

describe("a pattern of topics", () => {
    it.each([
        ["orders-(eu", "( is not closed"],
        ["orders)", ") closes no group"],
        ["[a-", "it ends where"],
        ["[z-a]", "a range of characters runs backwards"],
        ["*orders", "* has nothing to repeat"],
        ["a**", "* has nothing to repeat"],
        ["a{2}{3}", "{ has nothing to repeat"],
        ["a{3,1}", "{3,1} is no range of repetitions"],
        ["${aws:username}", "{ has nothing to repeat"],
        ["\\y", "\\y has no meaning here"],
        ["\\p{Nonsense}", "\\p needs the name of a property"],
        ["\\p{constructor}", "\\p needs the name of a property"],
        ["(?x) a", "the flags u, U and x have no use"],
        ["(?<a>x)(?<a>y)", "two groups have one name"],
        ["\\k<a>", "\\k names no group before it"],
        ["(?i)*", "flags cannot be repeated"],
        ["(?~a)", "(? opens no kind of group"],
        ["\\", "it ends where an escaped character is expected"],
        ["[a&&]", "&& lacks an operand"],
        ["\\xg", "it lacks \\x with two hexadecimal digits"],
        ["\\x{110000}", "it lacks \\x{…} with a hexadecimal number"],
        ["a".repeat(1001), "it is longer than 1000 characters"],
    ])("is refused when it is %s", (pattern, reason) => {
        expect(() => mskTopicWildcards(pattern)).toThrow(`topicName is not a regular expression of topics: ${reason}`);
    });

    it.each(["", "a/b", "orders eu", "\\*", "a{250}", "[^\\w.-]", "\\s+", "é"])(
        "is refused when no topic can match it: %j",
        (pattern) => {
            expect(() => mskTopicWildcards(pattern)).toThrow("topicName matches no topic");
        },
    );

    it("gives legal wildcards or one sentence, whatever it is", () => {
        const words = "\\Q \\E (?i) (?: [^ && {2} \\d ${".split(" ");
        const pieces = [...Array.from("ab01._-/ *+?|()[]{}^$&,:<>=!\\é"), ...words];
        const texts = fc.oneof(
            fc.string({ unit: "binary", maxLength: 40 }),
            fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join("")),
        );
        fc.assert(
            fc.property(texts, (pattern) => {
                const { wildcards, refusal } = attempt(pattern);
                expect(wildcards.length <= 32 && wildcards.every((w) => /^[A-Za-z0-9._*?-]+$/.test(w))).toBe(true);
                expect(refusal).toMatch(
                    /^(|topicName (is not a regular expression of topics|matches no topic): .*\.)$/,
                );
                expect(wildcards.length > 0).toBe(refusal === "");
            }),
            { numRuns: 3000 },
        );
    });

    it.each([
        ["long repetitions in each other", "((((((a{0,4}){249}){249}){249}){249}){249})"],
        ["190 alternatives in a row", "(a|b)".repeat(190)],
        ["110 repetitions in each other", `${"(?:".repeat(110)}a${"{0,4})".repeat(110)}`],
        ["two billion repetitions", "(.|..|...){2147483647}"],
        ["many repetitions of what may be nothing", "(?:a?){100000}"],
    ])("is read in bounded work when it has %s", (_, pattern) => {
        const { wildcards, refusal } = attempt(pattern);
        expect(wildcards.length).toBeLessThanOrEqual(32);
        expect(wildcards.length > 0).toBe(refusal === "");
    });
});

function attempt(pattern: string): { wildcards: readonly string[]; refusal: string } {
    try {
        return { wildcards: mskTopicWildcards(pattern).wildcards, refusal: "" };
    } catch (error) {
        return { wildcards: [], refusal: (error as Error).message };
    }
}
