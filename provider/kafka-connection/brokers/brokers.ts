import { z } from "zod";
import { mskClusterOf, oneMskBroker } from "./msk-hosts";

const host =
    /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*\.?)$/;

/** Kafka's own names of protocols, which its client ignores before a host. */
const protocol = /^(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL):\/\//i;

/** The entries of a broker list as `host:port`, in the order given; as in Kafka's client, empty entries do not count. */
export function brokersOf(given: string | readonly string[]): string[] {
    const entries = typeof given === "string" ? given.split(",") : given.flatMap((entry) => entry.split(","));
    return entries
        .map((entry) => entry.trim())
        .filter((entry) => entry !== "")
        .map((entry) => entry.replace(protocol, ""));
}

function problemOf(entry: string): string | undefined {
    const colon = entry.lastIndexOf(":");
    if (/^[^:]+:\/\//.test(entry)) return "expected host:port without a scheme";
    if (colon < 1 || !host.test(entry.slice(0, colon))) return "expected host:port";
    const port = entry.slice(colon + 1);
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
        return "expected host:port with a port from 1 to 65535";
    }
    return undefined;
}

/**
 * `host:port,host:port`, or a list of them. Means the set of its entries: brokers have no order, and those of one MSK
 * cluster at one kind of port are one address, as AWS lists any three of them at each read.
 */
export const brokers = z
    .union([z.string(), z.array(z.string())], { error: "expected host:port,host:port or a list of host:port" })
    .superRefine((given, context) => {
        if (brokersOf(given).length === 0) {
            context.addIssue({ code: "custom", message: "expected at least one host:port" });
            return;
        }
        const elements = typeof given === "string" ? given.split(",") : given;
        elements.forEach((element, index) => {
            const message = brokersOf(element).map(problemOf).find(Boolean);
            const alone = typeof given === "string" && elements.length === 1;
            if (message) context.addIssue({ code: "custom", path: alone ? [] : [index], message });
        });
    })
    .transform((given) => [...new Set(brokersOf(given).map(oneMskBroker))].sort().join(","));

/** The hosts of a list; of MSK, whichever brokers of it and ways to reach them, the cluster. */
const clustersIn = (list: string) =>
    brokersOf(list).map((entry) => mskClusterOf(entry.slice(0, entry.lastIndexOf(":")).toLowerCase()));

/** Whether two lists have a host or an MSK cluster in common, and so are of one cluster. */
export const isSameCluster = (a: string, b: string) => clustersIn(a).some((name) => clustersIn(b).includes(name));
