import type { Connection } from "../../api/connections";
import type { Job } from "../../api/jobs";
import { defineResource } from "../../engine/define-resource";
import { streamFacts } from "../../streaming-job/connection";
import { connectionKinds } from "../../streaming-job/connection-kinds";
import { specProperties, streamingJobInputs } from "../../streaming-job/schema";
import { streamingJob } from "../../streaming-job/streaming-job";
import { isRecord, valueAt } from "../../values/json";
import type { Properties } from "../../values/json";
import type { ExistingProject } from "../existing";
import type { ImportNoun, Reference } from "../noun";
import { unknownMembers } from "../unknown-members";

const connectionPath = ["source", "connectionName"] as const;

/** Members of a stored specification that say nothing about the job: no swap sends them, or sends others. */
const meaningless = ["type", "replaceRunning", "desiredExecutionStatus"];

/** Values that a client or the server may fill in, and that mean the same as none. */
const emptyValues: Readonly<Record<string, unknown>> = {
    "target.intervals": [],
    skipHeaderRows: 0,
};

const isEmpty = (path: string, value: unknown) =>
    Object.entries(emptyValues).some(
        ([end, empty]) => (path === end || path.endsWith(`.${end}`)) && JSON.stringify(value) === JSON.stringify(empty),
    );

function unknownIn({ spec }: Job): string[] {
    const members = Object.entries(streamingJobInputs.shape).filter(([name]) => specProperties.includes(name));
    const names = Object.keys(spec).filter((name) => !specProperties.includes(name) && !meaningless.includes(name));
    const top = names.filter((name) => spec[name] !== null);
    const nested = members.flatMap(([name, schema]) => unknownMembers(schema, spec[name], name));
    return [...top, ...nested].filter((path) => !isEmpty(path, valueAt(spec, path.split("."))));
}

function faultOf(job: Job, connections: readonly Connection[]): string | undefined {
    const name = job.spec.source === undefined ? undefined : valueAt(job.spec, connectionPath);
    if (typeof name === "string" && !connections.some((connection) => connection.name === name)) {
        return `it reads the connection ${JSON.stringify(name)}, which is not one of this project`;
    }
    const [path, ...more] = unknownIn(job);
    if (path === undefined) return undefined;
    const others = more.length > 0 ? ` and ${more.length} more` : "";
    return `its specification has ${path}${others}, which this version does not know and a hot-swap would lose`;
}

/** What the job reads since its start, unless its connection was written later. */
function factsOf(job: Job, connections: readonly Connection[]): Properties {
    const connection = connections.find(({ name }) => name === valueAt(job.spec, connectionPath));
    const written = connection?.modifiedOnTimestamp ?? connection?.submittedOnTimestamp;
    if (!connection || !(Date.parse(String(written)) <= Date.parse(job.createdTimestamp))) return {};
    const kind = connectionKinds.find(({ type }) => type === connection.type);
    return (kind && streamFacts(kind, connection)) ?? {};
}

/** Where every mapping says whether it aggregates, the server has filled that in, and would do so again. */
function spell(args: Properties): Properties {
    const mappings: unknown[] = Array.isArray(args.mappings) ? args.mappings : [];
    if (!mappings.every((mapping) => isRecord(mapping) && mapping.isAggregation !== undefined)) return args;
    return { ...args, mappings: mappings.map((mapping) => ({ ...(mapping as object), isAggregation: undefined })) };
}

/** The connections of schema registries, at any depth of the format's settings. */
function registriesIn(value: unknown, path: readonly string[]): Reference[] {
    if (!isRecord(value)) return [];
    const provider = value.parseSchemaProvider;
    const hasRegistry = isRecord(provider) && provider.type === "connection";
    return [
        ...(hasRegistry
            ? [{ path: ["source", ...path, "parseSchemaProvider", "connectionName"], kind: "connection" }]
            : []),
        ...["valueFormat", "keyFormat"].flatMap((name) => registriesIn(value[name], [...path, name])),
    ] as Reference[];
}

export const streamingJobNoun: ImportNoun = {
    noun: "StreamingJob",
    kind: "job",
    handler: (session) => defineResource(streamingJob, session),
    candidates: ({ jobs, connections }: ExistingProject) =>
        jobs.map((job) => ({
            id: job.target?.tableName ?? "",
            known: { jobId: job.id, ...factsOf(job, connections) },
            fault: faultOf(job, connections),
        })),
    spell,
    firstUpdate: ({ restartOnConnectionChange }) =>
        restartOnConnectionChange === true ? "restarted once, for restartOnConnectionChange" : undefined,
    references: (args) => [
        { path: connectionPath, kind: "connection" },
        ...registriesIn(valueAt(args, ["source", "formatSettings"]), ["formatSettings"]),
        { path: ["target", "tableName"], kind: "table" },
    ],
};
