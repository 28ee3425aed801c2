import fc from "fast-check";
import { brokers, brokersOf } from "../../provider/kafka-connection/brokers/brokers";

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

    it("means the same in any order, spacing and form, and with repeated entries", () => {
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

    it.each(["localhost:9092", "kafka.example.com.:9098", "my_broker:1", "[::1]:9092", "B-1:65535"])(
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
        ["kafka://kafka:9092", "expected host:port without a scheme"],
        ["EXTERNAL://kafka:9092", "expected host:port without a scheme"],
        ["SASL_SSL://https://kafka:9092", "expected host:port without a scheme"],
        ["SASL_SSL://", "expected host:port"],
        ["SASL_SSL:kafka:9092", "expected host:port"],
        ["SASL_SSL://kafka:9092/", "expected host:port with a port from 1 to 65535"],
        ["SASL_SSL://kafka", "expected host:port"],
        ["https://kafka:9092", "expected host:port without a scheme"],
    ])("refuses %p: %s", (given, message) => {
        expect(meaning(given)).toEqual([message]);
    });

    it("reports which of several entries is wrong, and all of them", () => {
        const wrong = "expected host:port with a port from 1 to 65535";
        expect(meaning("a:1,b:0,c:1,d:0")).toEqual([`1: ${wrong}`, `3: ${wrong}`]);
        expect(meaning(["a:1", "b:0", "c:1", "d:0"])).toEqual([`1: ${wrong}`, `3: ${wrong}`]);
        expect(meaning(["a:1,b:0"])).toEqual([`0: ${wrong}`]);
        expect(meaning(",a:1,,b:0")).toEqual([`3: ${wrong}`]);
    });

    it("refuses an empty list, and what is neither text nor list", () => {
        expect(meaning([])).toEqual(["expected at least one host:port"]);
        expect(meaning(7)).toEqual(["expected host:port,host:port or a list of host:port"]);
        expect(meaning({ host: "a" })).toEqual(["expected host:port,host:port or a list of host:port"]);
    });

    it("is split in the given order", () => {
        expect(brokersOf("b:1, a:1")).toEqual(["b:1", "a:1"]);
        expect(brokersOf(["c:1,b:1", " a:1"])).toEqual(["c:1", "b:1", "a:1"]);
        expect(brokersOf([", SASL_SSL://b:1 ,", "", "ssl://a:1"])).toEqual(["b:1", "a:1"]);
    });

    it("means the same with Kafka's names of protocols before hosts, and with empty entries", () => {
        const name = fc.constantFrom("PLAINTEXT://", "SSL://", "SASL_PLAINTEXT://", "SASL_SSL://", "sasl_ssl://", "");
        const written = entries.chain((list) =>
            fc.tuple(
                fc.constant(list),
                fc.array(fc.tuple(name, fc.constantFrom("", ",", " , ")), {
                    minLength: list.length,
                    maxLength: list.length,
                }),
            ),
        );
        fc.assert(
            fc.property(written, ([list, around]) => {
                const other = list.map((broker, at) => `${around[at]?.[0] ?? ""}${broker}${around[at]?.[1] ?? ""}`);
                expect(meaning(other.join(","))).toBe(meaning(list));
                expect(meaning(other)).toBe(meaning(list));
                expect(brokersOf(other)).toEqual(list);
            }),
        );
    });
});

describe("brokers of one MSK cluster", () => {
    const cluster = fc
        .tuple(label, label, fc.integer({ min: 1, max: 30 }), fc.constantFrom("us-east-1", "eu-west-1"))
        .map(([name, id, cell, region]) => `${name}.${id}.c${cell}.kafka.${region}.amazonaws.com`);
    const listed = fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 3 });
    const kind = fc.constantFrom<[string, number]>(["", 9098], ["", 9096], ["", 20_098], ["-public", 9198]);
    const hosts = (name: string, numbers: number[], suffix: string) => numbers.map((n) => `b-${n}${suffix}.${name}`);

    it("are one address, whichever are listed, beside any others", () => {
        fc.assert(
            fc.property(cluster, kind, listed, listed, entry, (name, [suffix, port], some, others, foreign) => {
                const list = (numbers: number[]) => hosts(name, numbers, suffix).map((host) => `${host}:${port}`);
                expect(meaning(list(some))).toBe(meaning(list(others)));
                expect(meaning(list(some))).toBe(meaning(list(some).join().toUpperCase()));
                expect(meaning([...list(some), foreign])).toBe(meaning([foreign, ...list(others)]));
                expect(meaning([...list(some), foreign])).not.toBe(meaning(list(others)));
                expect(meaning(meaning(list(some)))).toBe(meaning(list(some)));
            }),
        );
    });

    it("are another address at another kind of port, and in another cluster", () => {
        fc.assert(
            fc.property(
                fc.uniqueArray(cluster, { minLength: 2, maxLength: 2 }),
                listed,
                ([one = "", two = ""], some) => {
                    const at = (name: string, port: number, suffix = "") =>
                        meaning(hosts(name, some, suffix).map((host) => `${host}:${port}`));
                    const all = [at(one, 9098), at(one, 9096), at(one, 9198), at(one, 9198, "-public"), at(two, 9098)];
                    expect(new Set(all).size).toBe(all.length);
                },
            ),
        );
    });

    it("are one address across VPCs too, where each broker has its own port", () => {
        fc.assert(
            fc.property(
                cluster,
                fc.constantFrom("iam", "scram", "tls"),
                listed,
                listed,
                (name, signIn, some, others) => {
                    const list = (numbers: number[]) => numbers.map((n) => `b-${n}.${signIn}.${name}:${14_000 + n}`);
                    expect(meaning(list(some))).toBe(meaning(list(others)));
                    expect(meaning(list(some))).not.toBe(meaning(`b-1.${name}:14001`));
                    expect(meaning([...list(some), `b-1.${signIn}.${name}:9098`])).not.toBe(meaning(list(some)));
                },
            ),
        );
    });

    it.each([
        [
            "boot-x1y2z3.c1.kafka-serverless.us-west-2.amazonaws.com:9098",
            "boot-a1b2c3.c1.kafka-serverless.us-west-2.amazonaws.com:9098",
        ],
        ["b-1.kafka.example.com:9098", "b-2.kafka.example.com:9098"],
        [
            "b-1.o.a1.c2.kafka.us-east-1.amazonaws.com.example.com:1",
            "b-2.o.a1.c2.kafka.us-east-1.amazonaws.com.example.com:1",
        ],
        ["b-1.o.a1.c2.kafka.us-east-1.amazonaws.com:14001", "b-1.o.a1.c2.kafka.us-east-1.amazonaws.com:14003"],
        ["z-1.o.a1.c2.kafka.us-east-1.amazonaws.com:9098", "b-1.o.a1.c2.kafka.us-east-1.amazonaws.com:9098"],
        ["pkc-1.us-east-2.aws.confluent.cloud:9092", "pkc-2.us-east-2.aws.confluent.cloud:9092"],
    ])("are not %s and %s", (one, two) => {
        expect(meaning(one)).not.toBe(meaning(two));
    });
});
