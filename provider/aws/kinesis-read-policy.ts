import { createHash } from "node:crypto";
import { partitionForm, requireArgs, requireText } from "./expect";
import { longestInline, longestManaged } from "./limits";
import { Refusal } from "./refusal";

/** What Imply Polaris is to read from one stream. */
export interface KinesisReadPolicyArgs {
    /** The ARN of the stream. */
    readonly streamArn: string;
    /**
     * The ARN of the customer managed key with which the stream is encrypted. Default: none is allowed; streams without
     * encryption, and those with AWS's own key `aws/kinesis` in the same account, need none.
     */
    readonly kmsKeyArn?: string;
}

const account = String.raw`[a-z]{2}(?:-[a-z]+)+-\d+:\d{12}`;
const streamForm = new RegExp(String.raw`^arn:${partitionForm}:kinesis:${account}:stream/[A-Za-z0-9_.-]{1,128}$`);
const keyForm = new RegExp(String.raw`^arn:${partitionForm}:kms:${account}:key/[A-Za-z0-9-]{1,64}$`);

/**
 * The permissions policy of a role that Imply Polaris assumes to read streams of Amazon Kinesis: an IAM policy document
 * as JSON, the same text for the same arguments. It allows to describe the streams, to list their shards and to read
 * their records, and with `kmsKeyArn` to decrypt them, which the key's own policy has to allow as well. Nothing can be
 * written, created or altered, and no other stream is touched.
 *
 * A list of arguments gives one document for several streams. The names of the statements (their Sids) differ between
 * documents for different arguments, so that statements of several documents can stand in one.
 *
 * Sources: "Secure connections to AWS" (Imply Polaris); "Amazon Kinesis ingestion" (Apache Druid); "Actions, resources,
 * and condition keys for Amazon Kinesis Data Streams" and "Permissions to use user-generated KMS keys" (AWS).
 *
 * @throws Error if an ARN is not one of a single stream or key, or the document longer than IAM takes.
 */
export function kinesisReadPolicy(args: KinesisReadPolicyArgs | readonly KinesisReadPolicyArgs[]): string {
    const grants = isList(args) ? args.map(entryGrant) : [grantOf(args)];
    if (grants.length === 0) throw new Refusal("the list of arguments is empty: expected at least one stream.");
    const suffix = createHash("sha256").update(JSON.stringify(grants)).digest("hex").slice(0, 8);
    const keys = [...new Map(grants.flatMap(({ key }) => (key ? [[key.arn, key] as const] : []))).values()];
    const Statement = [
        {
            Sid: `ReadStreams${suffix}`,
            Effect: "Allow",
            Action: ["DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards"].map(
                (action) => `kinesis:${action}`,
            ),
            Resource: [...new Set(grants.map(({ stream }) => stream))],
        },
        ...[...new Set(keys.map(({ service }) => service))].map((service, index) => ({
            Sid: `DecryptRecords${index === 0 ? "" : String(index + 1)}${suffix}`,
            Effect: "Allow",
            Action: ["kms:Decrypt"],
            Resource: keys.filter((key) => key.service === service).map(({ arn }) => arn),
            Condition: { StringEquals: { "kms:ViaService": service } },
        })),
    ];
    return withinLimits(JSON.stringify({ Version: "2012-10-17", Statement }));
}

const isList = (
    args: KinesisReadPolicyArgs | readonly KinesisReadPolicyArgs[],
): args is readonly KinesisReadPolicyArgs[] => Array.isArray(args);

function grantOf(args: KinesisReadPolicyArgs) {
    requireArgs(args, "streamArn, or a list of such");
    const stream = requireText(
        args.streamArn,
        "streamArn",
        streamForm,
        "the ARN of one stream, such as arn:aws:kinesis:us-east-1:123456789012:stream/name",
    );
    if ((args.kmsKeyArn ?? undefined) === undefined) return { stream };
    const key = requireText(
        args.kmsKeyArn,
        "kmsKeyArn",
        keyForm,
        "the ARN of one key, such as arn:aws:kms:us-east-1:123456789012:key/uuid",
    );
    const [, partition, , region = ""] = stream.split(":");
    const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    return { stream, key: { arn: key, service: `kinesis.${region}.${domain}` } };
}

/** As of one stream; a refusal says which entry of the list it is about. */
function entryGrant(args: KinesisReadPolicyArgs, index: number) {
    try {
        return grantOf(args);
    } catch (error) {
        throw error instanceof Refusal ? new Refusal(`[${String(index)}]: ${error.message}`) : error;
    }
}

function withinLimits(policy: string): string {
    if (policy.length <= longestInline) return policy;
    const inEnglish = (count: number) => count.toLocaleString("en-US");
    throw new Refusal(
        `the policy has ${inEnglish(policy.length)} characters, and IAM takes ${inEnglish(longestInline)} in the inline ` +
            `policies of a role: call kinesisReadPolicy for parts of the streams and make each a managed policy ` +
            `(${inEnglish(longestManaged)} characters each).`,
    );
}
