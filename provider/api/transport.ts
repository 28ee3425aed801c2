import axios from "axios";
import type { AxiosInstance, AxiosRequestConfig } from "axios";
import http from "node:http";
import https from "node:https";
import { isLoopback } from "../address";
import { version } from "../version";

/** The largest answer that is read; a list of a thousand jobs is well below it. */
const largestAnswer = 32 * 1024 * 1024;

interface Access {
    readonly baseUrl: string;
    readonly projectId: string;
    readonly apiKey: string;
}

export interface Response {
    readonly status: number;
    /** The name of the status, such as `Bad Request`. */
    readonly statusText: string | undefined;
    readonly headers: Record<string, string | undefined>;
    readonly body: string;
}

/** Sends the requests of one project, and returns every answer as text. */
export class Transport {
    private readonly agents = {
        httpAgent: new http.Agent({ keepAlive: true }),
        httpsAgent: new https.Agent({ keepAlive: true }),
    };
    private readonly axios: AxiosInstance;

    constructor({ baseUrl, projectId, apiKey }: Access) {
        // The form of Imply's own SDK: the key as user name, an empty password, base64url.
        const credentials = Buffer.from(`${apiKey}:`).toString("base64url");
        this.axios = axios.create({
            baseURL: `${baseUrl}/v1/projects/${encodeURIComponent(projectId)}`,
            headers: {
                Accept: "application/json",
                Authorization: `Basic ${credentials}`,
                "User-Agent": `pulumi-imply-polaris/${version} (node ${process.versions.node})`,
            },
            ...this.agents,
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

    async request(config: AxiosRequestConfig): Promise<Response> {
        const { status, headers, data } = await this.axios.request<string>(config);
        const texts = headers as Record<string, string | undefined>;
        return { status, statusText: http.STATUS_CODES[status], headers: texts, body: data };
    }

    /** Closes the connections that are kept open, which would keep a program from ending. */
    close(): void {
        this.agents.httpAgent.destroy();
        this.agents.httpsAgent.destroy();
    }
}
