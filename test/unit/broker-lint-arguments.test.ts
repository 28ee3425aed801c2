import { isUnknown, unknown } from "../../provider/values/unknown";
import { problemsOf, problemText } from "../../provider/engine/validation";
import { kafkaConnectionInputs, kafkaConnectionProblems } from "../../provider/kafka-connection/schema";

type Given = Record<string, unknown>;

const problems = (given: Given) =>
    problemsOf(kafkaConnectionInputs, kafkaConnectionProblems, { name: "orders", topicName: "orders", ...given }).map(
        problemText,
    );

describe("the rack of a client of MSK", () => {
    const host = (region: string) => `b-1.orders.a1b2c3.c2.kafka.${region}.amazonaws.com`;
    const secrets = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/reader" };
    const withRack = (clientRack: unknown, bootstrapServers: unknown = `${host("us-east-1")}:9098`) =>
        problems({ secrets, bootstrapServers, clientRack });
    const refusal = [
        'clientRack: expected the id of an availability zone in the brokers\' region, such as "use1-az4": MSK uses ids of zones as racks, not names of zones',
    ];

    it.each([
        ["us-east-1", "use1-az4"],
        ["us-west-2", "usw2-lax1-az1"],
        ["eu-central-1", "euc1-az1"],
        ["eu-north-1", "eun1-az3"],
        ["ap-northeast-1", "apne1-az1"],
        ["ap-southeast-2", "apse2-az3"],
        ["ap-south-1", "aps1-az2"],
        ["sa-east-1", "sae1-az1"],
        ["us-gov-west-1", "usgw1-az1"],
        ["ca-central-1", "cac1-az4"],
        ["newland-1", "xy1-az1"],
    ])("is the id of a zone in %s: %s", (region, rack) => {
        expect(withRack(rack, `${host(region)}:9098`)).toEqual([]);
        expect(withRack(rack, `boot-x1y2z3.c1.kafka-serverless.${region}.amazonaws.com:9098`)).toEqual([]);
    });

    it("is the id of a zone in the China regions, whose names end otherwise", () => {
        expect(withRack("cnnw1-az2", `${host("cn-northwest-1")}.cn:9098`)).toEqual([]);
        expect(withRack("cn-northwest-1a", `${host("cn-northwest-1")}.cn:9098`)).toEqual(refusal);
    });

    it.each([
        "us-east-1a",
        "us-east-1",
        "use1az4",
        "USE1-AZ4",
        "use1-az-4",
        "az4",
        "4",
        " use1-az4",
        "usw2-az1",
        "use1",
    ])("is not %j in us-east-1", (rack) => {
        expect(withRack(rack)).toEqual(refusal);
        expect(withRack(rack, [`SASL_SSL://${host("us-east-1").toUpperCase()}.:9098`, ""])).toEqual(refusal);
    });

    it("is anything where a broker is not of MSK, or is not known", () => {
        const msk = `${host("us-east-1")}:9098`;
        for (const brokers of [
            "b-1.example.com:9098",
            `${msk},b-1.example.com:9098`,
            [msk, unknown],
            [msk, "[::1]:1"],
        ]) {
            expect(withRack("us-east-1a", brokers)).toEqual([]);
        }
        expect(withRack(unknown)).toEqual([]);
    });
});

describe("the password for Event Hubs", () => {
    const key = "SharedAccessKeyName=r;SharedAccessKey=hidden=";
    const valid = `Endpoint=sb://acme.servicebus.windows.net/;${key}`;
    const given = (password: unknown, more: Given = {}) =>
        problems({
            bootstrapServers: "acme.servicebus.windows.net:9093",
            secrets: { type: "sasl_plain", username: "$ConnectionString", password },
            ...more,
        });

    it.each([
        valid,
        `${valid};`,
        `${valid};EntityPath=orders`,
        `${valid};EntityPath=Orders`,
        `${valid};EntityPath=`,
        `${valid};TransportType=Amqp`,
        `${key};Endpoint=sb://acme.servicebus.windows.net/`,
        `endpoint=SB://ACME.servicebus.windows.net;sharedaccesskeyname=r;SHAREDACCESSKEY=hidden=`,
        `Endpoint=acme.servicebus.windows.net;${key}`,
        `Endpoint=sb://acme.servicebus.windows.net:5671/; ${key}`,
        unknown,
    ])("is a connection string of the namespace: %s", (password) => {
        expect(given(password)).toEqual([]);
    });

    const form = "Endpoint=sb://NAMESPACE.servicebus.windows.net/;SharedAccessKeyName=…;SharedAccessKey=…";
    const whole = `expected the whole connection string, ${form}`;
    const signature = `expected ${form}, because Event Hubs does not accept a SharedAccessSignature for Kafka`;
    const other = "expected a connection string of the namespace in bootstrapServers, found another Endpoint";
    it.each([
        ["hidden=", whole],
        [key, whole],
        [`sb://acme.servicebus.windows.net/;${key}`, whole],
        ["Endpoint=sb://acme.servicebus.windows.net/", whole],
        ["Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=hidden", whole],
        [`Endpoint=;${key}`, whole],
        [`org.apache.kafka.PlainLoginModule required username="$ConnectionString" password="${valid}";`, whole],
        [`"${valid}"`, "expected the connection string without quotes around it"],
        [`'${valid}'`, "expected the connection string without quotes around it"],
        [` ${valid}`, "expected the connection string without white space around it"],
        [`${valid}\n`, "expected no line end at the start or the end"],
        ["Endpoint=sb://acme.servicebus.windows.net/;SharedAccessSignature=SharedAccessSignature sr=hidden", signature],
        ["SharedAccessSignature sr=hidden&sig=x&se=1&skn=r", signature],
        [`Endpoint=sb://hidden.servicebus.windows.net/;${key}`, other],
        [`Endpoint=sb://acme.servicebus.chinacloudapi.cn/;${key}`, other],
        [`Endpoint=sb://acme/;${key}`, other],
        [
            `${valid};EntityPath=hidden`,
            "expected a connection string of the namespace or of the event hub in topicName, found another EntityPath",
        ],
    ])("is not %j: %s", (password, message) => {
        const found = given(password);
        expect(found).toEqual([`secrets.password: ${message}`]);
        expect(found.join()).not.toContain("hidden");
        expect(message.length).toBeLessThan(200);
    });

    it("may be of any event hub where the topic is a pattern, or is not known", () => {
        const password = `${valid};EntityPath=returns`;
        expect(given(password, { topicName: "orders|returns", topicNameIsPattern: true })).toEqual([]);
        expect(given(password, { topicNameIsPattern: unknown })).toEqual([]);
        expect(given(password, { topicName: unknown })).toEqual([]);
        expect(isUnknown(unknown)).toBe(true);
    });

    it("is one of the namespace in each cloud and behind a private link", () => {
        for (const host of ["a.servicebus.chinacloudapi.cn", "a.servicebus.usgovcloudapi.net"]) {
            expect(given(`Endpoint=sb://${host}/;${key}`, { bootstrapServers: `${host}:9093` })).toEqual([]);
        }
        expect(given(valid, { bootstrapServers: "acme.privatelink.servicebus.windows.net:9093" })).toEqual([]);
    });

    it("is anything elsewhere", () => {
        expect(given("hidden", { bootstrapServers: "kafka.example.com:9093" })).toEqual([]);
    });
});
