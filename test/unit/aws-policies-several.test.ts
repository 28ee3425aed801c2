import fc from "fast-check";
import { assumeRolePolicy, mskReadPolicy } from "../../provider/aws";
import { Refusal } from "../../provider/aws/refusal";
import type { AssumeRolePolicyArgs, MskReadPolicyArgs } from "../../provider/aws";

interface Statement {
    Sid: string;
    Action: string[];
    Resource: string[];
}
const statementsOf = (args: MskReadPolicyArgs | MskReadPolicyArgs[]) =>
    (JSON.parse(mskReadPolicy(args)) as { Statement: Statement[] }).Statement;
const topicsIn = (args: MskReadPolicyArgs | MskReadPolicyArgs[]) =>
    statementsOf(args)
        .filter(({ Sid }) => Sid.startsWith("ReadTopics"))
        .flatMap(({ Resource }) => Resource);

const arnOf = (cluster: string) =>
    `arn:aws:kafka:us-east-1:123456789012:cluster/${cluster}/abcd1234-0123-abcd-5678-1234abcd5678-1`;
const clusterArn = arnOf("orders");
const under = (kind: string, name: string, arn = clusterArn) => `${arn.replace(":cluster/", `:${kind}/`)}/${name}`;
const many = (count: number) =>
    Array.from({ length: count }, (_, index) => `cdc\\.warehouse\\.public\\.table_${index}`).join("|");

describe("policies for several topics and clusters", () => {
    it("merge: no two documents for different arguments share the name of a statement", () => {
        const name = fc.stringMatching(/^[a-c]{1,3}$/);
        const one: fc.Arbitrary<MskReadPolicyArgs> = fc.oneof(
            fc.record({ clusterArn: name.map(arnOf), topicName: name, groupName: name }),
            fc.record({ clusterArn: name.map(arnOf), topicNames: fc.array(name, { minLength: 1, maxLength: 3 }) }),
            fc.record({
                clusterArn: name.map(arnOf),
                topicName: name.map((text) => `${text}-\\d+`),
                topicNameIsPattern: fc.constant(true),
            }),
        );
        fc.assert(
            fc.property(
                fc.uniqueArray(one, { minLength: 2, maxLength: 5, selector: (args) => mskReadPolicy(args) }),
                (all) => {
                    const names = all.flatMap((args) => statementsOf(args)).map(({ Sid }) => Sid);
                    expect(new Set(names).size).toBe(names.length);
                    expect(names.every((sid) => /^[A-Za-z0-9]+$/.test(sid))).toBe(true);
                },
            ),
        );
    });

    it("are one document, in which each cluster has its own topics and groups", () => {
        const other = arnOf("payments");
        const statements = statementsOf([
            { clusterArn, topicName: "orders" },
            { clusterArn, topicName: "returns" },
            { clusterArn: other, topicName: "paid-\\d+", topicNameIsPattern: true, groupName: "kafka-supervisor-*" },
        ]);
        expect(statements).toMatchObject([
            { Action: ["kafka-cluster:Connect"], Resource: [clusterArn, other] },
            { Resource: [under("topic", "orders"), under("topic", "returns")] },
            { Resource: [under("topic", "paid-*", other)] },
            { Resource: [under("group", "*"), under("group", "kafka-supervisor-*", other)] },
        ]);
        expect(statements[2]?.Sid).toMatch(/^ReadTopicsWiderThanPattern/);
        expect(statements[1]?.Sid).toMatch(/^ReadTopics[0-9a-f]{8}$/);
    });

    it("take topicNames as written", () => {
        const topicNames = ["orders", "returns-*", "v?", "*"];
        expect(topicsIn({ clusterArn, topicNames })).toEqual(topicNames.map((name) => under("topic", name)));
    });

    it("allow topicNames in place of a pattern", () => {
        const pattern = { topicName: ".*-orders", topicNameIsPattern: true };
        expect(topicsIn({ clusterArn, ...pattern, topicNames: ["*-orders"] })).toEqual([under("topic", "*-orders")]);
    });

    it("allow each literal alternative of a pattern, and no other topic", () => {
        const topics = topicsIn({ clusterArn, topicName: many(40), topicNameIsPattern: true });
        expect(topics).toEqual(
            Array.from({ length: 40 }, (_, index) => under("topic", `cdc.warehouse.public.table_${index}`)),
        );
    });

    it("take null as absent", () => {
        const absent = { topicName: null, topicNames: ["orders"], groupName: null } as unknown as MskReadPolicyArgs;
        expect(mskReadPolicy({ ...absent, clusterArn })).toBe(mskReadPolicy({ clusterArn, topicNames: ["orders"] }));
        const one = { clusterArn, topicName: "orders", topicNames: null } as unknown as MskReadPolicyArgs;
        expect(mskReadPolicy(one)).toBe(mskReadPolicy({ clusterArn, topicName: "orders" }));
    });
});

describe("what no policy can be written for", () => {
    it.each([".*", ".+-orders", "[ab]orders", "(?i)orders", "orders|.*", "(?x) orders", "\\w+"])(
        "the pattern %s, which begins with no literal text",
        (topicName) => {
            expect(() => mskReadPolicy({ clusterArn, topicName, topicNameIsPattern: true })).toThrow(
                /^topicName has an alternative that does not begin with literal text, .*: give the topics as topicNames, /,
            );
        },
    );

    it.each(["orders,payments", "(eu", ""])("the pattern %j", (topicName) => {
        expect(() => mskReadPolicy({ clusterArn, topicName, topicNameIsPattern: true })).toThrow(
            /^topicName is malformed: (expected|no topic can match)/,
        );
    });

    it("more topics than IAM takes: the size, the limit and the ways out", () => {
        const given = [
            { clusterArn, topicName: many(300), topicNameIsPattern: true },
            { clusterArn, topicNames: Array.from({ length: 300 }, (_, index) => `orders-${index}`) },
        ];
        for (const args of given) {
            expect(() => mskReadPolicy(args)).toThrow(
                /^the policy has \d\d,\d{3} characters, and IAM takes 10,240 in the inline policies of a role: give topicNames/,
            );
        }
        const longest = Array.from({ length: 90 }, (_, index) => ({ clusterArn, topicName: `t${index}` }));
        expect(mskReadPolicy(longest).length).toBeLessThanOrEqual(10_240);
    });

    it.each<[unknown, string]>([
        [[], "topicNames is no list or empty"],
        ["orders", "topicNames is no list or empty"],
        [["orders", "a b"], "topicNames[1] is malformed"],
        [["${aws:username}"], "topicNames[0] is malformed"],
        [[7], "topicNames[0] is not a text"],
        [[".."], "topicNames[0] is malformed"],
    ])("topicNames %j", (topicNames, reason) => {
        expect(() => mskReadPolicy({ clusterArn, topicNames: topicNames as string[] })).toThrow(
            `${reason}: expected names of Kafka topics, `,
        );
    });

    it("a topic beside topicNames, or no cluster at all", () => {
        const both = { clusterArn, topicName: "orders", topicNames: ["returns"] };
        expect(() => mskReadPolicy(both)).toThrow("topicName and topicNames are given: expected one of them");
        expect(() => mskReadPolicy([])).toThrow("the list of arguments is empty: expected at least one cluster.");
    });

    it.each<[unknown, string]>([
        [null, "the arguments are not an object: expected clusterArn and topicName, or a list of such."],
        ["orders", "the arguments are not an object: expected clusterArn and topicName, or a list of such."],
        [[null], "[0]: the arguments are not an object: expected clusterArn and topicName, or a list of such."],
        [
            [
                { clusterArn, topicName: "orders" },
                { clusterArn: "", topicName: "a" },
            ],
            "[1]: clusterArn is no ARN of MSK",
        ],
        [
            [
                { clusterArn, topicName: "a" },
                { clusterArn, topicNames: ["a", "b c"] },
            ],
            "[1]: topicNames[1] is malformed",
        ],
        [[{ clusterArn, topicName: null }], "[0]: topicName is not a text"],
    ])("the arguments %j, in the words of a refusal", (args, reason) => {
        const refused = () => mskReadPolicy(args as MskReadPolicyArgs);
        expect(refused).toThrow(Refusal);
        expect(refused).toThrow(reason);
        expect(() => assumeRolePolicy(null as unknown as AssumeRolePolicyArgs)).toThrow(
            "the arguments are not an object: expected implyArn and externalId.",
        );
    });
});
