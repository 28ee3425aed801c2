import { badRequest } from "../errors";
import type { Connection } from "../model/connection";
import type { Job } from "../model/job";
import { isAggregation } from "../model/new-job";
import type { Project } from "../model/project";
import type { Table } from "../model/table";
import { createJob, type StreamingSpec } from "../schemas/jobs";
import type { Store } from "../store";
import type { Source } from "./consumer";
import { nameTypes } from "./discovered";
import { inputFormat, UnreadableFormat } from "./input-format";
import type { Cluster } from "./cluster";
import { sourceOf, UnusableConnection } from "./source";
import { canRead } from "./statement";
import type { Plan } from "./supervisor-spec";
import { InvalidExpression, translate, type FilteredTranslation } from "./translate";

/** Turns jobs into what Druid takes, and refuses what it cannot. */
export class Planner {
    constructor(
        readonly cluster: Cluster,
        readonly store: Store,
    ) {}

    /** How a connection signs in now. */
    source({ rules }: Project, connection: Connection): Promise<Source> {
        const vault = this.store.vault ?? new Map<string, string>();
        return sourceOf(vault, connection, rules.awsIam === "plaintext", this.cluster.listeners);
    }

    async translate(spec: StreamingSpec, table: Table): Promise<FilteredTranslation> {
        const columns = spec.mappings.map(({ columnName, expression, ...rest }) => ({
            columnName,
            expression,
            isAggregation: isAggregation({ columnName, expression, ...rest }, table),
        }));
        const { inputSchema } = spec.source;
        return translate(this.cluster.druid, { inputSchema, columns, filterExpression: spec.filterExpression });
    }

    /** Refuses a streaming job that Druid could not run. */
    async verify(spec: StreamingSpec, table: Table): Promise<void> {
        if (spec.enableUpserts === true) {
            const message = "enableUpserts: Apache Druid has no upserts; they are of Imply Polaris alone.";
            throw badRequest("UpsertsNotSupported", message, "enableUpserts");
        }
        const index = spec.source.inputSchema.findIndex((field) => !canRead(field));
        if (index >= 0) {
            const target = `source.inputSchema[${index}].dataType`;
            const message = `${target}: Apache Druid cannot read '${spec.source.inputSchema[index]?.dataType ?? ""}' from records.`;
            throw badRequest("DataTypeNotSupported", message, target);
        }
        try {
            inputFormat(
                spec.source.formatSettings ?? { format: "nd-json" },
                "source.formatSettings",
                this.cluster.extensions,
            );
            await this.translate(spec, table);
        } catch (error) {
            if (error instanceof InvalidExpression) {
                throw badRequest("InvalidExpression", error.message, error.target);
            }
            if (error instanceof UnreadableFormat) {
                throw badRequest("FormatNotSupported", error.message, error.target);
            }
            throw error;
        }
    }

    /** What Druid needs to run a job, with its connection as it is now. */
    async plan(project: Project, job: Job): Promise<Plan> {
        const spec = createJob.parse(job.spec);
        const table = project.tables.get(job.tableName);
        const connection = project.connections.get(job.connectionNames[0] ?? "");
        if (spec.type !== "streaming" || table === undefined) {
            throw new Error(`Job '${job.id}' has no table.`);
        }
        if (connection === undefined) {
            throw new UnusableConnection("The connection of the job does not exist.");
        }
        const translation = await this.translate(spec, table);
        nameTypes(table, translation);
        return {
            jobId: job.id,
            spec,
            table: table.body,
            translation,
            source: await this.source(project, connection),
            extensions: this.cluster.extensions,
        };
    }
}
