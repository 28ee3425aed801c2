const form = "Endpoint=sb://NAMESPACE.servicebus.windows.net/;SharedAccessKeyName=…;SharedAccessKey=…";

/** The members of a connection string. Their names are case-insensitive, as in Azure's SDKs. */
function membersOf(text: string): Map<string, string> {
    const members = text.split(";").map((member): [string, string] => {
        const [name = "", ...value] = member.split("=");
        return [name.trim().toLowerCase(), value.join("=").trim()];
    });
    return new Map(members);
}

const namespaceOf = (host: string) => host.toLowerCase().replace(/\.$/, "").replace(".privatelink.", ".");

/** Why Event Hubs cannot accept a password at its Kafka endpoint. Without a topic, any event hub is right. */
export function eventHubsPasswordFault(password: string, host: string, topicName?: string | null): string | undefined {
    if (/^\s|\s$/.test(password)) return "expected the connection string without white space around it";
    if (/^["'`]|["'`]$/.test(password)) return "expected the connection string without quotes around it";
    const members = membersOf(password);
    if (members.has("sharedaccesssignature") || /^SharedAccessSignature /i.test(password)) {
        return `expected ${form}, because Event Hubs does not accept a SharedAccessSignature for Kafka`;
    }
    const [endpoint, ...key] = ["endpoint", "sharedaccesskeyname", "sharedaccesskey"].map((name) => members.get(name));
    if (!endpoint || !key.every(Boolean)) return `expected the whole connection string, ${form}`;
    const namespace = endpoint.replace(/^[a-z]+:\/\//i, "").replace(/[/:].*$/, "");
    if (namespaceOf(namespace) !== namespaceOf(host)) {
        return "expected a connection string of the namespace in bootstrapServers, found another Endpoint";
    }
    const eventHub = members.get("entitypath");
    if (eventHub && typeof topicName === "string" && eventHub.toLowerCase() !== topicName.toLowerCase()) {
        return "expected a connection string of the namespace or of the event hub in topicName, found another EntityPath";
    }
    return undefined;
}
