import type { Source } from "./consumer";

/**
 * The addresses of a broker that has a listener for each way to sign in. A connection names the first one, whatever its
 * secrets are, and is served by the listener that fits them.
 */
export interface Listeners {
    plaintext: string;
    sasl: string;
    saslTls: string;
    tls: string;
}

type Security = Pick<Source, "truststore" | "keystore" | "sasl">;

export function listenerFor(listeners: Listeners, { truststore, keystore, sasl }: Security): string {
    if (sasl === undefined) {
        return truststore === undefined && keystore === undefined ? listeners.plaintext : listeners.tls;
    }
    return truststore === undefined ? listeners.sasl : listeners.saslTls;
}

/** The address to use for brokers that a connection names. */
export function resolveBrokers(listeners: Listeners | undefined, bootstrapServers: string, security: Security): string {
    const name = bootstrapServers.trim().replace(/^localhost:/, "127.0.0.1:");
    return listeners?.plaintext === name ? listenerFor(listeners, security) : bootstrapServers;
}
