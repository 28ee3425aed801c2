import { createConnection } from "../../emulator/schemas/connections";
import { formatSettings } from "../../emulator/schemas/formats";
import { duration, tableName } from "../../emulator/schemas/types";
import { validate } from "../../emulator/schemas/validate";
import { withoutSecrets } from "../../emulator/credentials";
import { userOf } from "../../emulator/users";

it.each(["P30D", "PT1H30M", "P1Y2M3W4DT5H6M7.5S", "PT0S", "P2000D"])("takes %s as a duration", (text) => {
    expect(duration.safeParse(text).success).toBe(true);
});

it.each(["", "P", "PT", "30D", "P1D2H", "P-1D", "p1d", "P1DT"])("refuses %j as a duration", (text) => {
    expect(duration.safeParse(text).success).toBe(false);
});

it.each(["sales", "my sales", "täble", "a.b", "x".repeat(255)])("takes %s as a table name", (name) => {
    expect(tableName.safeParse(name).success).toBe(true);
});

it.each(["", " a", "a ", ".a", "a/b", "a\nb", "a\u00a0b", "a\u0080", "\ufff0", "🎉", "x".repeat(256)])(
    "refuses %j as a table name",
    (name) => {
        expect(tableName.safeParse(name).success).toBe(false);
    },
);

it.each(["a:1", "a:1,b:2", "a:1, b:65535", "[::1]:9092"])("takes %s as a broker list", (bootstrapServers) => {
    const secrets = { type: "aws_iam", awsAssumedRoleArn: "arn" };
    const body = { type: "kafka", name: "x", topicName: "t", secrets, bootstrapServers };
    expect(createConnection.safeParse(body).success).toBe(true);
});

it.each(["", "a", "a:", "a:0", "a:65536", "a:1,", "a:1,,b:2", "a b:1"])(
    "refuses %j as a broker list",
    (bootstrapServers) => {
        const secrets = { type: "aws_iam", awsAssumedRoleArn: "arn" };
        const body = { type: "kafka", name: "x", topicName: "t", secrets, bootstrapServers };
        expect(createConnection.safeParse(body).success).toBe(false);
    },
);

it("fills in the defaults of nested formats", () => {
    const settings = { format: "kafka", valueFormat: { format: "csv", columns: ["a"] } };
    expect(validate(formatSettings, settings)).toEqual({
        format: "kafka",
        valueFormat: { format: "csv", columns: ["a"], delimiter: ",", listDelimiter: "\u0001", skipHeaderRows: 0 },
        keyColumnName: "kafka.key",
        headerLabelPrefix: "kafka.header.",
        timestampColumnName: "kafka.timestamp",
    });
});

it("names every problem by its path, and repeats no value", () => {
    const secrets = { type: "sasl_plain", username: "u", password: ["hidden"], pin: "hidden" };
    const body = { type: "kafka", name: "hidden name", topicName: "t", bootstrapServers: "a:1", secrets };
    let refusal: unknown;
    try {
        validate(createConnection, body);
    } catch (error) {
        refusal = error;
    }
    expect(refusal).toMatchObject({
        status: 400,
        body: { details: [{ target: "name" }, { target: "secrets.password" }, { target: "secrets.pin" }] },
    });
    expect(JSON.stringify(refusal)).not.toContain("hidden");
});

it("keeps what is no secret when it removes secrets", () => {
    const body = {
        name: "x",
        secrets: { type: "confluent", key: "id", secret: "hidden" },
        ssl: { keystore: { type: "pem", certificates: "c", key: "hidden", keyPassword: null }, truststore: { a: 1 } },
    };
    expect(withoutSecrets(body)).toEqual({
        name: "x",
        secrets: { type: "confluent", key: "id", secret: "[secret]" },
        ssl: { keystore: { type: "pem", certificates: "c", key: "[secret]", keyPassword: null }, truststore: { a: 1 } },
    });
});

it("derives the same user from the same key, and another from another", () => {
    expect(userOf("pok_1")).toEqual(userOf("pok_1"));
    expect(userOf("pok_1").userId).not.toBe(userOf("pok_2").userId);
    expect(userOf("pok_1").username).toMatch(/^api-key-pok_[0-9a-f]{6}\.\.\.[0-9a-f]{6}$/);
});
