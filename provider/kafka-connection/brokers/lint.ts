import type { PartialArguments } from "../partial-arguments";
import { problemOf } from "../../values/shape";
import type { Problem } from "../../values/shape";
import { brokersOf } from "./brokers";
import { isZoneId } from "./msk-hosts";
import { serviceOf, wordsFor } from "./services";
import type { Authentication, Service } from "./services";

interface Broker {
    readonly host: string;
    readonly port: string;
    readonly path: readonly PropertyKey[];
    readonly service: Service | undefined;
}

function brokersIn(entries: PartialArguments["bootstrapServers"]): Broker[] {
    return entries.flatMap((entry, index) => {
        const path = ["bootstrapServers", ...(entries.length > 1 ? [index] : [])];
        return brokersOf(entry ?? "").flatMap((broker): Broker[] => {
            const [, name, port] = /^(\S+):(\d{1,5})$/.exec(broker) ?? [];
            if (name === undefined || port === undefined) return [];
            const host = name.toLowerCase().replace(/\.$/, "");
            return [{ host, port, path, service: serviceOf(host) }];
        });
    });
}

/** How the connection authenticates; undefined if that is not known. */
const authenticationOf = ({ secrets, ssl }: PartialArguments): Authentication | undefined =>
    secrets === undefined && ssl !== null ? "none" : (secrets?.type ?? undefined);

/**
 * What can never work between a connection and the brokers of a service that is known by its host names: Amazon MSK
 * (provisioned and serverless), Azure Event Hubs, Confluent Cloud. Messages name the service, the port and what to use
 * instead, never a host or a user. Other hosts are not checked.
 */
export function brokerProblems(inputs: PartialArguments): Problem[] {
    const brokers = brokersIn(inputs.bootstrapServers);
    const authentication = authenticationOf(inputs);
    const problems = [
        ...brokers.flatMap((broker) => [
            ...portProblems(authentication, broker),
            ...secretsProblems(authentication, inputs, broker),
        ]),
        ...rackProblems(inputs, brokers),
    ];
    return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** Brokers of a service that is another one than the connection's type is for. */
export function otherServiceProblems({ bootstrapServers }: PartialArguments, name: string): Problem[] {
    return brokersIn(bootstrapServers).flatMap(({ service, path }) => {
        if (!service || service.name === name) return [];
        return [{ path, message: `expected brokers of ${name}, found ${service.name}: declare a KafkaConnection` }];
    });
}

function portProblems(authentication: Authentication | undefined, { port, path, service }: Broker): Problem[] {
    if (!service) return [];
    const { name, ports, otherPorts } = service;
    const [first, ...others] = new Set(Object.values(ports));
    const expected = (authentication && ports[authentication]) ?? (others.length === 0 ? first : undefined);
    if (!expected || expected.pattern.test(port) || otherPorts?.test(port) === false) return [];
    const what = others.length === 0 ? "Kafka" : authentication === "none" ? "a client certificate" : authentication;
    return [{ path, message: `port ${port} of ${name} does not serve ${what}: use ${expected.advice}` }];
}

function secretsProblems(
    authentication: Authentication | undefined,
    { secrets, topicName, topicNameIsPattern }: PartialArguments,
    { host, service }: Broker,
): Problem[] {
    if (!service || !authentication) return [];
    const { name, ports, alternative, fixed, passwordFault } = service;
    if (!ports[authentication]) {
        const path = authentication === "none" ? ["secrets"] : ["secrets", "type"];
        return [{ path, message: `${name} does not support ${wordsFor(authentication)}: use ${alternative}` }];
    }
    const value = fixed && secrets?.[fixed.member];
    const isOther = typeof value === "string" && value !== fixed?.value;
    const isOneTopic = topicNameIsPattern === undefined || topicNameIsPattern === false;
    const topic = isOneTopic ? topicName : undefined;
    return [
        ...(fixed && isOther ? [{ path: ["secrets", fixed.member], message: fixed.message }] : []),
        ...problemOf(
            ["secrets", "password"],
            secrets?.password ? passwordFault?.(secrets.password, host, topic) : undefined,
        ),
    ];
}

function rackProblems({ bootstrapServers, clientRack }: PartialArguments, brokers: readonly Broker[]): Problem[] {
    const regions = brokers.flatMap(({ host, service }) => service?.host.exec(host)?.groups?.region ?? []);
    const areKnown = bootstrapServers.every((entry) => typeof entry === "string");
    const isMsk = areKnown && regions.length > 0 && regions.length === brokers.length;
    if (typeof clientRack !== "string" || !isMsk || regions.some((region) => isZoneId(clientRack, region))) return [];
    const message =
        'expected the id of an availability zone in the brokers\' region, such as "use1-az4": MSK uses ids of zones as racks, not names of zones';
    return [{ path: ["clientRack"], message }];
}
