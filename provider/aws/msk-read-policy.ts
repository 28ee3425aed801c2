import { createHash } from "node:crypto";
import { requireArgs, requireText } from "./expect";
import { longestInline, longestManaged } from "./limits";
import { parseClusterArn, resourceArn } from "./msk-arn";
import { mskTopicWildcards } from "./topic-wildcards";
import type { TopicWildcards } from "./topic-wildcards";
import { Refusal } from "./refusal";

/** What Imply Polaris is to read from one cluster. */
export interface MskReadPolicyArgs {
    /** The ARN of the MSK cluster, provisioned or serverless. */
    readonly clusterArn: string;
    /** The topic, or the pattern of topics, as given to the connection. Required without `topicNames`. */
    readonly topicName?: string;
    /** Whether `topicName` is a regular expression. Default: false. */
    readonly topicNameIsPattern?: boolean;
    /**
     * Several topics, in which IAM's wildcards `*` and `?` may be used. Together with a pattern as `topicName`, they
     * are allowed in its place: for a pattern without a literal beginning, or one with more topics than a policy holds.
     */
    readonly topicNames?: readonly string[];
    /**
     * The consumer group; IAM's wildcards `*` and `?` may be used. Default: `*`, all groups of this cluster, because
     * Imply Polaris does not document the names of its groups. Apache Druid, which it runs, by default names them
     * `kafka-supervisor-` and eight random letters: where you see that on your cluster, give `kafka-supervisor-*`.
     */
    readonly groupName?: string;
}

const topicForm = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;
const wildcardForm = /^(?!\.{1,2}$)[A-Za-z0-9._*?-]{1,249}$/;
const groupForm = /^[A-Za-z0-9._:/+=,@*?-]{1,255}$/;

/**
 * The permissions policy of a role that Imply Polaris assumes to read topics of MSK clusters with IAM access control:
 * an IAM policy document as JSON, the same text for the same arguments. It allows what consuming takes and nothing
 * else: to connect to the clusters, to describe and read the topics, and to join the consumer groups (AWS requires
 * that of every reader). Nothing can be written, created or altered, and no other cluster is touched.
 *
 * A list of arguments gives one document for several topics and clusters. The names of the statements (their Sids)
 * differ between documents for different arguments, so that statements of several documents can stand in one.
 *
 * For a pattern, the topics are given by wildcards that cover it (see {@link mskTopicWildcards}). Where these match
 * more than the pattern does, they stand in a statement whose Sid begins with `ReadTopicsWiderThanPattern` instead of
 * `ReadTopics`, for the reader of a preview. A pattern with an alternative that does not begin with literal text is
 * refused, as it would allow all topics: give `topicNames`.
 *
 * Sources: "Semantics of IAM authorization policy actions and resources" and "Common use cases for client
 * authorization policy" (Amazon MSK); "IAM JSON policy elements: Sid" (AWS).
 *
 * @throws Error if an ARN is not one of a single cluster, a topic or group not one that Kafka can have, or the
 * document longer than IAM takes.
 */
export function mskReadPolicy(args: MskReadPolicyArgs | readonly MskReadPolicyArgs[]): string {
    const grants = isList(args) ? args.map(entryGrant) : [grantOf(args)];
    if (grants.length === 0) throw new Refusal("the list of arguments is empty: expected at least one cluster.");
    const suffix = createHash("sha256").update(JSON.stringify(grants)).digest("hex").slice(0, 8);
    const allow = (name: string, actions: string[], resources: string[]) => ({
        Sid: `${name}${suffix}`,
        Effect: "Allow",
        Action: actions.map((action) => `kafka-cluster:${action}`),
        Resource: [...new Set(resources)],
    });
    const topics = (exact: boolean) => grants.flatMap((grant) => (grant.exact === exact ? grant.topics : []));
    const read = ["DescribeTopic", "ReadData"];
    const statements = [
        allow(
            "ConnectToCluster",
            ["Connect"],
            grants.map(({ cluster }) => cluster),
        ),
        allow("ReadTopics", read, topics(true)),
        allow("ReadTopicsWiderThanPattern", read, topics(false)),
        allow(
            "JoinConsumerGroups",
            ["AlterGroup", "DescribeGroup"],
            grants.map(({ group }) => group),
        ),
    ];
    const Statement = statements.filter(({ Resource }) => Resource.length > 0);
    return withinLimits(JSON.stringify({ Version: "2012-10-17", Statement }));
}

const isList = (args: MskReadPolicyArgs | readonly MskReadPolicyArgs[]): args is readonly MskReadPolicyArgs[] =>
    Array.isArray(args);

function grantOf(args: MskReadPolicyArgs) {
    requireArgs(args, "clusterArn and topicName, or a list of such");
    const cluster = parseClusterArn(args.clusterArn);
    const { wildcards, exact } = topicsOf(args);
    const group = requireText(
        args.groupName ?? "*",
        "groupName",
        groupForm,
        'the name of a consumer group, up to 255 of ASCII letters, digits and "._:/+=,@-", "*" and "?" being wildcards',
    );
    return {
        cluster: cluster.arn,
        topics: wildcards.map((topic) => resourceArn(cluster, "topic", topic)),
        exact,
        group: resourceArn(cluster, "group", group),
    };
}

/** As of one cluster; a refusal says which entry of the list it is about. */
function entryGrant(args: MskReadPolicyArgs, index: number) {
    try {
        return grantOf(args);
    } catch (error) {
        throw error instanceof Refusal ? new Refusal(`[${String(index)}]: ${error.message}`) : error;
    }
}

function topicsOf({
    topicName,
    topicNameIsPattern,
    topicNames,
}: MskReadPolicyArgs): Pick<TopicWildcards, "wildcards" | "exact"> {
    const isPattern: unknown = topicNameIsPattern ?? false;
    if (typeof isPattern !== "boolean") throw new Refusal("topicNameIsPattern is malformed: expected true or false.");
    if ((topicNames ?? undefined) !== undefined) {
        if ((topicName ?? undefined) !== undefined && !isPattern) {
            throw new Refusal("topicName and topicNames are given: expected one of them, or a pattern as topicName.");
        }
        return { wildcards: listOf(topicNames), exact: true };
    }
    if (isPattern) return wildcardsOf(requireText(topicName, "topicName", /[\s\S]/, "a regular expression"));
    const expected =
        'the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_" and "-" (for a pattern, set topicNameIsPattern)';
    return { wildcards: [requireText(topicName, "topicName", topicForm, expected)], exact: true };
}

function listOf(topicNames: unknown): string[] {
    const expected =
        'names of Kafka topics, 1 to 249 of ASCII letters, digits, ".", "_" and "-", "*" and "?" being wildcards';
    if (!Array.isArray(topicNames) || topicNames.length === 0) {
        throw new Refusal(`topicNames is no list or empty: expected ${expected}.`);
    }
    return topicNames.map((name, index) => requireText(name, `topicNames[${index}]`, wildcardForm, expected));
}

function wildcardsOf(pattern: string): TopicWildcards {
    const found = mskTopicWildcards(pattern);
    if (found.wildcards.some((wildcard) => /^[*?]/.test(wildcard))) {
        throw new Refusal(
            "topicName has an alternative that does not begin with literal text, which would allow other topics: " +
                'give the topics as topicNames, in which "*" and "?" are wildcards ("*" alone allows all topics).',
        );
    }
    return found;
}

function withinLimits(policy: string): string {
    if (policy.length <= longestInline) return policy;
    const inEnglish = (count: number) => count.toLocaleString("en-US");
    throw new Refusal(
        `the policy has ${inEnglish(policy.length)} characters, and IAM takes ${inEnglish(longestInline)} in the inline ` +
            `policies of a role: give topicNames with wildcards, or call mskReadPolicy for parts of the topics and ` +
            `make each a managed policy (${inEnglish(longestManaged)} characters each).`,
    );
}
