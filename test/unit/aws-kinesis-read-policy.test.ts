import * as pulumi from "@pulumi/pulumi";
import { aws } from "../../provider";

const streamArn = "arn:aws:kinesis:us-east-1:123456789012:stream/orders";
const otherArn = "arn:aws:kinesis:eu-west-1:123456789012:stream/returns";
const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10";

interface Statement {
    Sid: string;
    Effect: string;
    Action: string[];
    Resource: string[];
    Condition?: unknown;
}

const statementsOf = (policy: string) => (JSON.parse(policy) as { Statement: Statement[] }).Statement;
const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

test("a policy allows to read one stream, and nothing else", () => {
    const policy = aws.kinesisReadPolicy({ streamArn });
    expect(statementsOf(policy)).toEqual([
        {
            Sid: expect.stringMatching(/^ReadStreams[0-9a-f]{8}$/) as string,
            Effect: "Allow",
            Action: [
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
            ],
            Resource: [streamArn],
        },
    ]);
    expect(aws.kinesisReadPolicy({ streamArn })).toBe(policy);
    expect(policy).not.toMatch(/\*|Put|Delete|Update|Register/);
});

test("with a key it allows to decrypt, by way of Kinesis alone", () => {
    expect(statementsOf(aws.kinesisReadPolicy({ streamArn, kmsKeyArn }))[1]).toMatchObject({
        Sid: expect.stringMatching(/^DecryptRecords[0-9a-f]{8}$/) as string,
        Action: ["kms:Decrypt"],
        Resource: [kmsKeyArn],
        Condition: { StringEquals: { "kms:ViaService": "kinesis.us-east-1.amazonaws.com" } },
    });
    const inChina = {
        streamArn: "arn:aws-cn:kinesis:cn-north-1:123456789012:stream/orders",
        kmsKeyArn: "arn:aws-cn:kms:cn-north-1:123456789012:key/a",
    };
    expect(aws.kinesisReadPolicy(inChina)).toContain("kinesis.cn-north-1.amazonaws.com.cn");
});

test("a list gives one document, with every stream once and Sids of its own", () => {
    const both = aws.kinesisReadPolicy([{ streamArn }, { streamArn: otherArn, kmsKeyArn }, { streamArn }]);
    const [read, decrypt] = statementsOf(both);
    expect(read?.Resource).toEqual([streamArn, otherArn]);
    expect(decrypt?.Condition).toEqual({ StringEquals: { "kms:ViaService": "kinesis.eu-west-1.amazonaws.com" } });
    const sids = [both, aws.kinesisReadPolicy({ streamArn })].flatMap((one) => statementsOf(one).map(({ Sid }) => Sid));
    expect(new Set(sids).size).toBe(3);
});

test("outputs of the program are accepted, at any depth", async () => {
    const known = aws.kinesisReadPolicy([{ streamArn }]);
    const arn = pulumi.output(streamArn);
    expect(await valueOf(aws.kinesisReadPolicyOutput([{ streamArn: arn }]))).toBe(known);
    expect(await valueOf(aws.kinesisReadPolicyOutput(pulumi.output([{ streamArn }])))).toBe(known);
});

test.each([
    ["no arguments", undefined, "the arguments are not an object: expected streamArn"],
    ["an empty list", [], "the list of arguments is empty"],
    ["no ARN", {}, "streamArn is not a text"],
    ["a name", { streamArn: "orders" }, "streamArn is malformed: expected the ARN of one stream"],
    ["a wildcard", { streamArn: `${streamArn}*` }, "streamArn is malformed"],
    ["a consumer", { streamArn: `${streamArn}/consumer/a:1` }, "streamArn is malformed"],
    ["another service", { streamArn: streamArn.replace("kinesis", "kafka") }, "streamArn is malformed"],
    ["an alias of a key", { streamArn, kmsKeyArn: kmsKeyArn.replace("key/", "alias/") }, "kmsKeyArn is malformed"],
    ["an entry of a list", [{ streamArn }, { streamArn: "returns" }], "[1]: streamArn is malformed"],
    [
        "more than IAM takes",
        Array.from({ length: 200 }, (_, index) => ({ streamArn: `${streamArn}-${index}` })),
        "IAM takes 10,240 in the inline policies of a role: call kinesisReadPolicy for parts",
    ],
])("%s is refused in one sentence", (_, args, message) => {
    expect(() => aws.kinesisReadPolicy(args as never)).toThrow(message);
});
