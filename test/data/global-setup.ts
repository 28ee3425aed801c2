import prepare from "../support/global-setup";
import { DataHost } from "../support/data-host";

/** The emulator with Druid and Kafka, once for all files. */
export default async function globalSetup(): Promise<void> {
    await prepare();
    const host = await DataHost.start();
    process.env.DATA_HOST = JSON.stringify(host.address);
    globalThis.dataHost = host;
}
