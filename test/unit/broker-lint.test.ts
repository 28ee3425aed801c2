import fc from "fast-check";
import { brokerProblems } from "../../provider/kafka-connection/brokers/lint";
import type { Authentication } from "../../provider/kafka-connection/brokers/services";
import { partialArguments } from "../../provider/kafka-connection/partial-arguments";
import { unknown } from "../../provider/values/unknown";

const provisioned = "b-1.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com";
const publicHost = "b-2-public.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com";
const china = "b-1.orders.a1b2c3.c3.kafka.cn-north-1.amazonaws.com.cn";
const serverless = "boot-x1y2z3.c1.kafka-serverless.us-west-2.amazonaws.com";
const eventHubs = "orders.servicebus.windows.net";
const confluent = "pkc-12345.us-east-2.aws.confluent.cloud";

const lint = (bootstrapServers: unknown, authentication?: Authentication, more: object = {}) => {
    const secrets = authentication === undefined ? unknown : { type: authentication, ...more };
    return brokerProblems(partialArguments.parse({ bootstrapServers, ...(authentication !== "none" && { secrets }) }));
};

const everyType = ["sasl_plain", "sasl_scram", "aws_iam", "none"] as const;

describe("brokers that can work with the connection's secrets", () => {
    it.each<[string, Authentication | undefined]>([
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
        [[9092, 9094, 9194, 9096, 9196, 9093, 20096, 2181, 2182], "aws_iam", "aws_iam", 9098],
        [[9092, 9094, 9098, 9198, 20092], "sasl_scram", "sasl_scram", 9096],
        [[9092, 9096, 9098, 9196, 20098], "none", "a client certificate", 9094],
    ] as const)("are refused at the ports %j with %s", (ports, secretsType, what, right) => {
        for (const port of ports) {
            const message = `port ${port} of an MSK broker does not serve ${what}: use port ${right} (${right + 100} for public access)`;
            expect(lint(`${provisioned}:${port}`, secretsType)).toEqual([{ path: ["bootstrapServers"], message }]);
        }
    });

    it.each([
        [9194, "aws_iam", 9198],
        [9098, "aws_iam", 9198],
        [9096, "sasl_scram", 9196],
    ] as const)("with a public host name are refused at port %i with %s", (port, secretsType, right) => {
        const message = `port ${port} of an MSK broker does not serve ${secretsType}: use port ${right} with its public host name`;
        expect(lint(`${publicHost}:${port}`, secretsType)).toEqual([{ path: ["bootstrapServers"], message }]);
    });

    it("are known however the host is written", () => {
        expect(lint(` ${provisioned.toUpperCase()}.:9092 `, "aws_iam")).toHaveLength(1);
        expect(lint(`${china}:9092`, "aws_iam")).toHaveLength(1);
    });

    it("take no SASL/PLAIN at any port, which is said once", () => {
        const bootstrapServers = [`${provisioned}:9092`, `${publicHost}:9196`, `${provisioned}:14001`];
        expect(lint(bootstrapServers, "sasl_plain", { username: "u" })).toEqual([
            {
                path: ["secrets", "type"],
                message:
                    "an MSK broker does not support sasl_plain: use aws_iam with port 9098 (9198 for public access), or sasl_scram with port 9096 (9196 for public access)",
            },
        ]);
    });

    it("take no SCRAM-SHA-256", () => {
        expect(lint(`${provisioned}:9096`, "sasl_scram", { mechanism: "SCRAM-SHA-256" })).toEqual([
            {
                path: ["secrets", "mechanism"],
                message: "an MSK broker does not support SCRAM-SHA-256: use SCRAM-SHA-512",
            },
        ]);
    });

    it("are refused one by one, each by its place in the list, while what is not known keeps its place", () => {
        const bootstrapServers = [`${provisioned}:9098`, unknown, `${provisioned}:9094`, "kafka.example.com:9094"];
        expect(lint(bootstrapServers, "aws_iam").map(({ path }) => path)).toEqual([["bootstrapServers", 2]]);
    });
});

describe("brokers of MSK Serverless", () => {
    it.each(["sasl_plain", "sasl_scram", "none"] as const)("take IAM alone, and no %s", (secretsType) => {
        expect(lint(`${serverless}:9098`, secretsType)).toEqual([
            {
                path: secretsType === "none" ? ["secrets"] : ["secrets", "type"],
                message: `an MSK Serverless broker does not support ${secretsType === "none" ? "a client certificate alone" : secretsType}: use aws_iam with port 9098`,
            },
        ]);
    });

    it.each([9092, 9094, 9096, 9198])("have no port %i", (port) => {
        expect(lint(`${serverless}:${port}`, "aws_iam")).toEqual([
            {
                path: ["bootstrapServers"],
                message: `port ${port} of an MSK Serverless broker does not serve Kafka: use port 9098`,
            },
        ]);
    });
});

describe("multi-VPC brokers of MSK", () => {
    const host = (signIn: string) => `b-3.${signIn}.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com`;
    const forms = [
        ["iam", "aws_iam"],
        ["scram", "sasl_scram"],
        ["tls", "none"],
    ] as const;
    const ports = fc.oneof(fc.integer({ min: 14_001, max: 14_100 }), fc.constantFrom(443, 6001, 15_000));

    it.each(forms)("for %s are left alone with %s", (label, secretsType) => {
        fc.assert(fc.property(ports, (port) => expect(lint(`${host(label)}:${port}`, secretsType)).toEqual([])));
    });

    it.each(forms)("for %s do not serve the ports of the cluster itself", (label, secretsType) => {
        for (const port of [9092, 9094, 9096, 9098, 9198]) {
            const message = `port ${port} of a multi-VPC broker of MSK for ${label.toUpperCase()} does not serve Kafka: use the broker's own port from 14001 to 14100`;
            expect(lint(`${host(label)}:${port}`, secretsType)).toEqual([{ path: ["bootstrapServers"], message }]);
        }
    });

    it.each(forms)("for %s take %s alone", (label, secretsType) => {
        for (const other of everyType.filter((type) => type !== secretsType)) {
            const [problem] = lint(`${host(label)}:14003`, other);
            expect(problem?.path[0]).toBe("secrets");
            expect(problem?.message).toMatch(/^a multi-VPC broker of MSK for [A-Z]+ does not support .*: use /);
        }
    });

    it.each(["iam", "scram", "tls"])("are not those of a cluster named %s", (name) => {
        expect(lint(`b-1.${name}.a1b2c3.c2.kafka.us-east-1.amazonaws.com:9098`, "aws_iam")).toEqual([]);
    });
});

describe("an entry of a list that holds several brokers", () => {
    it("is read as those, under the entry's place", () => {
        const several = `${provisioned}:9092,${provisioned}:9094`;
        const problems = lint([`${provisioned}:9098`, several], "aws_iam");
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
                message: `Event Hubs does not support ${secretsType}: use sasl_plain with the username $ConnectionString and the connection string as password`,
            },
        ]);
    });

    it("do not take a client certificate alone", () => {
        expect(lint(`${eventHubs}:9093`, "none")).toEqual([
            {
                path: ["secrets"],
                message:
                    "Event Hubs does not support a client certificate alone: use sasl_plain with the username $ConnectionString and the connection string as password",
            },
        ]);
    });

    it.each(["ConnectionString", "RootManageSharedAccessKey", ""])("take one username, and not %j", (username) => {
        expect(lint(`${eventHubs}:9093`, "sasl_plain", { username })).toEqual([
            {
                path: ["secrets", "username"],
                message:
                    "Event Hubs accepts only one username: use $ConnectionString, literally, with the connection string as password",
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
                message: `Confluent Cloud does not support ${secretsType}: use sasl_plain with an API key as username and its secret as password`,
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
                    const problems = lint([`${name}:${port}`], secretsType, { username });
                    for (const { message } of problems) {
                        expect(message).not.toContain(name);
                        expect(message).not.toContain(name.slice(0, 36));
                        expect(message).not.toContain(username);
                        expect(message).toMatch(/: use /);
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
