import fc from "fast-check";
import { durationMs } from "../../provider/values/duration";
import { nowhere, ProviderProcess, unknownValue } from "../support/handler";
import type { Noun } from "../support/handler";
import type { Arguments } from "../support/handler-arguments";
import { table } from "../support/pair";

const login = { type: "sasl_plain", username: "imply" };
const connection = {
    name: "orders",
    bootstrapServers: "a:1",
    topicName: "orders",
    secrets: { ...login, password: "hidden-word" },
};
const job = {
    target: { tableName: "orders" },
    source: {
        connectionName: "orders",
        formatSettings: { format: "nd-json" },
        inputSchema: [{ name: "t", dataType: "string" }],
    },
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("t")' }],
};
const valid: Record<Noun, Arguments> = { KafkaConnection: connection, StreamingJob: job, Table: table };

let engine: ProviderProcess;
beforeAll(async () => {
    engine = await ProviderProcess.start(nowhere);
});

const planned = (noun: Noun, change: Arguments) => engine.resource(noun).preview({ ...valid[noun], ...change });

describe("the check of arguments", () => {
    it("returns them with the project in which the object will live, and without the key", async () => {
        const { inputs } = await planned("KafkaConnection", {});
        expect(inputs).toEqual({
            ...connection,
            projectId: nowhere.projectId,
            __provider: expect.any(String) as string,
        });
    });

    it.each(["KafkaConnection", "StreamingJob"] as const)(
        "finds the %s without problems as it was given",
        async (noun) => {
            expect(await planned(noun, {})).toMatchObject({ step: "create", problems: [], inputs: valid[noun] });
        },
    );

    it("makes a list of brokers into the text that the API has", async () => {
        const { inputs } = await planned("KafkaConnection", { bootstrapServers: ["b:2", " a:1 ,c:3"] });
        expect(inputs.bootstrapServers).toBe("b:2,a:1,c:3");
    });

    it("makes a list of brokers that are partly unknown into an unknown text", async () => {
        const { inputs } = await planned("KafkaConnection", { bootstrapServers: ["b:2", unknownValue] });
        expect(inputs.bootstrapServers).toBe(unknownValue);
    });

    it("drops what is null, also deep down", async () => {
        const { inputs } = await planned("KafkaConnection", { description: null, ssl: { truststore: null } });
        expect(inputs).not.toHaveProperty("description");
        expect(inputs.ssl).toEqual({});
    });

    it("keeps a null in a schema of Avro, where it means something", async () => {
        const schema = { type: "record", name: "r", fields: [{ name: "a", type: ["null", "int"], default: null }] };
        const parseSchemaProvider = { type: "inline-avro", schema };
        const source = { ...job.source, formatSettings: { format: "avro_stream", parseSchemaProvider } };
        expect((await planned("StreamingJob", { source })).inputs.source).toEqual(source);
    });

    it("reports a problem without the property, of which the engine would print the value", async () => {
        const { problems } = await engine
            .resource("KafkaConnection")
            .preview({ ...connection, secrets: "hidden-word" });
        expect(problems).toEqual(["secrets: expected an object [PolarisArgumentInvalid]"]);
    });

    it.each([
        [{ create: "10m", update: "1h30m", delete: "90s", read: "500ms" }, []],
        [{ create: "1.5h" }, []],
        [{ create: unknownValue }, []],
        [
            { create: "10" },
            ['customTimeouts.create: expected a duration such as "10m" or "1h30m" [PolarisArgumentInvalid]'],
        ],
        [
            { create: "soon", update: "" },
            [
                'customTimeouts.create: expected a duration such as "10m" or "1h30m" [PolarisArgumentInvalid]',
                'customTimeouts.update: expected a duration such as "10m" or "1h30m" [PolarisArgumentInvalid]',
            ],
        ],
    ])("finds the time limits %j as right as they are", async (timeouts, problems) => {
        expect((await planned("StreamingJob", { timeouts })).problems).toEqual(problems);
    });
});

describe("a secret from the environment", () => {
    const passwordFrom = { env: "POLARIS_TEST_CHECK" };
    beforeEach(() => (process.env.POLARIS_TEST_CHECK = "from-the-environment"));
    afterEach(() => delete process.env.POLARIS_TEST_CHECK);

    it("is in the inputs by name and salted fingerprint alone", async () => {
        const [one, two] = [
            await planned("KafkaConnection", { secrets: { ...login, passwordFrom } }),
            await planned("KafkaConnection", { secrets: { ...login, passwordFrom } }),
        ];
        expect(one.problems).toEqual([]);
        expect(one.inputs.secrets).toEqual({ ...login, passwordFrom });
        expect(JSON.stringify(one)).not.toContain("from-the-environment");
        expect(one.inputs.fingerprints).toEqual({ "secrets.password": expect.any(String) as string });
        // A plan that was saved holds for the `up` that follows.
        expect(one.inputs.fingerprints).toEqual(two.inputs.fingerprints);
    });

    it("has another fingerprint for another value, another variable and another project", async () => {
        process.env.POLARIS_TEST_OTHER = "from-the-environment";
        const print = async (variable: string, options = {}) => {
            const resource = (await ProviderProcess.start(nowhere, options)).resource("KafkaConnection");
            const secrets = { ...login, passwordFrom: { env: variable } };
            const { inputs } = await resource.preview({ ...valid.KafkaConnection, secrets });
            return JSON.stringify(inputs.fingerprints);
        };
        const prints = [
            await print("POLARIS_TEST_CHECK"),
            await print("POLARIS_TEST_OTHER"),
            await print("POLARIS_TEST_CHECK", { projectId: "1f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10" }),
        ];
        process.env.POLARIS_TEST_CHECK = "another";
        prints.push(await print("POLARIS_TEST_CHECK"));
        expect(new Set(prints).size).toBe(4);
        delete process.env.POLARIS_TEST_OTHER;
    });

    it("is refused where the variable is not set", async () => {
        delete process.env.POLARIS_TEST_CHECK;
        const { problems } = await planned("KafkaConnection", { secrets: { ...login, passwordFrom } });
        expect(problems).toEqual([
            "secrets.passwordFrom.env: the environment variable POLARIS_TEST_CHECK is not set [PolarisVariableNotSet]",
        ]);
    });

    it("is refused beside the secret itself", async () => {
        const secrets = { ...login, password: "hidden-word", passwordFrom };
        expect((await planned("KafkaConnection", { secrets })).problems).toEqual([
            "secrets.passwordFrom: expected either this or secrets.password, found both [PolarisArgumentInvalid]",
        ]);
    });
});

describe("a provider that is configured wrongly", () => {
    it.each([
        [
            { projectId: "my-project" },
            /^polaris:projectId is not the id of an Imply Polaris project.*\. \[PolarisConfigurationInvalid\]$/,
        ],
        [{ baseUrl: "http://example.com" }, /^polaris:baseUrl uses http.*\. \[PolarisConfigurationInvalid\]$/],
        [{ apiKey: "two words" }, /^polaris:apiKey holds white space.*\. \[PolarisConfigurationInvalid\]$/],
        [
            { requestTimeout: -1 },
            /^polaris:requestTimeout is not a number of seconds.*\. \[PolarisConfigurationInvalid\]$/,
        ],
    ])("refuses each resource in the preview with one sentence, with %j", async (options, message) => {
        const wrong = await ProviderProcess.start(nowhere, options);
        for (const noun of ["KafkaConnection", "StreamingJob"] as const) {
            const { step, problems } = await wrong.resource(noun).preview(valid[noun]);
            expect(step).toBe("refused");
            expect(problems).toEqual([expect.stringMatching(message)]);
        }
    });

    it("refuses every operation with the same sentence, and concludes nothing about what is in state", async () => {
        const state = await engine.resource("KafkaConnection").assume(connection, { submittedOnTimestamp: "2024" });
        const wrong = (await ProviderProcess.start(nowhere, { apiKey: "two words" })).resource(
            "KafkaConnection",
            state,
        );
        const sentence =
            'KafkaConnection "orders": polaris:apiKey holds white space or characters that no API key has; set it to the key as Imply Polaris shows it. [PolarisConfigurationInvalid]';
        expect(await wrong.refresh()).toEqual({ step: "read", code: "PolarisConfigurationInvalid", failure: sentence });
        expect(await wrong.destroy()).toEqual({
            step: "delete",
            code: "PolarisConfigurationInvalid",
            failure: sentence,
        });
        expect(wrong.state).toEqual(state);
    });
});

describe("a duration of customTimeouts", () => {
    it.each([
        ["10m", 600_000],
        ["1h30m", 5_400_000],
        ["1.5s", 1_500],
        ["1m500ms", 60_500],
    ])("%s is %d ms", (text, ms) => {
        expect(durationMs(text)).toBe(ms);
    });

    it("is nothing else than numbers with units, however they follow", () => {
        fc.assert(
            fc.property(fc.stringMatching(/^[0-9hms. -]{0,8}$/), (text) => {
                expect(durationMs(text) !== undefined).toBe(/^(\d+(\.\d+)?(ms|h|m|s))+$/.test(text));
            }),
        );
    });
});
