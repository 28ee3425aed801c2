import * as pulumi from "@pulumi/pulumi";
import { assumeRolePolicy, assumeRolePolicyOutput, mskReadPolicy, mskReadPolicyOutput } from "../../provider/aws";

const meta = { implyArn: "arn:aws:iam::123456789012:role/imply", externalId: "external-1" };
const clusterArn = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/abcd1234-0123-abcd-5678-1234abcd5678-s1";

const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

describe("the output forms of the AWS policies", () => {
    it("give the same text as the plain forms, whichever arguments are outputs", async () => {
        const plain = assumeRolePolicy(meta);
        const { implyArn, externalId } = meta;
        expect(await valueOf(assumeRolePolicyOutput({ implyArn: pulumi.output(implyArn), externalId }))).toBe(plain);
        expect(await valueOf(assumeRolePolicyOutput(pulumi.output(meta)))).toBe(plain);
        const args = { clusterArn, topicName: "orders-.*", topicNameIsPattern: true, groupName: "kafka-supervisor-*" };
        expect(
            await valueOf(
                mskReadPolicyOutput({
                    ...args,
                    clusterArn: pulumi.output(clusterArn),
                    topicName: Promise.resolve(args.topicName),
                }),
            ),
        ).toBe(mskReadPolicy(args));
    });

    it("give the same text for several clusters and topics", async () => {
        const list = [
            { clusterArn, topicNames: ["orders", "returns-*"] },
            { clusterArn: clusterArn.replace("orders", "other"), topicName: "orders" },
        ];
        const [first, second] = [
            { clusterArn: pulumi.output(clusterArn), topicNames: ["orders", pulumi.output("returns-*")] },
            pulumi.output(list[1]!),
        ];
        expect(await valueOf(mskReadPolicyOutput([first, second]))).toBe(mskReadPolicy(list));
        expect(await valueOf(mskReadPolicyOutput(pulumi.output(list)))).toBe(mskReadPolicy(list));
    });

    it("are secret where an argument is", async () => {
        const secret = assumeRolePolicyOutput({ ...meta, externalId: pulumi.secret(meta.externalId) });
        expect(await pulumi.isSecret(secret)).toBe(true);
        expect(await pulumi.isSecret(assumeRolePolicyOutput(meta))).toBe(false);
    });

    it("wait in a preview for an ARN that is not known yet, and refuse nothing", async () => {
        await pulumi.runtime.setMocks(
            { newResource: ({ name }) => ({ id: undefined, state: { name } }), call: () => ({}) },
            "project",
            "stack",
            true,
        );
        class Cluster extends pulumi.CustomResource {
            declare readonly arn: pulumi.Output<string>;
            constructor(name: string) {
                super("test:msk:Cluster", name, { arn: undefined });
            }
        }
        const policy = mskReadPolicyOutput({ clusterArn: new Cluster("cluster").arn, topicName: "orders" });
        let known = false;
        policy.apply(() => (known = true));
        await pulumi.runtime.disconnect();
        expect(known).toBe(false);
    });
});
