import { requireText } from "./expect";
import { parseClusterArn, resourceArn } from "./msk-arn";
import { mskTopicWildcards } from "./topic-wildcards";
import { Refusal } from "./refusal";

/** What Imply Polaris is to read. */
export interface MskReadPolicyArgs {
    /** The ARN of the MSK cluster, provisioned or serverless. */
    readonly clusterArn: string;
    /** The topic, or the pattern of topics, as given to the connection. */
    readonly topicName: string;
    /** Whether `topicName` is a regular expression. Default: false. */
    readonly topicNameIsPattern?: boolean;
    /**
     * The consumer group; IAM's wildcards `*` and `?` may be used. Default: `*`, all groups of this cluster, because
     * Imply Polaris does not document the names of its groups. Apache Druid, which it runs, by default names them
     * `kafka-supervisor-` and eight random letters: where you see that on your cluster, give `kafka-supervisor-*`.
     */
    readonly groupName?: string;
}

const topicForm = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;
const groupForm = /^[A-Za-z0-9._:/+=,@*?-]{1,255}$/;

/**
 * The permissions policy of a role that Imply Polaris assumes to read topics of an MSK cluster with IAM access
 * control: an IAM policy document as JSON, the same text for the same arguments. It allows what consuming takes and
 * nothing else: to connect to the cluster, to describe and read the topics, and to join the consumer groups (AWS
 * requires that of every reader). Nothing can be written, created or altered, and no other cluster is touched.
 *
 * For a pattern, the topics are given by the tightest wildcards that cover it (see {@link mskTopicWildcards}). Where
 * these match more than the pattern does, the statement about topics says so in its name (its Sid), for the reader of
 * a preview: `ReadTopicsWiderThanPattern` instead of `ReadTopics`.
 *
 * Sources: "Semantics of IAM authorization policy actions and resources" and "Common use cases for client
 * authorization policy" (Amazon MSK).
 *
 * @throws Error if the ARN is not one of a single cluster, or the topic or group not one that Kafka can have.
 */
export function mskReadPolicy(args: MskReadPolicyArgs): string {
    const cluster = parseClusterArn(args.clusterArn);
    const topics = topicsOf(args);
    const group = requireText(
        args.groupName ?? "*",
        "groupName",
        groupForm,
        'the name of a consumer group, up to 255 of ASCII letters, digits and "._:/+=,@-", "*" and "?" being wildcards',
    );
    const allow = (Sid: string, Action: string[], Resource: string[]) => ({ Sid, Effect: "Allow", Action, Resource });
    return JSON.stringify({
        Version: "2012-10-17",
        Statement: [
            allow("ConnectToCluster", ["kafka-cluster:Connect"], [cluster.arn]),
            allow(
                topics.exact ? "ReadTopics" : "ReadTopicsWiderThanPattern",
                ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
                topics.wildcards.map((topic) => resourceArn(cluster, "topic", topic)),
            ),
            allow(
                "JoinConsumerGroups",
                ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
                [resourceArn(cluster, "group", group)],
            ),
        ],
    });
}

function topicsOf({ topicName, topicNameIsPattern }: MskReadPolicyArgs) {
    const isPattern: unknown = topicNameIsPattern ?? false;
    if (typeof isPattern !== "boolean") throw new Refusal("topicNameIsPattern is malformed: expected true or false.");
    if (isPattern) return mskTopicWildcards(requireText(topicName, "topicName", /[\s\S]/, "a regular expression"));
    const topic = requireText(
        topicName,
        "topicName",
        topicForm,
        'the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_" and "-" (for a pattern, set topicNameIsPattern)',
    );
    return { wildcards: [topic], exact: true };
}
