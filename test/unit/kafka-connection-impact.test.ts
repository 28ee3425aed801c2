import { kafkaConnection } from "../../provider/kafka-connection/kafka-connection";
import { unknown } from "../../provider/values/unknown";
import { sentencesOf } from "../support/plan";

const connection = {
    name: "orders",
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "u", password: "p" },
};

/** As a refresh records that another user has written the connection. */
const seen = { seenOnTimestamp: "2026-01-02T03:04:05Z" };

const describeChange = (state: object, inputs: object) => sentencesOf(kafkaConnection, { ...state }, { ...inputs });

const inPlace = (names: string) =>
    `updates ${names} in place: running jobs keep what they have until they are restarted (restartOnConnectionChange or restartTrigger)`;

describe("what a preview says of a changed connection", () => {
    it("says nothing where nothing changes", () => {
        expect(describeChange(connection, connection)).toEqual([]);
        expect(describeChange(connection, { ...connection, testConnection: "error", adopt: true })).toEqual([]);
    });

    it("says that jobs do not notice a change of what they do not read", () => {
        expect(describeChange(connection, { ...connection, description: "x" })).toEqual([
            "updates description in place, which running jobs do not notice",
        ]);
    });

    it("says that running jobs keep what they have", () => {
        expect(describeChange(connection, { ...connection, clientRack: "use1-az4" })).toEqual([inPlace("clientRack")]);
        expect(describeChange(connection, { ...connection, clientRack: "use1-az4", description: "x" })).toEqual([
            inPlace("clientRack"),
            "updates description in place, which running jobs do not notice",
        ]);
    });

    it("names only what is sure to change: a part that is not known yet may stay as it is", () => {
        const role = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/imply" };
        const secrets = { ...role, awsAssumedRoleArn: unknown };
        const state = { ...connection, secrets: role };
        expect(describeChange(state, { ...state, clientRack: "use1-az4", secrets })).toEqual([inPlace("clientRack")]);
        expect(describeChange(connection, { ...connection, secrets })).toEqual([]);
    });

    it("says that secrets are set again after a write that this resource has no record of", () => {
        const secrets = { type: "sasl_plain", username: "u" };
        expect(describeChange({ ...connection, secrets, ...seen }, connection)).toEqual([
            "the connection was changed since this resource's last recorded write, and secrets cannot be read back: sets secrets.password again",
            inPlace("secrets"),
        ]);
    });

    it("does not report a write where the state never had the secret, as after an import", () => {
        const secrets = { type: "sasl_plain", username: "u" };
        expect(describeChange({ ...connection, secrets }, connection)).toEqual([
            "the state does not have secrets.password, as after an import, and secrets cannot be read back: sets secrets.password",
            inPlace("secrets"),
        ]);
    });

    it("says so of a secret in a variable too, and not of one whose fingerprint is known", () => {
        const secrets = { type: "sasl_plain", username: "u", passwordFrom: { env: "PASSWORD" } };
        const lost = { ...connection, secrets: { ...secrets }, ...seen };
        const declared = { ...lost, fingerprints: { "secrets.password": "a" } };
        expect(describeChange(lost, declared)[0]).toMatch(/sets secrets\.password again$/);
        expect(describeChange({ ...lost, fingerprints: { "secrets.password": "b" } }, declared)).toEqual([
            inPlace("secrets"),
        ]);
    });

    it("says so of a client's key", () => {
        const ssl = (keystore: object) => ({ ...connection, ssl: { keystore }, ...seen });
        const [lost, declared] = [ssl({ certificates: "c" }), ssl({ certificates: "c", key: "k" })];
        expect(describeChange(lost, declared)[0]).toMatch(/sets ssl\.keystore\.key again$/);
    });

    it("does not take another kind of secrets for lost ones", () => {
        const role = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/imply" };
        expect(describeChange({ ...connection, secrets: role }, connection)).toEqual([inPlace("secrets")]);
    });

    it("says of a replacement what becomes of jobs", () => {
        expect(describeChange(connection, { ...connection, name: "orders-2" })).toEqual([
            "the name changes: creates a connection of the new name (refused if there is one), swaps jobs that take connection.name to it, then deletes the old one; the delete is refused while a job still reads it (as by a literal connectionName)",
        ]);
        expect(describeChange(connection, { ...connection, name: "orders-2", adopt: true })).toEqual([
            expect.stringMatching(/^the name changes: adopts or creates a connection of the new name, /),
        ]);
        expect(kafkaConnection.describeReplacement("projectId", {} as never, connection as never)).toBe(
            "the project changes: creates a connection in the new project, then deletes the one in the old project",
        );
    });
});

describe("what a preview says of a connection whose last operation failed", () => {
    const tested = "tests the connection again, as the last operation failed";

    it("tests it again where nothing else is owed", () => {
        expect(describeChange({ ...connection, unfinished: "update", owed: [] }, connection)).toEqual([tested]);
        const untested = { ...connection, testConnection: "off" };
        expect(describeChange({ ...untested, unfinished: "update", owed: [] }, untested)).toEqual([]);
    });

    it("brings what may not have reached it, and tests it again", () => {
        const state = { ...connection, description: "x", unfinished: "update", owed: ["description"] };
        const brought = "the last operation failed: brings description to the connection where it differs";
        expect(describeChange(state, state)).toEqual([brought, tested]);
        expect(describeChange(state, { ...state, clientRack: "use1-az4" })).toEqual([
            brought,
            inPlace("clientRack"),
            tested,
        ]);
        expect(describeChange(state, { ...state, description: "y" })).toEqual([
            brought,
            "updates description in place, which running jobs do not notice",
            tested,
        ]);
    });

    it("brings all where the state does not say what is owed", () => {
        const [sentence, ...others] = describeChange({ ...connection, unfinished: "create" }, connection);
        expect(others).toEqual([tested]);
        for (const name of ["bootstrapServers", "topicName", "secrets", "description", "ssl"]) {
            expect(sentence).toMatch(new RegExp(`^the last operation failed: brings .*\\b${name}\\b`));
        }
    });

    it("looks for the connection of an unconfirmed create, with no word of what is owed", () => {
        const state = { ...connection, unfinished: "create", unconfirmed: "2024-05-02T09:15:04Z/2024-05-02T09:15:05Z" };
        expect(describeChange(state, connection)).toEqual([
            "the last create was not confirmed: looks for its connection, and creates it if there is none",
            tested,
        ]);
        expect(describeChange(state, { ...connection, clientRack: "use1-az4" })).toEqual([
            "the last create was not confirmed: looks for its connection, and creates it if there is none",
            inPlace("clientRack"),
            tested,
        ]);
    });
});

describe("a change of the topic or the brokers", () => {
    const changed = (change: object) => describeChange(connection, { ...connection, ...change });

    it("says what the jobs of the connection will do", () => {
        expect(changed({ topicName: "payments" })).toEqual([
            inPlace("topicName"),
            'a job that is restarted or swapped then begins the topic "payments" at its readFromPoint, unless its table has read it before, and leaves the unread records of "orders"',
        ]);
    });

    it("to a pattern says that topics may be read again", () => {
        const sentences = changed({ topicName: "orders.*", topicNameIsPattern: true });
        expect(sentences[0]).toBe(inPlace("topicName, topicNameIsPattern"));
        expect(sentences[1]).toMatch(/may read topics again .* from a topic to a pattern$/);
    });

    it("says that offsets are a cluster's own", () => {
        expect(changed({ bootstrapServers: "other.example.com:9096" })).toEqual([
            inPlace("bootstrapServers"),
            "if these are brokers of another cluster, the offsets of the old one are not valid there: change resetTrigger of the jobs that read it",
        ]);
    });

    it.each([
        [
            "b-1.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com:9098",
            "b-2-public.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com:9198",
        ],
        [
            "b-1.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com:9098",
            "b-1.iam.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com:14001",
        ],
        ["a.example.com:9092", "A.example.com:9093,b.example.com:9093"],
    ])("within one cluster says nothing of offsets: %s, %s", (before, after) => {
        const state = { ...connection, bootstrapServers: before };
        expect(describeChange(state, { ...connection, bootstrapServers: after }).join()).not.toContain("offsets");
    });
});
