import { readFileSync } from "node:fs";
import path from "node:path";
import { changesIn, deletedIn, dependenciesOf, exampleFolder, policyIn, unknownIn, withExample } from "../support/aws";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { callOf, connectionIn, liveJobOn, newRequests, writesIn } from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

// Each test runs pulumi six to ten times.
jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
afterAll(() => emulator.close());

/** The plans that the README shows, one a code block, as `update msk:Cluster kafka`. */
function shownPlans(): string[][] {
    const readme = readFileSync(path.join(exampleFolder("msk-iam"), "README.md"), "utf8");
    return [...readme.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, block = ""]) =>
        [...block.matchAll(/^ [+~] +(?:aws:|pulumi-nodejs:dynamic\/polaris:)(\S+ \S+) (\w+)/gm)]
            .map(([, resource = "", operation = ""]) => `${operation} ${resource}`)
            .sort(),
    );
}

const cluster = /^arn:aws:kafka:us-east-1:123456789012:cluster\/(kafka-\w+\/[\w-]+)$/;

test("a cluster, the role that Imply Polaris assumes, a connection and a job: previewed, applied, opened to the Internet and destroyed", async () => {
    await withExample("msk-iam", emulator, {}, async (stack) => {
        // A preview knows nothing of AWS, and yet whom the role trusts; of Imply Polaris it asks that alone.
        const planned = await stack.steps();
        const [shown, shownOpening] = shownPlans();
        const ours = changesIn(planned).filter((change) => !change.includes("pulumi:pulumi:Stack"));
        expect(ours.sort()).toEqual(shown);
        expect(planned.filter(({ op }) => op !== "create")).toEqual([]);
        const unknown = Object.fromEntries(
            planned.map((step) => [step.urn.split("::").slice(2).join(" "), unknownIn(step)]),
        );
        expect(unknown).toMatchObject({
            "aws:iam/role:Role polaris": [],
            "aws:iam/rolePolicy:RolePolicy polaris-reads-orders": ["policy", "role"],
            "pulumi-nodejs:dynamic/polaris:KafkaConnection orders-msk": ["bootstrapServers", "secrets"],
            "pulumi-nodejs:dynamic/polaris:StreamingJob orders": [],
        });
        expect((await newRequests(emulator)).map(callOf)).toEqual(["GET /connectionsMeta"]);

        expect(changes(await stack.up())).toEqual({ create: planned.length });
        const meta = (await emulator.api("GET", "/connectionsMeta")).json;
        const clusterArn = String(stack.resources().find(({ type }) => type.endsWith(":Cluster"))?.outputs?.arn);
        const [, path = ""] = cluster.exec(clusterArn) ?? [];
        expect(policyIn(stack, "polaris", "assumeRolePolicy")).toMatchObject({
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { AWS: meta.implyArn },
                    Action: "sts:AssumeRole",
                    Condition: { StringEquals: { "sts:ExternalId": meta.externalId } },
                },
            ],
        });
        const prefix = "arn:aws:kafka:us-east-1:123456789012";
        expect(policyIn(stack, "polaris-reads-orders", "policy")).toMatchObject({
            Statement: [
                { Effect: "Allow", Action: ["kafka-cluster:Connect"], Resource: [clusterArn] },
                {
                    Effect: "Allow",
                    Action: ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
                    Resource: [`${prefix}:topic/${path}/orders`],
                },
                {
                    Effect: "Allow",
                    Action: ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
                    Resource: [`${prefix}:group/${path}/*`],
                },
            ],
        });
        expect(dependenciesOf(stack.resource("orders-msk"))).toEqual([
            "iam:Role polaris",
            "iam:RolePolicy polaris-reads-orders",
            "msk:Cluster kafka",
            "msk:Topic orders",
        ]);
        const job = stack.resources().find(({ type }) => type.endsWith(":StreamingJob"));
        expect(dependenciesOf(job)).toEqual(["KafkaConnection orders-msk"]);
        const roleArn = stack.resource("polaris")?.outputs?.arn;
        expect(writesIn(await newRequests(emulator))).toEqual([
            "POST /connections",
            "POST /jobs",
            "POST /jobs/…/status",
        ]);
        expect(await connectionIn(emulator, "orders-msk")).toMatchObject({
            properties: {
                topicName: "orders",
                secrets: { type: "aws_iam", awsAssumedRoleArn: roleArn },
                bootstrapServers: expect.stringMatching(/^b-1\.kafka-.*:9098,b-2\.kafka-.*:9098$/) as string,
            },
        });
        const waiting = await liveJobOn(emulator, "orders");
        expect(waiting.executionStatus).toBe("suspended");
        await expectNoChanges(stack);

        // MSK opens a cluster that exists. Its brokers are unknown until it has; nothing is replaced for that.
        await stack.setConfig({ openTo: '["203.0.113.0/24"]' });
        await newRequests(emulator);
        const opening = await stack.steps();
        expect(changesIn(opening).sort()).toEqual(shownOpening);
        expect(shownOpening).toContain("update KafkaConnection orders-msk");
        expect(unknownIn(opening.find(({ name }) => name === "orders-msk")!)).toEqual(["bootstrapServers"]);
        expect((await newRequests(emulator)).map(callOf)).toEqual(["GET /connectionsMeta"]);
        const opened = await stack.up();
        expect(changes(opened)).toEqual({ update: 4, unchanged: planned.length - 4 });
        expect(opened.text).toContain('StreamingJob "orders": the job is resumed at its offsets');
        expect((await connectionIn(emulator, "orders-msk"))?.properties.bootstrapServers).toMatch(
            /^b-2-public\.kafka-.*:9198,b-1-public\.kafka-.*:9198$/,
        );
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ id: waiting.id, executionStatus: "running" });
        await expectNoChanges(stack);

        // The job ends before what it reads with goes away.
        const destroyed = deletedIn(await stack.destroy());
        const order = [
            "StreamingJob orders",
            "KafkaConnection orders-msk",
            "iam:RolePolicy polaris-reads-orders",
            "iam:Role polaris",
        ];
        expect(destroyed.filter((resource) => order.includes(resource))).toEqual(order);
        const at = (resource: string) => destroyed.indexOf(resource);
        expect(at("KafkaConnection orders-msk")).toBeLessThan(at("msk:Topic orders"));
        expect(at("msk:Topic orders")).toBeLessThan(at("msk:Cluster kafka"));
        // AWS keeps the gateway of a network in which something has a public address.
        for (const index of [0, 1]) {
            expect(at("msk:Cluster kafka")).toBeLessThan(at(`ec2:RouteTableAssociation kafka-${index}`));
        }
        expect(at("msk:Cluster kafka")).toBeLessThan(at("ec2:InternetGateway kafka"));
        expect(stack.resources()).toEqual([]);
    });
});
