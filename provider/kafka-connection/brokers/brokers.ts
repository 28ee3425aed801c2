import { z } from "zod";
import type { Properties } from "../../values/json";
import { isUnknown, unknown } from "../../values/unknown";
import { firstMskBroker, mskClusterOf } from "./msk-hosts";

const host =
    /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*\.?)$/;

/** Kafka's names of protocols, which its client ignores before a host. */
const protocol = /^(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL):\/\//i;

/** The entries of a broker list as `host:port`, in their order and, as in Kafka's client, without empty ones. */
export function brokersOf(servers: string | readonly string[]): string[] {
    const entries = typeof servers === "string" ? servers.split(",") : servers.flatMap((entry) => entry.split(","));
    return entries
        .map((entry) => entry.trim())
        .filter((entry) => entry !== "")
        .map((entry) => entry.replace(protocol, ""));
}

function brokerFault(broker: string): string | undefined {
    const colon = broker.lastIndexOf(":");
    if (/^[^:]+:\/\//.test(broker)) return "expected host:port without a scheme";
    if (colon < 1 || !host.test(broker.slice(0, colon))) return "expected host:port";
    const port = broker.slice(colon + 1);
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
        return "expected host:port with a port from 1 to 65535";
    }
    return undefined;
}

/**
 * `host:port,host:port`, or a list of them. Parsed, it is a set: the order of brokers means nothing, and all brokers of
 * one MSK cluster at one kind of port are one, because AWS lists any three of them at each read.
 */
export const brokers = z
    .union([z.string(), z.array(z.string())], { error: "expected host:port,host:port or a list of host:port" })
    .superRefine((servers, context) => {
        if (brokersOf(servers).length === 0) {
            context.addIssue({ code: "custom", message: "expected at least one host:port" });
            return;
        }
        const entries = typeof servers === "string" ? servers.split(",") : servers;
        const isOneBroker = typeof servers === "string" && entries.length === 1;
        entries.forEach((entry, index) => {
            const message = brokersOf(entry).map(brokerFault).find(Boolean);
            if (message) context.addIssue({ code: "custom", path: isOneBroker ? [] : [index], message });
        });
    })
    .transform((servers) => [...new Set(brokersOf(servers).map(firstMskBroker))].sort().join(","));

/** The hosts of a list; for MSK the cluster in place of its hosts. */
const clustersIn = (servers: string) =>
    brokersOf(servers).map((broker) => mskClusterOf(broker.slice(0, broker.lastIndexOf(":")).toLowerCase()));

/** Whether two lists have a host or an MSK cluster in common, and so lead to the same Kafka cluster. */
const isSameCluster = (a: string, b: string) => clustersIn(a).some((name) => clustersIn(b).includes(name));

/** A list of brokers becomes the API's text: outputs are inputs in previews, and have to have one type. */
export function normalizeBrokers(given: Properties): Properties {
    const { bootstrapServers } = given;
    if (isUnknown(bootstrapServers)) return given;
    const entries = brokersOf(
        Array.isArray(bootstrapServers) ? bootstrapServers.map(String) : String(bootstrapServers),
    );
    return { ...given, bootstrapServers: entries.some(isUnknown) ? unknown : entries.join(",") };
}

/** Whether brokers change to those of another cluster. */
export const isOtherCluster = (
    { bootstrapServers: before }: Properties,
    { bootstrapServers: after }: Properties,
): boolean =>
    typeof before === "string" && typeof after === "string" && !isUnknown(after) && !isSameCluster(before, after);
