import type { Resource } from "../engine/resource";
import { isUnknown, unknown } from "../values/unknown";
import { describeAdoption } from "./adopt";
import { connectionWarnings, neededObjects } from "./connection";
import { connectionTypeProblems } from "./connection-kinds";
import { settle, startOrAdopt } from "./create";
import { endOwnJob } from "./delete";
import { describeJobReplacement, describeJobStep, jobCreateNotes } from "./impact";
import { tableOf } from "./mapping";
import type { JobFacts } from "./mapping";
import { planJob } from "./plan";
import type { JobStep } from "./plan";
import { readJob } from "./read";
import { runJobSteps } from "./run";
import { streamingJobProblems, streamingJobWarnings } from "./rules";
import { streamingJobInputs } from "./schema";
import type { StreamingJobInputs } from "./schema";
import { tableColumnProblems, tableWarnings } from "./table-columns";

/** The ingestion of a stream into a table (Jobs v1, type `streaming`). */
export const streamingJob: Resource<StreamingJobInputs, JobFacts, JobStep> = {
    noun: "StreamingJob",
    objectNoun: "table",
    permission: "ManageIngestionJobs",
    schema: streamingJobInputs,
    problems: (given, _olds, declared, facts) => [
        ...streamingJobProblems(given),
        ...connectionTypeProblems(given, declared, facts),
        ...tableColumnProblems(given, declared),
    ],
    warnings: (given, declared) => [
        ...streamingJobWarnings(given),
        ...connectionWarnings(given, declared),
        ...tableWarnings(given, declared),
    ],
    replaceOnChanges: ["target"],
    localArguments: ["restartOnConnectionChange", "adopt", "waitForHealthy"],
    secrets: [],
    normalize: (given) => given,
    idOf: (inputs) => (isUnknown(inputs.target) ? unknown : tableOf(inputs)),
    objectOf: ({ jobId }) => jobId,
    needs: neededObjects,
    plan: planJob,
    describe: describeJobStep,
    describeReplacement: describeJobReplacement,
    createNotes: jobCreateNotes,
    describeAdoption,
    create: async (context, inputs) => settle(context, inputs, await startOrAdopt(context, inputs)),
    read: readJob,
    run: runJobSteps,
    delete: endOwnJob,
};
