import fc from "fast-check";
import { samples } from "../support/connections";
import type { ConnectionSample } from "../support/connections";
import { linesTold, nowhere, ProviderProcess, unknownValue } from "../support/handler";
import { fuzzRuns } from "../support/handler-arguments";
import type { Arguments } from "../support/handler-arguments";

const lines = linesTold();

const facts = {
    submittedOnTimestamp: "2024-05-02T09:15:04.120931Z",
    modifiedOnTimestamp: "2024-05-02T09:15:04.120931Z",
};

/** Arguments of a type: any of its optional ones, and values of the sample or others. */
const argumentsOf = ({ given, optional, changed, rotated = {} }: ConnectionSample): fc.Arbitrary<Arguments> =>
    fc
        .tuple(...[optional, changed, rotated, { description: "for people" }].map((more) => fc.constantFrom({}, more)))
        .map((parts) => Object.assign({ name: "orders", ...given }, ...parts) as Arguments);

describe.each(samples.map((sample) => [sample.noun, sample] as const))("a preview of a %s", (noun, sample) => {
    const process = ProviderProcess.start(nowhere);

    it("is quiet where nothing changes, and never replaces for a value that is not known yet", async () => {
        const names = Object.keys({ ...sample.given, ...sample.optional, description: "" });
        await fc.assert(
            fc.asyncProperty(argumentsOf(sample), fc.subarray(names), async (given, hidden) => {
                const resource = (await process).resource(noun);
                await resource.assume(given, facts);
                lines.splice(0);
                expect((await resource.preview(structuredClone(given))).step).toBe("same");
                expect(lines).toEqual([]);
                const unknown = Object.fromEntries(hidden.map((name) => [name, unknownValue]));
                const { step, problems, replaces } = await resource.preview({ ...given, ...unknown });
                expect([problems, replaces]).toEqual([[], []]);
                expect(step).toBe(hidden.length > 0 ? "update" : "same");
            }),
            { numRuns: fuzzRuns(60) },
        );
    });

    it("names the path of what is wrong, and no value", async () => {
        const resource = (await process).resource(noun);
        for (const [name, value] of Object.entries(sample.given)) {
            if (typeof value !== "string") continue;
            const { step, problems } = await resource.preview({ name: "orders", ...sample.given, [name]: " hidden\n" });
            expect([name, step]).toEqual([name, name === "topicName" || name in sample.given ? "refused" : step]);
            expect(problems.join("\n")).toMatch(new RegExp(`^${name}: expected .* \\[PolarisArgumentInvalid\\]$`, "m"));
            expect(problems.join("\n")).not.toContain("hidden");
        }
    });
});

test.each([
    ["SchemaRegistryConnection", { urls: [] }, "urls: expected at least one URL"],
    [
        "SchemaRegistryConnection",
        { urls: ["registry.example.com"] },
        "urls[0]: expected a URL that begins with https://",
    ],
    [
        "SchemaRegistryConnection",
        { urls: ["https://a:hidden-word@b.example.com"] },
        "urls[0]: expected a URL without user",
    ],
    [
        "KinesisConnection",
        { awsEndpoint: "https://kinesis.us-east-1.amazonaws.com" },
        "awsEndpoint: expected the host name",
    ],
    ["KinesisConnection", { awsEndpoint: "s3.us-east-1.amazonaws.com" }, "awsEndpoint: expected the host name"],
    ["KinesisConnection", { stream: "arn:aws:kinesis:us-east-1:1:stream/a" }, "stream: expected the name of a stream"],
    ["KinesisConnection", { awsAssumedRoleArn: "arn:aws:iam::1:role/a" }, "awsAssumedRoleArn: expected the ARN"],
    ["S3Connection", { secrets: undefined }, "secrets: required without an awsAssumedRoleArn"],
    ["S3Connection", { bucket: "s3://orders" }, "bucket: expected the name of a bucket"],
    ["AzureConnection", { container: "a--b" }, "container: expected the name of a container"],
    ["AzureConnection", { secrets: { type: "sas_token" } }, "secrets.sasToken: required, or secrets.sasTokenFrom"],
    [
        "ConfluentConnection",
        { bootstrapServers: "pkc-1.confluent.cloud:9093" },
        "bootstrapServers: port 9093 of Confluent",
    ],
    [
        "ConfluentConnection",
        { bootstrapServers: "shop.servicebus.windows.net:9093" },
        "bootstrapServers: expected brokers of Confluent Cloud, found Event Hubs: declare a KafkaConnection",
    ],
    ["PushStreamingConnection", { topicName: "orders" }, 'unknown property "topicName"'],
] as const)("a %s refuses %j", async (noun, more, message) => {
    const { given } = samples.find((sample) => sample.noun === noun)!;
    const resource = (await ProviderProcess.start(nowhere)).resource(noun);
    const { problems } = await resource.preview({ name: "orders", ...given, ...more });
    expect(problems.join("\n")).toContain(message);
    expect(problems.join("\n")).not.toContain("hidden");
});
