import { readConfiguration, type Configuration } from "../../provider/config";

/** What the suite needs and does not have, or a project that it must not touch. */
export class Refusal extends Error {}

export interface Settings extends Configuration {
    /** A second project made for the suite. */
    readonly otherProjectId: string | undefined;
    /** How long a change of status is waited for. */
    readonly waitMs: number;
    readonly kafka: {
        readonly bootstrapServers: string;
        readonly topicName: string;
        readonly secrets: Readonly<Record<string, unknown>>;
        /** Whether the brokers are the user's own, and not those of no cluster. */
        readonly isReachable: boolean;
    };
}

const required = ["POLARIS_PROJECT_ID", "POLARIS_API_KEY", "POLARIS_LIVE_PROJECT_ID"];
const address = ["POLARIS_BASE_URL", "POLARIS_ORGANIZATION", "POLARIS_REGION", "POLARIS_CLOUD"];
const brokers = ["POLARIS_LIVE_KAFKA_BOOTSTRAP", "POLARIS_LIVE_KAFKA_TOPIC", "POLARIS_LIVE_KAFKA_SECRETS"];

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function readSecrets(text: string): Record<string, unknown> {
    let secrets: unknown;
    try {
        secrets = JSON.parse(text);
    } catch {
        // What JSON.parse reports quotes the text, which holds a password.
    }
    if (typeof secrets !== "object" || secrets === null) {
        throw new Refusal("POLARIS_LIVE_KAFKA_SECRETS is not a JSON object; set it to a connection's secrets.");
    }
    return secrets as Record<string, unknown>;
}

function readKafka(get: (name: string) => string): Settings["kafka"] {
    const [bootstrapServers = "", topicName = "", secrets = ""] = brokers.map(get);
    if ([bootstrapServers, topicName, secrets].every((value) => value === "")) {
        return {
            bootstrapServers: "b-1.example.com:9096",
            topicName: "orders",
            secrets: { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "live", password: "of-no-cluster" },
            isReachable: false,
        };
    }
    const absent = brokers.filter((name) => get(name) === "");
    if (absent.length > 0) throw new Refusal(`${brokers.join(", ")} belong together; set ${absent.join(" and ")}.`);
    return { bootstrapServers, topicName, secrets: readSecrets(secrets), isReachable: true };
}

/** The settings of a run, from the environment alone. A `POLARIS_*` left in a shell is not enough to write to a project. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
    const get = (name: string) => environment[name]?.trim() ?? "";
    const absent = required.filter((name) => get(name) === "");
    if (address.every((name) => get(name) === "")) absent.push("POLARIS_BASE_URL");
    if (absent.length > 0) {
        throw new Refusal(
            `The live suite writes to a project made for it, whose id is in POLARIS_PROJECT_ID and again in POLARIS_LIVE_PROJECT_ID; set ${absent.join(", ")}.`,
        );
    }
    const configuration = readConfiguration(() => undefined, environment);
    if (get("POLARIS_LIVE_PROJECT_ID").toLowerCase() !== configuration.projectId) {
        throw new Refusal(
            "POLARIS_LIVE_PROJECT_ID names another project than POLARIS_PROJECT_ID; set both to the id of a project made for the live suite.",
        );
    }
    const other = get("POLARIS_LIVE_OTHER_PROJECT_ID").toLowerCase();
    if (other !== "" && (!uuid.test(other) || other === configuration.projectId)) {
        throw new Refusal("POLARIS_LIVE_OTHER_PROJECT_ID is not the id of a second project made for the live suite.");
    }
    const seconds = Number(get("POLARIS_LIVE_WAIT_SECONDS") || 180);
    if (!(seconds > 0 && seconds <= 3600)) {
        throw new Refusal("POLARIS_LIVE_WAIT_SECONDS is not a number of seconds up to 3600.");
    }
    return {
        ...configuration,
        otherProjectId: other === "" ? undefined : other,
        waitMs: seconds * 1000,
        kafka: readKafka(get),
    };
}
