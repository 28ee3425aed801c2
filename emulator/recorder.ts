import { randomUUID } from "node:crypto";
import { withoutSecrets } from "./credentials";
import type { User } from "./users";

/** A request to the API, as tests inspect it. */
export interface RecordedRequest {
    id: string;
    method: string;
    /** Path with query. */
    path: string;
    /** `null` until the request is answered, and for good if the connection was cut. */
    status: number | null;
    /** Wall-clock time, also when the emulator's clock differs. */
    at: string;
    /** The user name; `null` without valid credentials. */
    user: string | null;
    /** The body with its secrets replaced; absent if there was none. */
    body?: unknown;
    /** The fault that was applied. */
    faultId?: string;
}

/** Enough for any test, and bounded for an emulator that runs for weeks. */
const LIMIT = 20_000;

export class Recorder {
    #requests: RecordedRequest[] = [];
    #inFlight = 0;
    #maxInFlight = 0;

    begin(method: string, path: string): RecordedRequest {
        const request = { id: randomUUID(), method, path, status: null, at: new Date().toISOString(), user: null };
        this.#requests.push(request);
        if (this.#requests.length > LIMIT) {
            this.#requests = this.#requests.slice(LIMIT / 10);
        }
        this.#inFlight += 1;
        this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
        return request;
    }

    /** Completes the record when the body has arrived. */
    complete(
        request: RecordedRequest,
        user: User | undefined,
        faultId: string | undefined,
        content: { body?: unknown },
    ): void {
        request.user = user?.username ?? null;
        if (faultId !== undefined) {
            request.faultId = faultId;
        }
        if ("body" in content) {
            request.body = withoutSecrets(content.body);
        }
    }

    end(): void {
        this.#inFlight -= 1;
    }

    clear(): void {
        this.#requests = [];
        this.#maxInFlight = this.#inFlight;
    }

    get report() {
        return { requests: this.#requests, inFlight: this.#inFlight, maxInFlight: this.#maxInFlight };
    }
}
