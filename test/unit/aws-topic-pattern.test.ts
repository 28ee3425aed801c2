import fc from "fast-check";
import { topicPatternFault } from "../../provider/aws/topic-pattern";

const many = (count: number) =>
    Array.from({ length: count }, (_, index) => `cdc\\.warehouse\\.public\\.table_${index}`).join("|");

describe("a pattern of topics", () => {
    it.each([
        "orders",
        "orders-.*",
        "^(eu|us)\\.orders$",
        "[a-z&&[^q]]+",
        "(?i)Orders",
        "(?i:eu|us)-orders",
        "(?>eu|us)-orders",
        "orders.*+",
        "orders?+",
        "(?<region>eu|us)-\\k<region>",
        "\\Qorders.v1\\E.*",
        "\\p{Alpha}+",
        "\\p{IsLatin}+",
        "\\P{Digit}+",
        "orders(?!-test$).*",
        "(?<!test-)orders",
        "(?<=a)*orders",
        "\\Aorders\\z",
        "\\x6frders",
        "a{2,}",
        "[]a]",
        "[^]a]",
        "[[a](]",
        "[[a]**]",
        "[a-[b]]",
        "[\\x{61}-z]",
        "[\\Q]\\E]|\\Q,\\E?a",
        "^*orders",
        "\\b{1,2}orders",
        "{2}orders",
        "a{2}{3}",
        "a?{2}",
        "(?:{0}a)",
        "orders|",
        "orders( eu)?",
        "orders[, ]*x",
        "orders[,x]",
        "(a,b|c)",
        "a,b|c",
        "[^,]+",
        "orders(, ){0}",
        "orders,{0,3}",
        "orders,*",
        "orders😀?",
        "(?!a,b)orders",
        "orders(?<!,)",
        "(?x) orders # a comment (",
        "(?x: orders )",
        "(?iu)orderſ",
        "[\\d-a]",
        "[\\.-z]",
        "[a-]",
        "[z-[a]]",
        "[^a-z&&[^-]]",
        "(?-i)orders",
        "(?)orders",
        "(?im-su:a)*+",
        "(?<!a)?b",
        "()*|a",
        "a{0}{2}+b",
        "a\\b{g}",
        "a\\c(?",
        "orders-*",
        "...",
        "x".repeat(249),
        many(40),
        many(900),
    ])("can be %s", (pattern) => {
        expect(topicPatternFault(pattern)).toBeUndefined();
    });

    it.each([
        ["(eu", "( is not closed"],
        ["eu)", ") closes no group"],
        ["*orders", "*, + or ? has nothing to repeat"],
        ["+", "*, + or ? has nothing to repeat"],
        ["eu|*", "*, + or ? has nothing to repeat"],
        ["orders**", "*, + or ? has nothing to repeat"],
        ["a{3,1}", "the bounds in { } are out of order"],
        ["[z-a]", "a range in [ ] is out of order"],
        ["eu-[z-a]-[0-9]+", "a range in [ ] is out of order"],
        ["[orders", "[ is not closed"],
        ["orders\\", "\\ at the end escapes nothing"],
        ["(?<1a>x)", "the name of a group is malformed"],
        ["(?<a>x)(?<a>y)", "two groups have the same name"],
        ["(?<region", "the name of a group is malformed"],
        ["[()])", ") closes no group"],
        ["(?#c)a", "(? begins a group that Java does not know"],
        ["(?P<n>a)", "(? begins a group that Java does not know"],
        ["(?'n'a)", "(? begins a group that Java does not know"],
        ["(?|a|b)", "(? begins a group that Java does not know"],
        ["(?i", "(? begins a group that Java does not know"],
    ])("cannot be %s, and the reason is given", (pattern, reason) => {
        expect(topicPatternFault(pattern)).toBe(`expected a regular expression, but ${reason}`);
    });

    it.each([
        ["orders,payments", ", as it requires a comma or semicolon (for a list write a|b)"],
        ["orders; payments", ", as it requires a comma or semicolon (for a list write a|b)"],
        ["db1\\.shop\\.(.*), db2\\.shop\\.(.*)", ", as it requires a comma or semicolon (for a list write a|b)"],
        ["\\Qorders,payments\\E", ", as it requires a comma or semicolon (for a list write a|b)"],
        ["/orders.*/", ", as it requires a slash (a pattern stands without delimiters)"],
        ["orders/.*", ", as it requires a slash (a pattern stands without delimiters)"],
        ['"orders.*"', ", as it requires quotes"],
        ["'orders.*'", ", as it requires quotes"],
        [" orders.*", ", as it requires white space"],
        ["orders.*\n", ", as it requires white space"],
        ["eu | us", ", as it requires white space"],
        ["persistent://t/n/orders-.*", ", as it requires a colon"],
        ["orders-${stage}", ", as it requires a brace"],
        ["orders-é", ", as it requires a character that no topic name has"],
        ["\\Q(\\E(", ", as it requires a character that no topic name has"],
        ["orders#1", ", as it requires a character that no topic name has"],
        ["\\*", ", as it requires a character that no topic name has"],
        ["ä.*", ", as it requires a character that no topic name has"],
        ["orders_%", ", as it requires a character that no topic name has"],
        ["^$", ""],
        ["\\.", ""],
        ["x".repeat(250), ""],
    ])("cannot be %j, which no topic matches", (pattern, demand) => {
        expect(topicPatternFault(pattern)).toBe(
            `no topic can match this pattern${demand}; topic names are 1 to 249 of ASCII letters, digits, ".", "_", "-"`,
        );
    });

    it.each([
        "(?<a_b>x)",
        "(?i)(eu",
        "(?i:eu",
        "(?<!a",
        "\\d++(",
        "a\\p{L}(",
        "[[a](](",
        "(?i)eu)",
        "(?>eu))",
        "(?i)*orders",
        "orders(?i)*",
        "\\p{L}(?:+a)",
        "a++|?",
        "a+++",
        "{2}{3}*",
        "(?i)a{3,1}",
        "\\b{3,1}",
        "(?i)[z-a]",
        "[[z-a]b]",
        "[a-z9-0]++",
        "\\p{L}[a",
        "[]",
        "[[a]",
        "(?i)a\\",
        "(?i)orders,payments",
        "orders.*(,)+",
        "orders\\s+eu",
        "(eu | us)",
        "(?<place>eu | us)",
    ])("is left to Kafka where JavaScript reads it in another way, or literal text is in a group: %s", (pattern) => {
        expect(topicPatternFault(pattern)).toBeUndefined();
    });

    it("is never refused when a topic matches it", () => {
        const topic = fc.stringMatching(/^[A-Za-z0-9_]{1,12}$/);
        const foreign = fc.stringMatching(/^[ ,/:;"'#@éſ😀]{1,4}$/u);
        const around = fc.constantFrom<(name: string, other: string) => string>(
            (name, other) => `${other}|${name}`,
            (name, other) => `(${other}|${name})`,
            (name, other) => `${name}(?:${other})?`,
            (name, other) => `(${other})*${name}`,
            (name, other) => `${name}[${other}]{0,3}`,
            (name, other) => `[${other}${name}]+`,
            (name, other) => `(?!${other})${name}`,
            (_, other) => `[^${other}]+`,
            (name, other) => `\\Q${other}\\E{0}${name}`,
            (name, other) => `(?:${other}(${other}|a)|(?:x|${name}))`,
        );
        fc.assert(
            fc.property(topic, foreign, around, (name, other, write) => {
                expect(topicPatternFault(write(name, Array.from(other)[0] ?? ","))).toBeUndefined();
            }),
        );
    });
});
