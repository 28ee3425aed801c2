import { createHash, randomBytes } from "node:crypto";

/** A user, as in the audit fields. */
export interface User {
    username: string;
    userId: string;
}

export function generateApiKey(): string {
    return `pok_${randomBytes(24).toString("base64url")}`;
}

/** The user of a key: always the same for the same key, and without any part of it. */
export function userOf(apiKey: string): User {
    const hash = createHash("sha256").update(`imply-polaris-emulator:${apiKey}`).digest("hex");
    const userId = [hash.slice(16, 24), hash.slice(24, 28), `4${hash.slice(29, 32)}`, `a${hash.slice(33, 36)}`];
    return {
        username: `api-key-pok_${hash.slice(0, 6)}...${hash.slice(6, 12)}`,
        userId: [...userId, hash.slice(36, 48)].join("-"),
    };
}

/** Finds users by their Authorization header. */
export class Users {
    readonly #byCredentials = new Map<string, User>();

    constructor(apiKeys: string[]) {
        for (const key of apiKeys) {
            const user = userOf(key);
            const withEmptyPassword = Buffer.from(`${key}:`);
            const padded = withEmptyPassword.toString("base64");
            const urlSafe = padded.replaceAll("+", "-").replaceAll("/", "_");
            for (const form of [key, padded, urlSafe, withEmptyPassword.toString("base64url")]) {
                this.#byCredentials.set(form, user);
            }
        }
    }

    /** Accepts both encodings in use: the raw key, and base64 (either alphabet) of the key and a colon. */
    authenticate(authorization: string | undefined): User | undefined {
        const credentials = /^basic +(\S+) *$/i.exec(authorization ?? "")?.[1];
        return credentials === undefined ? undefined : this.#byCredentials.get(credentials);
    }
}
