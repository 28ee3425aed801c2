/** The part of a regular expression that ends the names of all hosts of Amazon MSK but those of MSK Serverless. */
export const mskDomain = String.raw`\.kafka(?:-(?!serverless)[a-z0-9]+)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$`;

/** What follows the number of a broker that is reached from other VPCs: how to sign in, then the cluster. */
export const multiVpc = (signIn: string) => String.raw`\.${signIn}\.[^.]+\.[^.]+\.c\d+${mskDomain}`;

const numbered = new RegExp(String.raw`^b-(\d+)((?:-[a-z0-9]+)*\..+${mskDomain})`);
const isMultiVpc = new RegExp(`^b-\\d+${multiVpc("(iam|scram|tls)")}`);

/**
 * For a broker of an MSK cluster the first one of the cluster at the same kind of port, which every cluster has; any
 * other broker as it is. Brokers that are reached from other VPCs have a port each: 14000 and the broker's number.
 */
export function oneMskBroker(broker: string): string {
    const [, name = "", port = ""] = /^(.+?)\.?:(\d+)$/.exec(broker) ?? [];
    const host = name.toLowerCase();
    const [, number, rest] = numbered.exec(host) ?? [];
    if (rest === undefined) return broker;
    const ownPort = isMultiVpc.test(host) && Number(port) === 14_000 + Number(number);
    return `b-1${rest}:${ownPort ? 14_001 : port}`;
}

/** The cluster in the name of an MSK broker's host, however the broker is reached; any other host as it is. */
export const mskClusterOf = (host: string): string =>
    new RegExp(`^b-\\d+(?:-[a-z0-9]+)*\\.(?:(?:iam|scram|tls)\\.)?(.+${mskDomain})`).exec(host)?.[1] ?? host;

const inRegion = /\.kafka(?:-[a-z0-9]+)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;
const zoneId = /^([a-z]+\d+)(-[a-z0-9]+)*-az\d+$/;
const usualRegion = /^[a-z]{2}(-gov)?-(north|south|east|west|central)+-\d+$/;

/** `us-east-1` is `use1` in the ids of its zones. */
const abbreviated = (region: string) =>
    region.replace(/(gov|north|south|east|west|central)/g, ([letter = ""]) => letter).replaceAll("-", "");

/** Whether no broker can have that rack, where all are of Amazon MSK: their racks are the ids of their zones. */
export function isNoMskRack(rack: string, hosts: readonly string[]): boolean {
    const regions = hosts.map((host) => inRegion.exec(host)?.[1]);
    if (regions.length === 0 || regions.includes(undefined)) return false;
    const zoneRegion = zoneId.exec(rack)?.[1];
    return zoneRegion === undefined || regions.every((r = "") => usualRegion.test(r) && abbreviated(r) !== zoneRegion);
}
