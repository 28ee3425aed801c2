import type { ConnectionType } from "../../connection/connection-type";
import { defineConnection } from "../../connection/define-connection";
import { defineResource } from "../../engine/define-resource";
import { isRecord, valueAt } from "../../values/json";
import type { Properties } from "../../values/json";
import type { HiddenSecret, ImportNoun, Path } from "../noun";
import { withoutValue } from "../secret-names";
import { unknownMembers } from "../unknown-members";

/** `accessKeySecret` in words. */
const wordsOf = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Which of the secrets of a type a login has: those that its own kind of login knows. */
function secretsOf({ object, secrets }: ConnectionType, args: Properties): Path[] {
    const login = args.secrets;
    const schema = object.shape.secrets;
    if (!isRecord(login) || !schema) return [];
    return secrets.flatMap(([first, leaf, ...deeper]): Path[] => {
        if (first !== "secrets" || leaf === undefined || deeper.length > 0) return [];
        return unknownMembers(schema, { ...login, [leaf]: "placeholder" }, first).length === 0 ? [[first, leaf]] : [];
    });
}

/** Several brokers are a list, as the API has them, in its order. */
function spellBrokers(args: Properties, found: unknown): Properties {
    const text = valueAt(found, ["bootstrapServers"]);
    if (typeof text !== "string") return args;
    const brokers = text.split(",").map((broker) => broker.trim());
    const servers = brokers.filter((broker) => broker !== "");
    return { ...args, bootstrapServers: servers.length > 1 ? servers : servers[0] };
}

/** Event Hubs takes connection strings of its namespace for passwords, and nothing else. */
function placeholderFor({ bootstrapServers }: Properties): string {
    const [first = ""] = [bootstrapServers].flat().map(String);
    const host = first.replace(/:\d+$/, "");
    return /\.servicebus\./i.test(host)
        ? `Endpoint=sb://${host}/;SharedAccessKeyName=placeholder;SharedAccessKey=placeholder`
        : "placeholder";
}

/** The servers and the user of a login, if it names one. */
function loginOf({ noun }: ConnectionType, { bootstrapServers, urls, secrets }: Properties): string | undefined {
    const { username, accessKeyId } = isRecord(secrets) ? secrets : {};
    if (username === undefined && accessKeyId === undefined) return undefined;
    const servers = [bootstrapServers, urls].flat().filter((server) => server !== undefined);
    return JSON.stringify([noun, servers.map(String).sort(), secrets]);
}

/** What the import has to know of connections of a type. */
export function connectionNoun(type: ConnectionType): ImportNoun {
    return {
        noun: type.noun,
        kind: "connection",
        handler: (session) => defineResource(defineConnection(type), session),
        candidates: ({ connections }) =>
            connections.filter((one) => one.type === type.type).map(({ name }) => ({ id: name, known: {} })),
        spell: (args, id, { connections }) => {
            const found = connections.find(({ name }) => name === id);
            // A secret that an answer shows all the same is not for the text of a program.
            return secretsOf(type, args).reduce(withoutValue, spellBrokers(args, found));
        },
        hiddenSecrets: (args) =>
            secretsOf(type, args).map((path): HiddenSecret => ({
                path,
                word: wordsOf(path.at(-1) ?? ""),
                login: loginOf(type, args),
                placeholder: placeholderFor(args),
            })),
    };
}
