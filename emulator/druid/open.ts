import { z } from "zod";
import { DataFile } from "../data-file";
import type { Store } from "../store";
import { Cluster } from "./cluster";
import { DruidIngestion } from "./ingestion";
import type { DruidSettings } from "./settings";

interface Place {
    store: Store;
    dataFile: string | undefined;
    saveRecords: () => Promise<void> | undefined;
}

const secretsFile = z.object({ format: z.literal(1), secrets: z.record(z.string(), z.string()) });

/** Loads the secrets that Druid needs to sign in to brokers; the records have only their fingerprints. */
function openVault(store: Store, dataFile: string | undefined): () => Promise<void> {
    store.vault = new Map();
    const { vault } = store;
    if (dataFile === undefined) {
        return () => Promise.resolve();
    }
    const path = `${dataFile}.secrets`;
    const { secrets } = secretsFile.parse(DataFile.load(path).snapshot ?? { format: 1, secrets: {} });
    Object.entries(secrets).forEach(([key, value]) => vault.set(key, value));
    const file = new DataFile<z.output<typeof secretsFile>>(path, () => {
        const used = [...store.projects.values()]
            .flatMap(({ connections }) => [...connections.values()])
            .flatMap(({ credentials }) => Object.values(credentials))
            .map(({ fingerprint }) => fingerprint);
        const entries = [...vault].filter(([fingerprint]) => used.includes(fingerprint));
        return { format: 1, secrets: Object.fromEntries(entries) };
    });
    return () => file.save();
}

/** Connects to Druid; the caller calls `resume` when requests are answered. */
export async function openDruid(settings: DruidSettings, { store, dataFile, saveRecords }: Place) {
    const { cluster, notice } = await Cluster.connect(settings);
    const saveSecrets = openVault(store, dataFile);
    const save = async () => {
        await saveSecrets();
        await saveRecords();
    };
    return { ingestion: new DruidIngestion(cluster, store, save, dataFile !== undefined), notice, save };
}
