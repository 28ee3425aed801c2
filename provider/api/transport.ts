import axios from "axios";
import type { AxiosInstance } from "axios";
import type http from "node:http";
import type https from "node:https";
import { isLoopback } from "../config";
import { version } from "../version";

/** The largest answer that is read; a list of a thousand jobs is well below it. */
const largestAnswer = 32 * 1024 * 1024;

/** What keeps connections open: for http, and for https. */
export type Agents = readonly [http.Agent, https.Agent];

interface Access {
    readonly baseUrl: string;
    readonly projectId: string;
    readonly apiKey: string;
}

/** What sends the requests of one project, and hands on every answer as text. */
export function createTransport(
    { baseUrl, projectId, apiKey }: Access,
    [httpAgent, httpsAgent]: Agents,
): AxiosInstance {
    // The form of Imply's own SDK: the key as user name, an empty password, base64url.
    const credentials = Buffer.from(`${apiKey}:`).toString("base64url");
    return axios.create({
        baseURL: `${baseUrl}/v1/projects/${encodeURIComponent(projectId)}`,
        headers: {
            Accept: "application/json",
            Authorization: `Basic ${credentials}`,
            "User-Agent": `pulumi-imply-polaris/${version} (node ${process.versions.node})`,
        },
        httpAgent,
        httpsAgent,
        // A proxy of the environment cannot reach this machine's own loopback.
        ...(isLoopback(baseUrl) && { proxy: false as const }),
        // A redirect would carry the key to wherever it points.
        maxRedirects: 0,
        maxContentLength: largestAnswer,
        maxBodyLength: Infinity,
        responseType: "text",
        transformResponse: (body: unknown) => body,
        validateStatus: () => true,
        paramsSerializer: { indexes: null },
    });
}
