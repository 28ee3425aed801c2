/** The end of the host names of Amazon MSK, except MSK Serverless, in a regular expression. */
export const mskDomain = String.raw`\.kafka(?:-(?!serverless)[a-z0-9]+)?\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$`;

/** The host name of a broker for clients in other VPCs, after the broker's number: how to authenticate, then the cluster. */
export const multiVpc = (label: string) => String.raw`\.${label}\.[^.]+\.[^.]+\.c\d+${mskDomain}`;

const mskHost = new RegExp(String.raw`^b-(\d+)((?:-[a-z0-9]+)*\..+${mskDomain})`);
const multiVpcHost = new RegExp(`^b-\\d+${multiVpc("(?:iam|scram|tls)")}`);
const clusterInHost = new RegExp(`^b-\\d+(?:-[a-z0-9]+)*\\.(?:(?:iam|scram|tls)\\.)?(.+${mskDomain})`);

/**
 * A broker of an MSK cluster as the first broker of this cluster at the same kind of port; any other broker unchanged.
 * For clients in other VPCs each broker has its own port: 14000 plus the number of the broker.
 */
export function firstMskBroker(broker: string): string {
    const [, name = "", port = ""] = /^(.+?)\.?:(\d+)$/.exec(broker) ?? [];
    const host = name.toLowerCase();
    const [, number, rest] = mskHost.exec(host) ?? [];
    if (rest === undefined) return broker;
    const hasOwnPort = multiVpcHost.test(host) && Number(port) === 14_000 + Number(number);
    return `b-1${rest}:${hasOwnPort ? 14_001 : port}`;
}

/** The MSK cluster of a host, the same for all its brokers and networks; any other host unchanged. */
export const mskClusterOf = (host: string): string => clusterInHost.exec(host)?.[1] ?? host;

const zoneId = /^([a-z]+\d+)(-[a-z0-9]+)*-az\d+$/;
const usualRegion = /^[a-z]{2}(-gov)?-(north|south|east|west|central)+-\d+$/;

/** The region in the ids of its zones: `use1` for `us-east-1`. */
const abbreviated = (region: string) =>
    region.replace(/(gov|north|south|east|west|central)/g, ([letter = ""]) => letter).replaceAll("-", "");

/** Whether a text can be the id of an availability zone in a region; a region with an unusual name can have any id. */
export function isZoneId(text: string, region: string): boolean {
    const zoneRegion = zoneId.exec(text)?.[1];
    return zoneRegion !== undefined && (!usualRegion.test(region) || abbreviated(region) === zoneRegion);
}
