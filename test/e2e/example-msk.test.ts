import { changesIn, deletedIn, dependenciesOf, edit, policyIn, unknownIn, withExample } from "../support/aws";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { callOf, connectionIn, liveJobOn, newRequests, writesIn } from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

// Each test runs pulumi six to ten times.
jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;

beforeEach(async () => {
    emulator = await startTestEmulator();
});
afterEach(() => emulator.close());

const network = { subnetIds: '["subnet-0a1b2c3d","subnet-4e5f6a7b"]', clients: '["10.0.0.0/16"]' };

test("msk-serverless lets Imply Polaris read the topics of a pattern by a role, and no others", async () => {
    await withExample("msk-serverless", emulator, { config: network }, async (stack) => {
        const planned = await stack.steps();
        expect(planned.filter(({ op }) => op !== "create")).toEqual([]);
        expect(unknownIn(planned.find(({ name }) => name === "orders-msk")!)).toEqual(["bootstrapServers", "secrets"]);
        expect((await newRequests(emulator)).map(callOf)).toEqual(["GET /connectionsMeta"]);

        expect(changes(await stack.up())).toEqual({ create: planned.length });
        const clusterArn = String(stack.resources().find(({ type }) => type.endsWith("Cluster"))?.outputs?.arn);
        const [, path = ""] = /:cluster\/(kafka-\w+\/[\w-]+)$/.exec(clusterArn) ?? [];
        expect(policyIn(stack, "polaris-reads-orders", "policy")).toMatchObject({
            Statement: [
                { Action: ["kafka-cluster:Connect"], Resource: [clusterArn] },
                {
                    Sid: expect.stringMatching(/^ReadTopics[0-9a-f]{8}$/) as string,
                    Resource: [`arn:aws:kafka:us-east-1:123456789012:topic/${path}/orders-?*`],
                },
                { Resource: [`arn:aws:kafka:us-east-1:123456789012:group/${path}/*`] },
            ],
        });
        expect(await connectionIn(emulator, "orders-msk")).toMatchObject({
            properties: {
                bootstrapServers: "boot-abcdefg.c2.kafka-serverless.us-east-1.amazonaws.com:9098",
                topicName: "orders-.+",
                topicNameIsPattern: true,
                secrets: { type: "aws_iam", awsAssumedRoleArn: stack.resource("polaris")?.outputs?.arn },
            },
        });
        expect((await liveJobOn(emulator, "orders")).executionStatus).toBe("running");
        expect(dependenciesOf(stack.resource("orders-msk"))).toEqual([
            "iam:Role polaris",
            "iam:RolePolicy polaris-reads-orders",
            "msk:ServerlessCluster kafka",
        ]);
        await expectNoChanges(stack);

        // A change of the cluster makes its brokers unknown: that updates the connection and replaces nothing.
        edit(
            stack,
            'new aws.msk.ServerlessCluster("kafka", {',
            'new aws.msk.ServerlessCluster("kafka", { tags: { team: "orders" },',
        );
        const changing = await stack.steps();
        expect(changesIn(changing).filter((change) => !change.startsWith("update "))).toEqual([]);
        expect(changesIn(changing)).toContain("update KafkaConnection orders-msk");
        expect(unknownIn(changing.find(({ name }) => name === "orders-msk")!)).toEqual(["bootstrapServers"]);
        expect(changesIn(changing).filter((change) => change.includes("StreamingJob"))).toEqual([]);
        await stack.up();
        await expectNoChanges(stack);

        const destroyed = deletedIn(await stack.destroy());
        const order = ["StreamingJob orders", "KafkaConnection orders-msk", "iam:RolePolicy polaris-reads-orders"];
        expect(destroyed.slice(0, 3)).toEqual(order);
        expect(destroyed.indexOf("msk:ServerlessCluster kafka")).toBeGreaterThan(2);
    });
});

interface Secrets {
    deployment: { resources: { type: string; outputs?: Record<string, { plaintext?: string }> }[] };
}

test("msk-scram gives MSK and Imply Polaris the same password, which is in the clear nowhere; more brokers are no change, and another password restarts the job", async () => {
    await withExample("msk-scram", emulator, { config: network }, async (stack) => {
        const planned = await stack.steps();
        expect(planned.filter(({ op }) => op !== "create")).toEqual([]);
        const connection = planned.find(({ name }) => name === "orders-msk")!;
        expect(unknownIn(connection)).toEqual(["bootstrapServers"]);
        // Pulumi shows a secret as one also where it is not known yet.
        expect(JSON.stringify(connection.newState?.inputs?.secrets)).toContain("[secret]");
        expect(await newRequests(emulator)).toEqual([]);

        expect(changes(await stack.up())).toEqual({ create: planned.length });
        const { deployment } = JSON.parse(await stack.exportText({ showSecrets: true })) as Secrets;
        const secret = (type: string, name: string) =>
            JSON.parse(
                deployment.resources.find((one) => one.type.endsWith(type))?.outputs?.[name]?.plaintext ?? "",
            ) as unknown;
        const password = secret(":RandomPassword", "result");
        expect(password).toMatch(/^\w{32}$/);
        expect(JSON.parse(String(secret(":SecretVersion", "secretString")))).toEqual({ username: "polaris", password });
        expect(stack.stateText()).not.toContain(password);
        const posted = (await newRequests(emulator)).find(({ method }) => method === "POST");
        expect(posted?.body).toMatchObject({ secrets: { mechanism: "SCRAM-SHA-512", username: "polaris" } });
        expect(stack.resource("AmazonMSK_polaris")?.outputs).toMatchObject({
            name: expect.stringMatching(/^AmazonMSK_/) as string,
            kmsKeyId: expect.stringMatching(/:key\//) as string,
        });
        expect(policyIn(stack, "msk-reads-polaris", "policy")).toMatchObject({
            Statement: [
                {
                    Principal: { Service: "kafka.amazonaws.com" },
                    Action: "secretsmanager:getSecretValue",
                    Resource: stack.resource("AmazonMSK_polaris")?.outputs?.arn,
                },
            ],
        });
        const users = stack.resources().find(({ type }) => type.endsWith(":ScramSecretAssociation"));
        expect(dependenciesOf(users)).toEqual([
            "msk:Cluster kafka",
            "secretsmanager:Secret AmazonMSK_polaris",
            "secretsmanager:SecretPolicy msk-reads-polaris",
            "secretsmanager:SecretVersion polaris-credentials",
        ]);
        expect(dependenciesOf(stack.resource("orders-msk"))).toContain("msk:ScramSecretAssociation kafka-users");
        const before = await liveJobOn(emulator, "orders");
        await expectNoChanges(stack);

        edit(stack, "numberOfBrokerNodes: 2", "numberOfBrokerNodes: 4");
        const growing = await stack.steps();
        expect(changesIn(growing).sort()).toEqual([
            "update KafkaConnection orders-msk",
            "update msk:Cluster kafka",
            "update msk:ScramSecretAssociation kafka-users",
        ]);
        expect(unknownIn(growing.find(({ name }) => name === "orders-msk")!)).toEqual(["bootstrapServers"]);
        expect((await stack.preview()).text).not.toMatch(/(KafkaConnection|StreamingJob) "/);
        await stack.setConfig({ passwordVersion: "2" });
        const planning = await stack.preview();
        expect(planning.text).toContain(
            'StreamingJob "orders": the job is restarted (suspended and resumed) at its offsets',
        );
        await newRequests(emulator);
        await stack.up();
        expect(writesIn(await newRequests(emulator))).toEqual([
            "PATCH /connections/orders-msk",
            "POST /connections/orders-msk/test",
            "POST /jobs/…/status",
            "POST /jobs/…/status",
        ]);
        // Two others of the same cluster's brokers are no change.
        expect((await connectionIn(emulator, "orders-msk"))?.properties.bootstrapServers).toMatch(
            /^b-1\..*:9096,b-2\..*:9096$/,
        );
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ id: before.id, executionStatus: "running" });
        await expectNoChanges(stack);

        const destroyed = deletedIn(await stack.destroy());
        const order = ["StreamingJob orders", "KafkaConnection orders-msk", "msk:ScramSecretAssociation kafka-users"];
        expect(destroyed.slice(0, 3)).toEqual(order);
    });
});
