const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether an address is on this machine alone. */
export const isLoopback = (baseUrl: string) => loopbackHost.test(new URL(baseUrl).hostname);

/** Why a text cannot be the address of the API. */
export function baseUrlFault(text: string): string | undefined {
    if (!URL.canParse(text)) return "is not an address";
    const url = new URL(text);
    if (url.protocol !== "https:" && url.protocol !== "http:") return "is not an https address";
    if (url.protocol === "http:" && !loopbackHost.test(url.hostname)) {
        return "uses http, which would show the API key to the network (only a loopback address may)";
    }
    if (url.username || url.password) return "holds credentials, which belong into POLARIS_API_KEY";
    if (url.search || url.hash) return "holds a query or a fragment";
    if (/\/v1(\/|$)/.test(url.pathname)) return "holds the path of the API, which is added to it";
    return implyAddressFault(url);
}

/** Why Imply serves no API at that address; other hosts (gateways, emulators) are free. */
function implyAddressFault({ hostname, port, pathname }: URL): string | undefined {
    if (!/(^|\.)imply\.io\.?$/.test(hostname)) return undefined;
    const [, region, cloud] = /^[a-z0-9-]+\.([a-z0-9-]+)\.(aws|azure)\.api\.imply\.io\.?$/.exec(hostname) ?? [];
    if (region === undefined || cloud === undefined) return "is not the address of a region's API";
    if (port !== "" || /[^/]/.test(pathname)) return "holds more than the address of a region's API";
    return regionFault(region, cloud);
}

const direction = "(north|south|east|west|central)+";
const awsRegion = new RegExp(`^[a-z]{2}(-[a-z]+)*-${direction}-\\d+$`);
const azureRegion = new RegExp(`^([a-z]*${direction}|${direction}(us|europe|asia|india))\\d?$`);

/** What is wrong with the region of an address. Regions are judged by their form: either cloud gets new ones at any time. */
export function regionFault(region: string, cloud: string): string | undefined {
    if (/-\d+(-[a-z-]+\d+)?[a-z]$|-az\d+$/.test(region)) return "names a zone instead of a region";
    const formOfOtherCloud = cloud === "aws" ? azureRegion : awsRegion;
    return formOfOtherCloud.test(region) ? `names a region that ${cloud} does not have` : undefined;
}
