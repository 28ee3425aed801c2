import fc from "fast-check";
import { brokers, brokersOf } from "../../provider/schemas/brokers";

const meaning = (given: unknown) => {
    const parsed = brokers.safeParse(given);
    return parsed.success ? parsed.data : parsed.error.issues.map(({ path, message }) => [...path, message].join(": "));
};

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const hosts = fc.oneof(
    fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join(".")),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
);
const entry = fc.tuple(hosts, fc.integer({ min: 1, max: 65_535 })).map(([host, port]) => `${host}:${port}`);
const entries = fc.array(entry, { minLength: 1, maxLength: 6 });
const space = fc.stringMatching(/^[ \t\n]{0,2}$/);

describe("a list of brokers", () => {
    it("takes any hosts with ports, as one text or as a list", () => {
        fc.assert(
            fc.property(entries, (list) => {
                expect(brokers.safeParse(list).error).toBeUndefined();
                expect(brokers.safeParse(list.join(",")).error).toBeUndefined();
            }),
        );
    });

    it("means the same in any order, spacing and form, and with entries told twice", () => {
        const shuffled = entries.chain((list) =>
            fc.tuple(
                fc.constant(list),
                fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 }),
                fc.array(space, { minLength: list.length * 2, maxLength: list.length * 2 }),
            ),
        );
        fc.assert(
            fc.property(shuffled, ([list, other, spaces]) => {
                const spaced = other.map((broker, index) => `${spaces[index] ?? ""}${broker} `).join(",");
                expect(meaning(spaced)).toBe(meaning(list));
                expect(meaning([other.join(", ")])).toBe(meaning(list));
            }),
        );
    });

    it("means something else with another broker", () => {
        fc.assert(
            fc.property(fc.uniqueArray(entry, { minLength: 2, maxLength: 6 }), ([first, ...others]) => {
                expect(meaning(others)).not.toBe(meaning([first, ...others]));
            }),
        );
    });

    it("has a meaning that means itself", () => {
        fc.assert(
            fc.property(entries, (list) => {
                expect(meaning(meaning(list))).toBe(meaning(list));
            }),
        );
    });

    it.each(["localhost:9092", "b-1.x.kafka.us-east-1.amazonaws.com.:9098", "my_broker:1", "[::1]:9092", "B-1:65535"])(
        "takes %s",
        (given) => {
            expect(meaning(given)).toBe(given);
        },
    );

    it.each([
        ["", "expected at least one host:port"],
        [" , ", "expected at least one host:port"],
        ["kafka", "expected host:port"],
        ["kafka:", "expected host:port with a port from 1 to 65535"],
        ["kafka:0", "expected host:port with a port from 1 to 65535"],
        ["kafka:65536", "expected host:port with a port from 1 to 65535"],
        ["kafka:9O92", "expected host:port with a port from 1 to 65535"],
        ["kafka:-1", "expected host:port with a port from 1 to 65535"],
        [":9092", "expected host:port"],
        ["-kafka:9092", "expected host:port"],
        ["kafka..example:9092", "expected host:port"],
        ["kafka example:9092", "expected host:port"],
        ["kafka/topic:9092", "expected host:port"],
        ["::1:9092", "expected host:port"],
        ["SASL_SSL://kafka:9092", "expected host:port without a scheme"],
        ["https://kafka:9092", "expected host:port without a scheme"],
    ])("refuses %p: %s", (given, message) => {
        expect(meaning(given)).toEqual([message]);
    });

    it("tells which of several entries is wrong, and all of them", () => {
        const wrong = "expected host:port with a port from 1 to 65535";
        expect(meaning("a:1,b:0,c:1,d:0")).toEqual([`1: ${wrong}`, `3: ${wrong}`]);
        expect(meaning(["a:1", "b:0", "c:1", "d:0"])).toEqual([`1: ${wrong}`, `3: ${wrong}`]);
        expect(meaning(["a:1,b:0"])).toEqual([`0: ${wrong}`]);
        expect(meaning("a:1,,b:1,")).toEqual([
            "1: expected host:port, found an empty entry",
            "3: expected host:port, found an empty entry",
        ]);
    });

    it("refuses an empty list, and what is neither text nor list", () => {
        expect(meaning([])).toEqual(["expected at least one host:port"]);
        expect(meaning(7)).toEqual(["expected host:port,host:port or a list of host:port"]);
        expect(meaning({ host: "a" })).toEqual(["expected host:port,host:port or a list of host:port"]);
    });

    it("is taken apart in the order given", () => {
        expect(brokersOf("b:1, a:1")).toEqual(["b:1", "a:1"]);
        expect(brokersOf(["c:1,b:1", " a:1"])).toEqual(["c:1", "b:1", "a:1"]);
    });
});
