import * as pulumi from "@pulumi/pulumi";
import { KafkaConnection, StreamingJob } from "../../provider";
import type { StreamingJobArgs } from "../../provider";

const connectionArgs = {
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "polaris", password: "a-password" },
} as const;

const jobArgs: StreamingJobArgs = {
    target: { tableName: "orders" },
    source: { connectionName: "orders", formatSettings: { format: "nd-json" } },
    mappings: [{ columnName: "__time", expression: "CURRENT_TIMESTAMP" }],
};

const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

test("an error in declaring a resource has a stack trace with its place in the program", () => {
    const { stackTraceLimit } = Error;
    const caught = (() => {
        try {
            return new KafkaConnection("", connectionArgs);
        } catch (error) {
            return error;
        }
    })();
    expect(caught).toMatchObject({ stack: expect.stringContaining("resources.test.ts") as string });
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
});

describe("with mocks", () => {
    beforeAll(() =>
        pulumi.runtime.setMocks({
            newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
            call: () => ({}),
        }),
    );

    it.each(["first", "second"])(
        "a %s test of the same program can declare the same table and connection",
        async () => {
            const connection = new KafkaConnection("orders", connectionArgs);
            expect(await valueOf(connection.name)).toBe("orders");
            const job = new StreamingJob("orders", jobArgs);
            expect(await valueOf(job.target)).toEqual({ tableName: "orders" });
        },
    );
});
