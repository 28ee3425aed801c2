import fc from "fast-check";
import { lintBrokers } from "../../provider/schemas/broker-lint";
import type { BrokerAuthentication } from "../../provider/schemas/broker-lint";

const provisioned = "b-1.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com";
const publicHost = "b-2-public.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com";
const china = "b-1.orders.a1b2c3.c3.kafka.cn-north-1.amazonaws.com.cn";
const serverless = "boot-x1y2z3.c1.kafka-serverless.us-west-2.amazonaws.com";
const eventHubs = "orders.servicebus.windows.net";
const confluent = "pkc-12345.us-east-2.aws.confluent.cloud";

const lint = (
    server: string,
    secretsType?: BrokerAuthentication,
    more: { username?: string; mechanism?: string } = {},
) => lintBrokers({ bootstrapServers: [server], ...(secretsType && { secretsType }), ...more });

const everyType = ["sasl_plain", "sasl_scram", "aws_iam", "none"] as const;

describe("brokers that can work with the connection's secrets", () => {
    it.each<[string, BrokerAuthentication | undefined]>([
        [`${provisioned}:9098`, "aws_iam"],
        [`${publicHost}:9198`, "aws_iam"],
        [`${china}:9098`, "aws_iam"],
        [`${provisioned}:20098`, "aws_iam"],
        [`${serverless}:9098`, "aws_iam"],
        [`${provisioned}:9096`, "sasl_scram"],
        [`${publicHost}:9196`, "sasl_scram"],
        [`${provisioned}:20096`, "sasl_scram"],
        [`${provisioned}:9094`, "none"],
        [`${publicHost}:9194`, "none"],
        [`b-1.scram.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com:14001`, "sasl_scram"],
        [`${provisioned}:6001`, "aws_iam"],
        [`${provisioned}:9092`, undefined],
        [`${eventHubs}:9093`, undefined],
        [`${confluent}:9092`, "sasl_plain"],
        ["kafka.example.com:9092", "sasl_plain"],
        ["kafka.us-east-1.example.com:9094", "aws_iam"],
        ["b-1.x.kafka.us-east-1.amazonaws.com.example.com:9092", "aws_iam"],
        ["notservicebus.windows.net:9092", "sasl_scram"],
        ["10.0.0.7:9092", "sasl_scram"],
        ["[2001:db8::1]:9092", "aws_iam"],
        [provisioned, "aws_iam"],
        [`${provisioned}:`, "aws_iam"],
        ["", "aws_iam"],
    ])("are left alone: %s with %s", (server, secretsType) => {
        expect(lint(server, secretsType)).toEqual([]);
    });

    it("are left alone on Event Hubs with its one username", () => {
        expect(lint(`${eventHubs}:9093`, "sasl_plain", { username: "$ConnectionString" })).toEqual([]);
        expect(lint(`${eventHubs}:9093`, "sasl_plain")).toEqual([]);
    });

    it("are left alone on MSK with its one mechanism of SCRAM", () => {
        expect(lint(`${provisioned}:9096`, "sasl_scram", { mechanism: "SCRAM-SHA-512" })).toEqual([]);
    });
});

describe("brokers of MSK", () => {
    it.each([
        [
            9092,
            "aws_iam",
            "port 9092 of an MSK broker serves plaintext: aws_iam needs port 9098 (9198 for public access)",
        ],
        [9094, "aws_iam", "port 9094 of an MSK broker serves TLS: aws_iam needs port 9098 (9198 for public access)"],
        [9194, "aws_iam", "port 9194 of an MSK broker serves TLS: aws_iam needs port 9098 (9198 for public access)"],
        [
            9096,
            "aws_iam",
            "port 9096 of an MSK broker serves SASL/SCRAM: aws_iam needs port 9098 (9198 for public access)",
        ],
        [
            9196,
            "aws_iam",
            "port 9196 of an MSK broker serves SASL/SCRAM: aws_iam needs port 9098 (9198 for public access)",
        ],
        [
            9093,
            "aws_iam",
            "port 9093 of an MSK broker serves no clients: aws_iam needs port 9098 (9198 for public access)",
        ],
        [
            9092,
            "sasl_scram",
            "port 9092 of an MSK broker serves plaintext: sasl_scram needs port 9096 (9196 for public access)",
        ],
        [
            9094,
            "sasl_scram",
            "port 9094 of an MSK broker serves TLS: sasl_scram needs port 9096 (9196 for public access)",
        ],
        [
            9198,
            "sasl_scram",
            "port 9198 of an MSK broker serves SASL/IAM: sasl_scram needs port 9096 (9196 for public access)",
        ],
        [
            20092,
            "sasl_scram",
            "port 20092 of an MSK broker serves plaintext: sasl_scram needs port 9096 (9196 for public access)",
        ],
        [
            9098,
            "none",
            "port 9098 of an MSK broker serves SASL/IAM: a client certificate needs port 9094 (9194 for public access)",
        ],
    ] as const)("are refused at port %i with %s", (port, secretsType, message) => {
        expect(lint(`${provisioned}:${port}`, secretsType)).toEqual([{ path: ["bootstrapServers"], message }]);
    });

    it("are told their public port where the host is public", () => {
        expect(lint(`${publicHost}:9194`, "aws_iam")).toEqual([
            { path: ["bootstrapServers"], message: "port 9194 of an MSK broker serves TLS: aws_iam needs port 9198" },
        ]);
    });

    it("are known however the host is written", () => {
        expect(lint(` ${provisioned.toUpperCase()}.:9092 `, "aws_iam")).toHaveLength(1);
        expect(lint(`${china}:9092`, "aws_iam")).toHaveLength(1);
    });

    it("take no SASL/PLAIN at any port, which is said once", () => {
        const bootstrapServers = [`${provisioned}:9092`, `${publicHost}:9196`, `${provisioned}:14001`];
        expect(lintBrokers({ bootstrapServers, secretsType: "sasl_plain", username: "u" })).toEqual([
            {
                path: ["secrets", "type"],
                message:
                    "an MSK broker has no SASL/PLAIN: use aws_iam with port 9098 (9198 for public access), or sasl_scram with port 9096 (9196 for public access)",
            },
        ]);
    });

    it("take no SCRAM-SHA-256", () => {
        expect(lint(`${provisioned}:9096`, "sasl_scram", { mechanism: "SCRAM-SHA-256" })).toEqual([
            { path: ["secrets", "mechanism"], message: "an MSK broker has no SCRAM-SHA-256: use SCRAM-SHA-512" },
        ]);
    });

    it("are refused one by one, each by its place in the list, while what is not known keeps its place", () => {
        const bootstrapServers = [`${provisioned}:9098`, undefined, `${provisioned}:9094`, "kafka.example.com:9094"];
        expect(lintBrokers({ bootstrapServers, secretsType: "aws_iam" }).map(({ path }) => path)).toEqual([
            ["bootstrapServers", 2],
        ]);
    });
});

describe("brokers of MSK Serverless", () => {
    it.each(["sasl_plain", "sasl_scram", "none"] as const)("take IAM alone, and no %s", (secretsType) => {
        expect(lint(`${serverless}:9098`, secretsType)).toEqual([
            {
                path: secretsType === "none" ? ["secrets"] : ["secrets", "type"],
                message: "an MSK Serverless broker authenticates with IAM alone: use aws_iam with port 9098",
            },
        ]);
    });

    it.each([9092, 9094, 9096, 9198])("have no port %i", (port) => {
        expect(lint(`${serverless}:${port}`, "aws_iam")).toEqual([
            { path: ["bootstrapServers"], message: `port ${port} is none of an MSK Serverless broker: use port 9098` },
        ]);
    });
});

describe("a broker of MSK with a public host name", () => {
    it.each([
        [9098, "aws_iam", 9198],
        [9096, "sasl_scram", 9196],
    ] as const)("does not serve port %i, which is private", (port, secretsType, instead) => {
        expect(lint(`${publicHost}:${port}`, secretsType)).toEqual([
            {
                path: ["bootstrapServers"],
                message: `port ${port} of an MSK broker is not public: ${secretsType} needs port ${instead}`,
            },
        ]);
    });
});

describe("an entry of a list that holds several brokers", () => {
    it("is read as those, under the entry's place", () => {
        const several = `${provisioned}:9092,${provisioned}:9094`;
        const problems = lintBrokers({ bootstrapServers: [`${provisioned}:9098`, several], secretsType: "aws_iam" });
        expect(problems.map(({ path, message }) => [...path, message.slice(0, 9)])).toEqual([
            ["bootstrapServers", 1, "port 9092"],
            ["bootstrapServers", 1, "port 9094"],
        ]);
    });
});

describe("brokers of Event Hubs", () => {
    it.each([eventHubs, "x.servicebus.chinacloudapi.cn", "x.servicebus.usgovcloudapi.net"])(
        "serve Kafka at 9093: %s",
        (host) => {
            expect(lint(`${host}:9092`)).toEqual([
                { path: ["bootstrapServers"], message: "port 9092 of Event Hubs does not serve Kafka: use port 9093" },
            ]);
        },
    );

    it.each(["sasl_scram", "aws_iam"] as const)("do not take %s", (secretsType) => {
        expect(lint(`${eventHubs}:9093`, secretsType)).toEqual([
            {
                path: ["secrets", "type"],
                message: `Event Hubs does not take ${secretsType}: use sasl_plain with the username $ConnectionString and the connection string as password`,
            },
        ]);
    });

    it("do not take a client certificate alone", () => {
        expect(lint(`${eventHubs}:9093`, "none")).toEqual([
            {
                path: ["secrets"],
                message:
                    "Event Hubs does not take a client certificate alone: use sasl_plain with the username $ConnectionString and the connection string as password",
            },
        ]);
    });

    it.each(["ConnectionString", "RootManageSharedAccessKey", ""])("take one username, and not %j", (username) => {
        expect(lint(`${eventHubs}:9093`, "sasl_plain", { username })).toEqual([
            {
                path: ["secrets", "username"],
                message:
                    "Event Hubs takes one username: use $ConnectionString, literally, with the connection string as password",
            },
        ]);
    });
});

describe("brokers of Confluent Cloud", () => {
    it("serve Kafka at 9092", () => {
        expect(lint(`${confluent}:9093`, "sasl_plain")).toEqual([
            { path: ["bootstrapServers"], message: "port 9093 of Confluent Cloud does not serve Kafka: use port 9092" },
        ]);
    });

    it.each(["sasl_scram", "aws_iam"] as const)("do not take %s", (secretsType) => {
        expect(lint(`${confluent}:9092`, secretsType)).toEqual([
            {
                path: ["secrets", "type"],
                message: `Confluent Cloud does not take ${secretsType}: use sasl_plain with an API key as username and its secret as password`,
            },
        ]);
    });
});

describe("what is said of brokers", () => {
    it("never holds a host or a username", () => {
        const host = fc
            .tuple(fc.uuid(), fc.constantFrom(provisioned, publicHost, serverless, eventHubs, confluent, "example.com"))
            .map(([id, service]) => `${id}.${service}`);
        fc.assert(
            fc.property(
                host,
                fc.oneof(
                    fc.constantFrom(9092, 9093, 9094, 9096, 9098, 9194, 9198),
                    fc.integer({ min: 1, max: 65_535 }),
                ),
                fc.constantFrom(...everyType),
                fc.uuid(),
                (name, port, secretsType, username) => {
                    const problems = lintBrokers({ bootstrapServers: [`${name}:${port}`], secretsType, username });
                    for (const { message } of problems) {
                        expect(message).not.toContain(name);
                        expect(message).not.toContain(name.slice(0, 36));
                        expect(message).not.toContain(username);
                        expect(message).toMatch(/: use |needs port/);
                    }
                },
            ),
        );
    });

    it("is nothing of hosts that no service is known for", () => {
        const host = fc
            .domain()
            .filter((name) => !/amazonaws|windows|chinacloudapi|usgovcloudapi|confluent/.test(name));
        fc.assert(
            fc.property(host, fc.nat(65_535), fc.constantFrom(...everyType), (name, port, secretsType) => {
                expect(lint(`${name}:${port}`, secretsType, { username: "u", mechanism: "SCRAM-SHA-256" })).toEqual([]);
            }),
        );
    });
});
