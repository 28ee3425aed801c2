import { KafkaConnection } from "../../provider";

const args = {
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "polaris", password: "a-password" },
} as const;

test("an error in declaring a resource is told with its place in the program", () => {
    const { stackTraceLimit } = Error;
    const told = (() => {
        try {
            return new KafkaConnection("", args);
        } catch (error) {
            return error;
        }
    })();
    expect(told).toMatchObject({ stack: expect.stringContaining("resources.test.ts") as string });
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
});
