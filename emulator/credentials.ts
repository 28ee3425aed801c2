import { createHmac } from "node:crypto";

/** What the emulator stores of a write-only value: that it is set, and when it changed, but never the value. */
export interface Credential {
    fingerprint: string;
    setOnTimestamp: string;
}

type Members = Record<string, unknown>;

const HIDDEN = "[secret]";
const READABLE_SECRETS = new Set(["type", "username", "mechanism", "awsAssumedRoleArn", "accessKeyId"]);
/** For the record of requests; the API returns no part of a keystore. */
const READABLE_KEYSTORE = new Set(["type", "certificates"]);

export const isMembers = (value: unknown): value is Members =>
    typeof value === "object" && value !== null && !Array.isArray(value);

const isReadable = (readable: Set<string>, holder: Members, member: string) =>
    readable.has(member) || (member === "key" && holder.type === "confluent");

export function fingerprint(salt: string, value: string): string {
    return createHmac("sha256", salt).update(value).digest("hex").slice(0, 32);
}

/** Splits secrets into the members that responses carry and the write-only ones. */
export function split(secrets: Members): { visible: Members; hidden: Members } {
    const visible: Members = {};
    const hidden: Members = {};
    for (const [member, value] of Object.entries(secrets)) {
        (isReadable(READABLE_SECRETS, secrets, member) ? visible : hidden)[member] = value;
    }
    return { visible, hidden };
}

const hide = (value: unknown, readable: Set<string>): unknown => {
    if (!isMembers(value)) {
        return value === null || value === undefined ? value : HIDDEN;
    }
    const entries = Object.entries(value).map(([member, inner]): [string, unknown] =>
        isReadable(readable, value, member) || inner === null ? [member, inner] : [member, HIDDEN],
    );
    return Object.fromEntries(entries);
};

/** A copy of a request body without secrets, whether or not the body is valid. */
export function withoutSecrets(body: unknown): unknown {
    if (Array.isArray(body)) {
        return body.map(withoutSecrets);
    }
    if (!isMembers(body)) {
        return body;
    }
    const entries = Object.entries(body).map(([member, value]): [string, unknown] => {
        switch (member) {
            case "secrets":
                return [member, hide(value, READABLE_SECRETS)];
            case "keystore":
                return [member, hide(value, READABLE_KEYSTORE)];
            case "password":
            case "keyPassword":
            case "secret":
            case "accessKeySecret":
            case "sasToken":
                return [member, HIDDEN];
            default:
                return [member, withoutSecrets(value)];
        }
    });
    return Object.fromEntries(entries);
}
