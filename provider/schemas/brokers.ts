import { z } from "zod";

const host =
    /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*\.?)$/;

/** The entries of a broker list, in the order given, whichever way it was spelt. */
export function brokersOf(given: string | readonly string[]): string[] {
    const entries = typeof given === "string" ? given.split(",") : given.flatMap((entry) => entry.split(","));
    return entries.map((entry) => entry.trim());
}

function problemOf(entry: string): string | undefined {
    if (entry === "") return "expected host:port, found an empty entry";
    const colon = entry.lastIndexOf(":");
    if (/^[a-z_]+:\/\//i.test(entry)) return "expected host:port without a scheme";
    if (colon < 1 || !host.test(entry.slice(0, colon))) return "expected host:port";
    const port = entry.slice(colon + 1);
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
        return "expected host:port with a port from 1 to 65535";
    }
    return undefined;
}

/** `host:port,host:port`, or a list of them. Means the set of its entries: brokers have no order. */
export const brokers = z
    .union([z.string(), z.array(z.string())], { error: "expected host:port,host:port or a list of host:port" })
    .superRefine((given, context) => {
        const elements = typeof given === "string" ? given.split(",") : given;
        if (elements.every((element) => element.trim() === "")) {
            context.addIssue({ code: "custom", message: "expected at least one host:port" });
            return;
        }
        elements.forEach((element, index) => {
            const message = brokersOf(element).map(problemOf).find(Boolean);
            const alone = typeof given === "string" && elements.length === 1;
            if (message) context.addIssue({ code: "custom", path: alone ? [] : [index], message });
        });
    })
    .transform((given) => [...new Set(brokersOf(given))].sort().join(","));
