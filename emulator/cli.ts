#!/usr/bin/env node
import { constants } from "node:os";
import { parseArgs } from "node:util";
import { parseRule, RULES, type Rules } from "./rules";
import { startEmulator, type Emulator, type EmulatorOptions, type IngestingEmulator } from "./start";

const NAME = "imply-polaris-emulator";

const HELP = `Usage: ${NAME} [options]

An emulator of the Imply Polaris API for tests and demonstrations.

  --port PORT        port to listen on (default 0: any free one)
  --host HOST        address to listen on (default 127.0.0.1: this machine only)
  --api-key KEY      API key that is accepted; repeat for several users (default: a random one)
  --project ID       project id, a UUID; repeat for several isolated projects (default: a random one)
  --data PATH        file that stores the state; with --ingest a folder, which stores tables and topics as well
                     (default: nothing survives)
  --ingest           start Apache Druid and Apache Kafka, and let jobs read records into tables; needs Java 17 or
                     later, and fetches 190 MB of jars once
  --maven-repository URL
                     where to fetch the jars (default: POLARIS_MAVEN_REPOSITORY, or as Maven is configured here)
  --druid URL        let an Apache Druid read the rows that runs already: the URL of its router. Passwords of connections
                     are readable by everybody who reaches that Druid
  --druid-auth TEXT  how to sign in there: 'basic USER:PASSWORD' or 'bearer TOKEN'; rather use DRUID_AUTH
  --kafka HOST:PORT  with --druid: brokers to print as KAFKA_BOOTSTRAP_SERVERS
  --latency MS       time that every request takes at least (default 0)
  --transition MS    time that a job takes to start, suspend, resume, cancel or complete (default 300)
  --patch-null VALUE the same as --rule patchNull=VALUE
  --rule NAME=VALUE  how to answer what the API's documentation leaves open; repeat for several rules
  --help             print this text

Rules, the default first:

${Object.entries(RULES)
    .map(([name, { values, help }]) => `  ${name}=${values.join("|")}\n      ${help}`)
    .join("\n")}
`;

class UsageError extends Error {}

function number(flag: string, value: string | undefined, max: number): number | undefined {
    if (value === undefined) {
        return undefined;
    }
    if (!/^\d+$/.test(value) || Number(value) > max) {
        throw new UsageError(`--${flag} takes a whole number from 0 to ${max}, not '${value}'.`);
    }
    return Number(value);
}

function readRules(texts: string[]): Partial<Rules> {
    const rules = texts.map((text) => {
        const rule = parseRule(text);
        if (rule === undefined) {
            const [name = ""] = text.split("=");
            const known = Object.entries(RULES)
                .find(([rule]) => rule === name)?.[1]
                .values.join(", ");
            throw new UsageError(
                known === undefined ? `There is no rule '${name}'.` : `The rule '${name}' takes one of ${known}.`,
            );
        }
        return rule;
    });
    return Object.assign({}, ...rules) as Partial<Rules>;
}

const isUrl = (text: string) => URL.canParse(text) && /^https?:/.test(text);

function readDruid(flags: { druid?: string; "druid-auth"?: string; kafka?: string; ingest?: boolean }) {
    const { druid: url, "druid-auth": auth = process.env.DRUID_AUTH, kafka, ingest } = flags;
    if (url === undefined) {
        if (flags["druid-auth"] !== undefined || kafka !== undefined) {
            throw new UsageError("--druid-auth and --kafka go with --druid.");
        }
        return {};
    }
    if (ingest === true) {
        throw new UsageError("--ingest starts an Apache Druid of its own, so it does not go with --druid.");
    }
    if (!isUrl(url)) {
        throw new UsageError("--druid takes the URL of a Druid router.");
    }
    if (/^https?:\/\/[^/]*@/.test(url)) {
        throw new UsageError("--druid takes a URL without credentials: DRUID_AUTH has them.");
    }
    if (kafka !== undefined && !/^[^\s,]+:\d+(,[^\s,]+:\d+)*$/.test(kafka)) {
        throw new UsageError("--kafka takes HOST:PORT, or several with commas between them.");
    }
    if (auth !== undefined && !/^(basic [^:]+:.*|bearer \S+)$/i.test(auth)) {
        throw new UsageError("--druid-auth takes 'basic USER:PASSWORD' or 'bearer TOKEN'.");
    }
    return { druid: { url, auth } };
}

interface Flags {
    emulator: EmulatorOptions;
    /** Brokers that were not started by the emulator. */
    kafka: string | undefined;
}

function readFlags(argv: string[]): Flags | "help" {
    const { values } = parseArgs({
        args: argv,
        options: {
            port: { type: "string" },
            host: { type: "string" },
            "api-key": { type: "string", multiple: true },
            project: { type: "string", multiple: true },
            data: { type: "string" },
            ingest: { type: "boolean" },
            "maven-repository": { type: "string" },
            druid: { type: "string" },
            "druid-auth": { type: "string" },
            kafka: { type: "string" },
            latency: { type: "string" },
            transition: { type: "string" },
            "patch-null": { type: "string" },
            rule: { type: "string", multiple: true },
            help: { type: "boolean" },
        },
    });
    if (values.help === true) {
        return "help";
    }
    const isUuid = (id: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
    const invalid = values.project?.find((id) => !isUuid(id));
    if (invalid !== undefined) {
        throw new UsageError(`--project takes a UUID, not '${invalid}'.`);
    }
    if (values["api-key"]?.some((key) => !/^\S+$/.test(key)) === true) {
        throw new UsageError("--api-key takes a key without spaces.");
    }
    const port = number("port", values.port, 65_535);
    const latencyMs = number("latency", values.latency, 3_600_000);
    const transitionMs = number("transition", values.transition, 3_600_000);
    const repository = values["maven-repository"];
    if (repository !== undefined && (values.ingest !== true || !URL.canParse(repository))) {
        throw new UsageError("--maven-repository takes a URL, and goes with --ingest.");
    }
    const patchNull = values["patch-null"] === undefined ? [] : [`patchNull=${values["patch-null"]}`];
    const emulator = {
        ...readDruid(values),
        rules: readRules([...(values.rule ?? []), ...patchNull]),
        ...(port === undefined ? {} : { port }),
        ...(values.host === undefined ? {} : { host: values.host }),
        ...(values["api-key"] === undefined ? {} : { apiKey: values["api-key"] }),
        ...(values.project === undefined ? {} : { projectId: values.project }),
        ...(values.data === undefined ? {} : { [values.ingest === true ? "dataFolder" : "dataFile"]: values.data }),
        ...(values.ingest === undefined ? {} : { ingest: values.ingest }),
        ...(repository === undefined ? {} : { mavenRepository: repository }),
        ...(latencyMs === undefined ? {} : { latencyMs }),
        ...(transitionMs === undefined ? {} : { transitionMs }),
    };
    return { emulator, kafka: values.kafka };
}

/** A connection may name the same address as producers do; with these credentials it signs in by SASL. */
const kafkaLines = ({ kafkaBootstrapServers, kafka }: IngestingEmulator) => [
    `export KAFKA_BOOTSTRAP_SERVERS=${kafkaBootstrapServers}`,
    `export KAFKA_USERNAME=${kafka.username}`,
    `export KAFKA_PASSWORD=${kafka.password}`,
];

const isIngesting = (emulator: Emulator): emulator is IngestingEmulator => "kafkaBootstrapServers" in emulator;

async function run({ emulator: options, kafka }: Flags): Promise<void> {
    let stop: (signal: NodeJS.Signals) => void = (signal) => process.exit(128 + constants.signals[signal]);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => stop(signal));
    }
    const emulator = await startEmulator(options);
    // Before anything is printed: a caller may end it as soon as it sees where it listens.
    stop = () => {
        emulator.close().then(
            () => process.exit(0),
            (error: unknown) => fail(error),
        );
    };
    const key = options.apiKey === undefined ? emulator.apiKey : "'<the --api-key you gave>'";
    process.stdout.write(
        [
            `Imply Polaris emulator listening on ${emulator.url}`,
            `export POLARIS_BASE_URL=${emulator.url}`,
            `export POLARIS_PROJECT_ID=${emulator.projectId}`,
            `export POLARIS_API_KEY=${key}`,
            ...(isIngesting(emulator) ? kafkaLines(emulator) : []),
            ...(kafka === undefined ? [] : [`export KAFKA_BOOTSTRAP_SERVERS=${kafka}`]),
            "",
        ].join("\n"),
    );
    if (emulator.notice !== undefined) {
        process.stderr.write(`${emulator.notice}\n`);
    }
}

function fail(error: unknown): void {
    const { message, code } = error as Error & { code?: string };
    const isUsage = error instanceof UsageError || code?.startsWith("ERR_PARSE_ARGS") === true;
    const [line = ""] = message.split("\n");
    const sentence = (isUsage ? line.split(". ")[0] : line)?.replace(/\.$/, "") ?? "";
    process.stderr.write(`${NAME}: ${sentence}${isUsage ? ` (see ${NAME} --help)` : ""}.\n`);
    process.exit(isUsage ? 2 : 1);
}

try {
    const options = readFlags(process.argv.slice(2));
    if (options === "help") {
        process.stdout.write(HELP);
    } else {
        run(options).catch(fail);
    }
} catch (error) {
    fail(error);
}
