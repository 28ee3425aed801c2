import { hostForms } from "./services";
import type { BrokerAuthentication, HostForm } from "./services";
import { brokersOf } from "./brokers";
import { isNoMskRack } from "./msk-hosts";
import type { Problem } from "../../values/shape";

/** What is known of a connection. What is left out is not known (yet), and nothing is refused on its account. */
export interface BrokerLintArgs {
    /** The brokers, as host:port or several with commas; an entry that is not known is undefined, so that the others keep their places. */
    readonly bootstrapServers: readonly (string | undefined)[];
    /** The kind of the connection's secrets. */
    readonly secretsType?: BrokerAuthentication;
    /** The mechanism of `sasl_scram` secrets. */
    readonly mechanism?: string;
    readonly username?: string;
    readonly password?: string;
    /** The topic, where it is no pattern. */
    readonly topicName?: string;
    readonly clientRack?: string;
}

interface Broker {
    readonly host: string;
    readonly port: string;
    /** The place of this broker in the connection's arguments. */
    readonly path: readonly (string | number)[];
}

/**
 * Finds what can never work between a connection and brokers whose service is known by their host names: Amazon MSK
 * (provisioned and serverless), Azure Event Hubs, Confluent Cloud. Messages name the service and the port, and how to
 * put it right, never a host or a user. All other hosts are left alone.
 */
export function lintBrokers(args: BrokerLintArgs): Problem[] {
    const brokers = args.bootstrapServers.flatMap((entry, index) => {
        const path = ["bootstrapServers", ...(args.bootstrapServers.length > 1 ? [index] : [])];
        return brokersOf(entry ?? "").flatMap((broker): Broker[] => {
            const [, host, port] = /^(\S+):(\d{1,5})$/.exec(broker) ?? [];
            if (host === undefined || port === undefined) return [];
            return [{ host: host.toLowerCase().replace(/\.$/, ""), port, path }];
        });
    });
    const found = [...brokers.flatMap((broker) => serviceProblems(args, broker)), ...rackProblems(args, brokers)];
    const texts = found.map(({ path, message }) => JSON.stringify([path, message]));
    return found.filter((_, index) => texts.indexOf(texts[index] ?? "") === index);
}

function serviceProblems(args: BrokerLintArgs, broker: Broker): Problem[] {
    const form = hostForms.find(({ host }) => host.test(broker.host));
    return form ? [...portProblems(args, broker, form), ...secretsProblems(args, broker, form)] : [];
}

function portProblems({ secretsType }: BrokerLintArgs, { port, path }: Broker, form: HostForm): Problem[] {
    const every = [...new Set(Object.values(form.ports))];
    const needed = (secretsType && form.ports[secretsType]) ?? (every.length === 1 ? every[0] : undefined);
    if (!needed || needed.served.test(port) || form.otherPorts?.test(port) === false) return [];
    const what = every.length === 1 ? "Kafka" : secretsType === "none" ? "a client certificate" : secretsType;
    const message = `port ${port} of ${form.name} does not serve ${what}: use ${needed.advice}`;
    return [{ path: [...path], message }];
}

function secretsProblems(args: BrokerLintArgs, { host }: Broker, form: HostForm): Problem[] {
    const { secretsType, password, topicName } = args;
    const { name, ports, instead, only } = form;
    if (secretsType === undefined) return [];
    if (!(secretsType in ports)) {
        const what = secretsType === "none" ? "a client certificate alone" : secretsType;
        const path = secretsType === "none" ? ["secrets"] : ["secrets", "type"];
        return [{ path, message: `${name} does not take ${what}: use ${instead}` }];
    }
    const problems: Problem[] = [];
    const given = only && args[only.member];
    if (only && given !== undefined && given !== only.value) {
        problems.push({ path: ["secrets", only.member], message: only.message });
    }
    const fault = password === undefined ? undefined : form.passwordFault?.(password, host, topicName);
    return fault ? [...problems, { path: ["secrets", "password"], message: fault }] : problems;
}

function rackProblems({ bootstrapServers, clientRack }: BrokerLintArgs, brokers: readonly Broker[]): Problem[] {
    const hosts = brokers.map(({ host }) => host);
    if (clientRack === undefined || bootstrapServers.includes(undefined) || !isNoMskRack(clientRack, hosts)) return [];
    const message =
        'expected the id of a zone in the brokers\' region, such as "use1-az4": these are the racks of MSK, not names of zones';
    return [{ path: ["clientRack"], message }];
}
