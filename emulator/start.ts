import { randomBytes, randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buildApp } from "./app";
import { Clock } from "./clock";
import type { Context } from "./context";
import { DataFile } from "./data-file";
import { openDruid } from "./druid/open";
import type { DruidSettings } from "./druid/settings";
import { FaultList } from "./faults";
import { openIngest, startServices, type LocalIngest } from "./ingest";
import { RateLimit } from "./rate-limit";
import { Recorder } from "./recorder";
import { DEFAULT_RULES, type Rules } from "./rules";
import { someRules } from "./schemas/rules";
import { validate } from "./schemas/validate";
import { Simulation } from "./simulation";
import { Store, type Snapshot } from "./store";
import { generateApiKey, Users } from "./users";

/** How an emulator is started; every option may be left out. */
export interface EmulatorOptions {
    /** Port to listen on. Default: any free one. */
    port?: number;
    /** Address to listen on. Default: `127.0.0.1`, so that only this machine reaches it. */
    host?: string;
    /** API keys that are accepted, each a user of its own. Default: a random one. */
    apiKey?: string | string[];
    /** Ids (UUIDs) of the projects, isolated from each other. Default: those in the data file, or a random one. */
    projectId?: string | string[];
    /** File that stores the state, so that it survives a restart or a kill. Default: memory only. */
    dataFile?: string;
    /** Starts Apache Druid and Apache Kafka, so that jobs read records into tables. Needs Java 17. Default: false. */
    ingest?: boolean;
    /** With `ingest`: folder that stores the state, the tables and the topics. Default: nothing survives. */
    dataFolder?: string;
    /** With `ingest`: URL of the Maven repository that has the jars. Default: as Maven is configured here. */
    mavenRepository?: string;
    /** With `ingest`: receives lines of progress. Default: standard error. */
    log?: (line: string) => void;
    /** Milliseconds that every API request takes at least. Default: 0. */
    latencyMs?: number;
    /** Milliseconds that a job takes to start, suspend, resume, cancel or complete. Default: 300. */
    transitionMs?: number;
    /** A Druid that reads the rows, by the URL of its router. Default: none, and rows are only counted. */
    druid?: DruidSettings;
    /** How to answer what the API's documentation leaves open; the README lists the rules. Default: the first value of each. */
    rules?: Partial<Rules>;
}

/** A running emulator. */
export interface Emulator {
    /** Base URL of the API, without a trailing slash. */
    url: string;
    /** The first project. */
    projectId: string;
    projectIds: string[];
    /** The first API key. */
    apiKey: string;
    apiKeys: string[];
    /** What the user should know about the start: a damaged data file, an untested Druid. */
    notice: string | undefined;
    /** Stops the emulator and writes the data file. */
    close: () => Promise<void>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const listOf = (value: string | string[] | undefined) => (typeof value === "string" ? [value] : (value ?? []));

function openStore(options: EmulatorOptions): { store: Store; notice: string | undefined } {
    const { snapshot, notice } =
        options.dataFile === undefined ? { snapshot: undefined, notice: undefined } : DataFile.load(options.dataFile);
    const rules = { ...DEFAULT_RULES, ...validate(someRules, options.rules ?? {}) };
    const store = new Store(
        (snapshot as Snapshot | undefined)?.salt ?? randomBytes(16).toString("hex"),
        new Clock(),
        rules,
    );
    const projectIds = listOf(options.projectId);
    const invalid = projectIds.find((id) => !UUID.test(id));
    if (invalid !== undefined) {
        throw new Error(`The project id '${invalid}' is not a UUID.`);
    }
    projectIds.forEach((id) => store.addProject(id));
    if (snapshot !== undefined) {
        store.restore(snapshot as Snapshot);
    }
    if (store.projects.size === 0) {
        store.addProject(randomUUID());
    }
    return { store, notice };
}

const urlOf = ({ address, port }: AddressInfo) => {
    const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
    return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
};

/** A running emulator whose jobs read records into tables. */
export type IngestingEmulator = Emulator & LocalIngest;

async function startApi(options: EmulatorOptions): Promise<Emulator> {
    const { store, notice } = openStore(options);
    const keys = listOf(options.apiKey);
    const apiKeys = keys.length > 0 ? keys : [generateApiKey()];
    const file = options.dataFile === undefined ? undefined : new DataFile(options.dataFile, () => store.snapshot());
    const outcomes: Context["outcomes"] = [];
    const druid =
        options.druid === undefined
            ? undefined
            : await openDruid(options.druid, { store, dataFile: options.dataFile, saveRecords: () => file?.save() });
    const save = () => druid?.save() ?? file?.save() ?? Promise.resolve();
    const context: Context = {
        store,
        users: new Users(apiKeys),
        faults: new FaultList(),
        rateLimit: new RateLimit(),
        recorder: new Recorder(),
        outcomes,
        ingestion: druid?.ingestion ?? new Simulation(store, outcomes, options.transitionMs ?? 300),
        latencyMs: options.latencyMs ?? 0,
        save,
    };
    const saveAll = () =>
        context.save().catch((error: unknown) => {
            throw new Error(`The data file ${options.dataFile ?? ""} cannot be written: ${(error as Error).message}.`);
        });
    await saveAll();
    const app = buildApp(context);
    await app.listen({ port: options.port ?? 0, host: options.host ?? "127.0.0.1" });
    druid?.ingestion.resume();
    const projectIds = [...store.projects.keys()];
    return {
        url: urlOf(app.server.address() as AddressInfo),
        projectId: projectIds[0] ?? "",
        projectIds,
        apiKey: apiKeys[0] ?? "",
        apiKeys,
        notice: [notice, druid?.notice].filter(Boolean).join("\n") || undefined,
        close: async () => {
            await app.close();
            await context.ingestion.close();
            await saveAll();
        },
    };
}

const toStandardError = (line: string) => void process.stderr.write(`${line}\n`);

async function startIngesting(options: EmulatorOptions): Promise<IngestingEmulator> {
    const { dataFolder, mavenRepository, log = toStandardError } = options;
    const services = await startServices({ dataFolder, mavenRepository, log });
    try {
        const inFolder = dataFolder === undefined ? {} : { dataFile: join(dataFolder, "emulator.json") };
        const listeners = { plaintext: services.kafkaBootstrapServers, ...services.kafka };
        const druid = { url: services.druidUrl, listeners };
        const emulator = await startApi({ ...options, ...inFolder, druid });
        const { closeTopics, ...ingest } = await openIngest(emulator, services);
        const close = async () => {
            try {
                await closeTopics();
                await emulator.close();
            } finally {
                await services.stop();
            }
        };
        return { ...emulator, ...ingest, close };
    } catch (error) {
        await services.stop();
        throw error;
    }
}

/**
 * Starts an emulator of the Imply Polaris API for tests and demonstrations: connections, jobs and tables over HTTP,
 * and control routes for tests below `/_emulator/`. With `ingest: true`, Apache Druid and Apache Kafka are started as
 * well, and jobs read records into tables.
 */
export function startEmulator(options: EmulatorOptions & { ingest: true }): Promise<IngestingEmulator>;
export function startEmulator(options?: EmulatorOptions): Promise<Emulator>;
export function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
    return options.ingest === true ? startIngesting(options) : startApi(options);
}
