import { partitionForm } from "./expect";
import { Refusal } from "./refusal";

const partitionName = new RegExp(`^${partitionForm}$`);
const expected = "expected the ARN of one MSK cluster, such as arn:aws:kafka:us-east-1:123456789012:cluster/name/uuid";

/** The ARN of a cluster, in the parts that the ARNs of its topics and groups consist of. */
export interface MskCluster {
    readonly arn: string;
    /** All that comes before the kind of resource: `arn:aws:kafka:us-east-1:123456789012`. */
    readonly prefix: string;
    /** The cluster's `name/uuid`. */
    readonly path: string;
}

/**
 * Reads the ARN of an MSK cluster, provisioned or serverless, of any partition. An ARN with a wildcard
 * or a policy variable in it would stand for more than one cluster and is refused.
 */
export function parseClusterArn(arn: unknown): MskCluster {
    if (typeof arn !== "string") throw new Refusal(`clusterArn is not a text: ${expected}.`);
    if (/[*?${}]/.test(arn)) throw new Refusal(`clusterArn has a wildcard or variable in it: ${expected}.`);
    const [scheme, partition = "", service, region = "", account = "", resource = "", ...rest] = arn.split(":");
    if (scheme !== "arn" || service !== "kafka") throw new Refusal(`clusterArn is no ARN of MSK: ${expected}.`);
    if (!partitionName.test(partition)) {
        throw new Refusal(`clusterArn names no partition of AWS: ${expected}.`);
    }
    if (!/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) throw new Refusal(`clusterArn names no region: ${expected}.`);
    if (!/^\d{12}$/.test(account)) throw new Refusal(`clusterArn has no account of 12 digits: ${expected}.`);
    const path = /^cluster\/([\w.-]{1,64}\/[\w-]{1,64})$/.exec(resource)?.[1];
    if (path === undefined || rest.length > 0) {
        throw new Refusal(`clusterArn does not end in the name and the UUID of a cluster: ${expected}.`);
    }
    return { arn, prefix: ["arn", partition, "kafka", region, account].join(":"), path };
}

/** The ARN of a topic or consumer group of a cluster; the name may have IAM's wildcards. */
export const resourceArn = (cluster: MskCluster, kind: "topic" | "group", name: string) =>
    `${cluster.prefix}:${kind}/${cluster.path}/${name}`;
