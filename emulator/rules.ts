/**
 * What the API's documentation leaves open, and the answers that the emulator can give. The first value of each rule is
 * its default. Options, flags, the control route and the README all use this table.
 */
export const RULES = {
    patchNull: {
        values: ["clears", "ignored", "refused"],
        help: "a null member of a PATCH to a connection: cleared, left as it is, or 400 for the whole body",
    },
    secretsTypeChange: {
        values: ["allowed", "refused"],
        help: "a PATCH with complete secrets of another type: applied, or 400",
    },
    secretsRequired: {
        values: [true, false],
        help: "a kafka connection with neither secrets nor a keystore: 400, or accepted",
    },
    emptySsl: {
        values: ["returned", "omitted"],
        help: "the ssl member of an answer, for a connection that has only a keystore: an empty object, or absent",
    },
    connectionNameScope: {
        values: ["project", "organization"],
        help: "where a connection's name is taken (409): in its own project, or in all projects",
    },
    suspendedConnectionInUse: {
        values: [true, false],
        help: "DELETE of a connection that only suspended jobs use: 400, or done, and those jobs fail when resumed",
    },
    suspendedOccupies: {
        values: [true, false],
        help: "a streaming job for a table with a suspended one, without replaceRunning: 400, or it replaces that one",
    },
    jobCreateDials: {
        values: [false, true],
        help: "a job on a connection whose test fails: created, or 400",
    },
    isAggregationInSpec: {
        values: ["sent", "filled"],
        help: "isAggregation in a job's spec, absent or null in the request: as sent, or filled in from the table",
    },
    replacedJobStatus: {
        values: ["canceled", "completed", "failed"],
        help: "the last status of a job that another one replaces",
    },
    pausedJobStatus: {
        values: ["canceled", "failed"],
        help: "the last status of the jobs that a pause of the project stops",
    },
    terminalStatusPost: {
        values: ["strict", "lenient"],
        help: "a request for another status of an ended job: 400, or 200 without effect",
    },
    unknownDuringTransition: {
        values: [false, true],
        help: "whether a streaming job is unknown while its status changes",
    },
    resetAccepts: {
        values: ["live", "running", "any"],
        help: "a reset is accepted for running, idle and suspended jobs, for running and idle ones, or for all",
    },
    dropWithActiveJob: {
        values: ["refused", "cancels"],
        help: "drop_table for a table with a streaming job: 400, or the job is canceled",
    },
    checkpointAfterDrop: {
        values: ["removed", "kept"],
        help: "the checkpoints of a table that is dropped",
    },
    schemaModeDefault: {
        values: ["flexible", "strict"],
        help: "the schemaMode of a table that is created without one",
    },
    awsIam: {
        values: ["refused", "plaintext"],
        help: "with a Druid, a connection that signs in with an AWS role: cannot connect, or connects without it",
    },
    cloud: {
        values: ["aws", "azure"],
        help: "connectionsMeta has its members, or is an empty object and IAM roles are refused (400)",
    },
} as const satisfies Record<string, { values: readonly (string | boolean)[]; help: string }>;

export type RuleName = keyof typeof RULES;
export type Rules = { [Name in RuleName]: (typeof RULES)[Name]["values"][number] };

const names = Object.keys(RULES) as RuleName[];

export const DEFAULT_RULES = Object.fromEntries(names.map((name) => [name, RULES[name].values[0]])) as Rules;

/** Parses `name=value`; `undefined` if there is no such rule or value. */
export function parseRule(text: string): Partial<Rules> | undefined {
    const [name, word] = text.split("=", 2);
    const rule = names.find((candidate) => candidate === name);
    const values: readonly (string | boolean)[] = rule === undefined ? [] : RULES[rule].values;
    const value = values.find((candidate) => String(candidate) === word);
    return rule === undefined || value === undefined ? undefined : { [rule]: value };
}
