import fc from "fast-check";
import { assumeRolePolicy, mskReadPolicy } from "../../provider/aws";

interface Statement {
    Sid: string;
    Effect: string;
    Action: string[];
    Resource: string[];
}
interface Policy {
    Version: string;
    Statement: Statement[];
}
const parse = (json: string) => JSON.parse(json) as Policy;
const sidOf = (name: string): unknown => expect.stringMatching(new RegExp(`^${name}[0-9a-f]{8}$`));

/** How IAM matches: `*` is any text, `?` any one character, all else itself. */
function iamMatches(wildcard: string, text: string): boolean {
    const expression = wildcard.replace(/[.*+?^${}()|[\]\\]/g, (c) => ({ "*": "[^]*", "?": "[^]" })[c] ?? `\\${c}`);
    return new RegExp(`^${expression}$`).test(text);
}

/** Whether IAM would let a request pass: what no statement allows is denied. */
const allows = (policy: Policy, action: string, resource: string) =>
    policy.Statement.some(
        ({ Effect, Action, Resource }) =>
            Effect === "Allow" &&
            Action.some((pattern) => iamMatches(pattern, action)) &&
            Resource.some((pattern) => iamMatches(pattern, resource)),
    );

const text = (unit: string, minLength: number, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...Array.from(unit)), minLength, maxLength });
const partition = fc.constantFrom("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc");
const region = fc.constantFrom("us-east-1", "cn-north-1", "us-gov-west-1", "ap-southeast-2", "eu-central-1");
const account = text("0123456789", 12, 12);
const clusterName = text("abcXYZ019-", 1, 64);
const uuid = fc.tuple(fc.uuid(), fc.constantFrom("-1", "-12", "-s1", "-s3", "")).map(([id, kind]) => id + kind);
const topic = text("abcXYZ019._-", 1, 249).filter((name) => name !== "." && name !== "..");
const group = text("abcXYZ019._-/:@", 1, 60);

const arn = "arn:aws:kafka:us-east-1:123456789012:cluster/orders/abcd1234-0123-abcd-5678-1234abcd5678-1";
const under = (kind: string, name: string) => `${arn.replace(":cluster/", `:${kind}/`)}/${name}`;

describe("a policy that reads topics of MSK", () => {
    it("has the ARNs of any cluster's topics and groups, in every partition, provisioned and serverless", () => {
        fc.assert(
            fc.property(
                fc.tuple(partition, region, account, clusterName, uuid, topic, group),
                ([part, reg, acc, name, id, topicName, groupName]) => {
                    const prefix = `arn:${part}:kafka:${reg}:${acc}`;
                    const clusterArn = `${prefix}:cluster/${name}/${id}`;
                    expect(parse(mskReadPolicy({ clusterArn, topicName, groupName }))).toEqual({
                        Version: "2012-10-17",
                        Statement: [
                            {
                                Sid: sidOf("ConnectToCluster"),
                                Effect: "Allow",
                                Action: ["kafka-cluster:Connect"],
                                Resource: [clusterArn],
                            },
                            {
                                Sid: sidOf("ReadTopics"),
                                Effect: "Allow",
                                Action: ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
                                Resource: [`${prefix}:topic/${name}/${id}/${topicName}`],
                            },
                            {
                                Sid: sidOf("JoinConsumerGroups"),
                                Effect: "Allow",
                                Action: ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
                                Resource: [`${prefix}:group/${name}/${id}/${groupName}`],
                            },
                        ],
                    });
                },
            ),
        );
    });

    it("allows what consuming takes", () => {
        const policy = parse(mskReadPolicy({ clusterArn: arn, topicName: "orders" }));
        expect(allows(policy, "kafka-cluster:Connect", arn)).toBe(true);
        for (const action of ["DescribeTopic", "ReadData"]) {
            expect(allows(policy, `kafka-cluster:${action}`, under("topic", "orders"))).toBe(true);
        }
        for (const action of ["DescribeGroup", "AlterGroup"]) {
            expect(allows(policy, `kafka-cluster:${action}`, under("group", "kafka-supervisor-abcdefgh"))).toBe(true);
        }
    });

    it.each([
        ["kafka-cluster:WriteData", under("topic", "orders")],
        ["kafka-cluster:CreateTopic", under("topic", "orders")],
        ["kafka-cluster:AlterTopic", under("topic", "orders")],
        ["kafka-cluster:DeleteTopic", under("topic", "orders")],
        ["kafka-cluster:DeleteGroup", under("group", "any")],
        ["kafka-cluster:AlterCluster", arn],
        ["kafka:DeleteCluster", arn],
        ["kafka-cluster:ReadData", under("topic", "orders-2")],
        ["kafka-cluster:ReadData", under("topic", "Orders")],
        ["kafka-cluster:ReadData", under("topic", "orders").replace("orders/", "other/")],
        ["kafka-cluster:ReadData", under("topic", "orders").replace("123456789012", "210987654321")],
        ["kafka-cluster:Connect", arn.replace("5678-1", "5678-2")],
        ["kafka-cluster:AlterGroup", under("group", "any").replace("5678-1", "5678-2")],
    ])("denies %s on %s", (action, resource) => {
        const policy = parse(mskReadPolicy({ clusterArn: arn, topicName: "orders" }));
        expect(allows(policy, action, resource)).toBe(false);
    });

    it("names only the groups that are given", () => {
        const policy = parse(mskReadPolicy({ clusterArn: arn, topicName: "orders", groupName: "kafka-supervisor-*" }));
        expect(allows(policy, "kafka-cluster:AlterGroup", under("group", "kafka-supervisor-abcdefgh"))).toBe(true);
        expect(allows(policy, "kafka-cluster:AlterGroup", under("group", "billing"))).toBe(false);
    });

    it("has one ARN for each alternative of a pattern", () => {
        const policy = parse(
            mskReadPolicy({ clusterArn: arn, topicName: "orders-eu|orders-us-.*", topicNameIsPattern: true }),
        );
        expect(policy.Statement[1]).toMatchObject({
            Sid: sidOf("ReadTopics"),
            Resource: [under("topic", "orders-eu"), under("topic", "orders-us-*")],
        });
    });

    it("says in a statement's name that it is wider than the pattern", () => {
        const policy = parse(mskReadPolicy({ clusterArn: arn, topicName: "orders-\\d+", topicNameIsPattern: true }));
        expect(policy.Statement[1]).toMatchObject({
            Sid: sidOf("ReadTopicsWiderThanPattern"),
            Resource: [under("topic", "orders-*")],
        });
        expect(allows(policy, "kafka-cluster:ReadData", under("topic", "orders-17"))).toBe(true);
        expect(allows(policy, "kafka-cluster:ReadData", under("topic", "orders"))).toBe(false);
        expect(allows(policy, "kafka-cluster:ReadData", under("topic", "payments-17"))).toBe(false);
    });

    it("is the same text for the same arguments", () => {
        const args = { clusterArn: arn, topicName: "a[bc]|c", topicNameIsPattern: true };
        expect(mskReadPolicy({ ...args })).toBe(
            mskReadPolicy({ topicNameIsPattern: true, topicName: "a[bc]|c", clusterArn: arn }),
        );
    });
});

describe("what no policy can be written for", () => {
    const policyFor = (clusterArn: unknown) => () =>
        mskReadPolicy({ clusterArn: clusterArn as string, topicName: "orders" });

    it.each([
        [undefined, "clusterArn is not a text"],
        ["", "clusterArn is no ARN of MSK"],
        [arn.replace("orders", "*"), "clusterArn has a wildcard or variable in it"],
        [arn.replace("orders", "${aws:username}"), "clusterArn has a wildcard or variable in it"],
        [arn.replace("orders", "order?"), "clusterArn has a wildcard or variable in it"],
        ["arn:aws:s3:::bucket", "clusterArn is no ARN of MSK"],
        [arn.replace("arn:aws:", "arn:mars:"), "clusterArn names no partition of AWS"],
        [arn.replace("arn:aws:", "arn:aws-:"), "clusterArn names no partition of AWS"],
        [arn.replace("us-east-1", ""), "clusterArn names no region"],
        [arn.replace("123456789012", "1234"), "clusterArn has no account of 12 digits"],
        [under("topic", "orders"), "clusterArn does not end in the name and the UUID of a cluster"],
        [arn.replace(/\/[^/]*$/, ""), "clusterArn does not end in the name and the UUID of a cluster"],
        [`${arn}/more`, "clusterArn does not end in the name and the UUID of a cluster"],
        [`${arn}:more`, "clusterArn does not end in the name and the UUID of a cluster"],
        [`${arn}\n`, "clusterArn does not end in the name and the UUID of a cluster"],
    ])("the cluster ARN %j", (clusterArn, reason) => {
        expect(policyFor(clusterArn)).toThrow(`${reason}: expected the ARN of one MSK cluster, such as arn:aws:kafka:`);
    });

    it.each(["", ".", "..", "orders-*", "order?", "${aws:username}", "a b", "a/b", "x".repeat(250), "orders\n", 7])(
        "the topic %j",
        (topicName) => {
            expect(() => mskReadPolicy({ clusterArn: arn, topicName: topicName as string })).toThrow(
                /^topicName is (malformed|not a text): expected the name of a Kafka topic, .*set topicNameIsPattern\)\.$/,
            );
        },
    );

    it.each(["", "${aws:username}", 'a"b', "a b", "ü", "x".repeat(256), 7])("the group %j", (groupName) => {
        const args = { clusterArn: arn, topicName: "orders", groupName: groupName as string };
        expect(() => mskReadPolicy(args)).toThrow(/^groupName is (malformed|not a text): expected the name of/);
    });

    it("a topicNameIsPattern that is neither true nor false", () => {
        const args = { clusterArn: arn, topicName: "orders", topicNameIsPattern: "yes" as unknown as boolean };
        expect(() => mskReadPolicy(args)).toThrow("topicNameIsPattern is malformed: expected true or false.");
    });

    it("any text with other characters than ARNs and names have", () => {
        const hostile = fc
            .string({ unit: "binary", minLength: 1, maxLength: 30 })
            .filter((t) => /[^\w./:+=,@*?-]/.test(t));
        fc.assert(
            fc.property(hostile, fc.constantFrom("topicName", "groupName", "clusterArn"), (bad, name) => {
                const args = {
                    clusterArn: arn,
                    topicName: "orders",
                    [name]: `${name === "clusterArn" ? arn : "x"}${bad}`,
                };
                expect(() => mskReadPolicy(args)).toThrow(new RegExp(`^${name} `));
            }),
        );
    });
});

describe("a trust policy", () => {
    const implyArn = "arn:aws:iam::123456789012:role/imply/polaris-prod";
    const externalId = "b7e3f1c2-5d0a-4a0e-9a55-0f6f5b0d3c11";

    it("lets in one principal, with the external ID alone", () => {
        const principals = fc
            .tuple(partition, account, fc.constantFrom("root", "role/imply", "role/a/path/imply+x=,.@_-", "user/imply"))
            .map(([part, acc, name]) => `arn:${part}:iam::${acc}:${name}`);
        fc.assert(
            fc.property(principals, text("abcXYZ019_+=,.@:/-", 2, 1224), (arnOfImply, id) => {
                expect(JSON.parse(assumeRolePolicy({ implyArn: arnOfImply, externalId: id }))).toEqual({
                    Version: "2012-10-17",
                    Statement: [
                        {
                            Sid: "AssumeRoleByImplyPolaris",
                            Effect: "Allow",
                            Principal: { AWS: arnOfImply },
                            Action: "sts:AssumeRole",
                            Condition: { StringEquals: { "sts:ExternalId": id } },
                        },
                    ],
                });
            }),
        );
    });

    it.each([
        "*",
        "",
        "arn:aws:iam::*:root",
        "arn:aws:iam::123456789012:role/*",
        "123456789012",
        `${implyArn}\n`,
        undefined,
    ])("refuses the principal %j", (principal) => {
        expect(() => assumeRolePolicy({ implyArn: principal as string, externalId })).toThrow(
            /^implyArn is (malformed|not a text): expected the ARN of one IAM principal, such as .*\.$/,
        );
    });

    it.each(["", "x", "a b", "*", "${aws:username}", 'a"b', "é".repeat(9), "x".repeat(1225), null])(
        "refuses the external ID %j",
        (id) => {
            expect(() => assumeRolePolicy({ implyArn, externalId: id as string })).toThrow(
                /^externalId is (malformed|not a text): expected at least 2 of ASCII letters, digits and ".*"\.$/,
            );
        },
    );
});
