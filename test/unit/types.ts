/**
 * Compile-time proofs: this file type-checks only as long as what it says is so. `types.test.ts` compiles it, and sees
 * that it does not compile any more when the documented arguments and the schemas drift apart.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type confluentConnection = require("../../provider/handlers/confluent-connection");
import type kafkaConnection = require("../../provider/handlers/kafka-connection");
import type schemaRegistryConnection = require("../../provider/handlers/schema-registry-connection");
import type pushStreamingConnection = require("../../provider/handlers/push-streaming-connection");
import type s3Connection = require("../../provider/handlers/s3-connection");
import type azureConnection = require("../../provider/handlers/azure-connection");
import type kinesisConnection = require("../../provider/handlers/kinesis-connection");
import type streamingJob = require("../../provider/handlers/streaming-job");
import type table = require("../../provider/handlers/table");
import type { confluentConnectionInputs } from "../../provider/confluent-connection/schema";
import type {
    ConfluentConnectionArgs,
    KinesisConnectionArgs,
    AzureConnectionArgs,
    S3ConnectionArgs,
    PushStreamingConnectionArgs,
    SchemaRegistryConnectionArgs,
    KafkaConnectionArgs,
    StreamingJobArgs,
    TableArgs,
} from "../../provider/index";
import type { kafkaConnectionInputs } from "../../provider/kafka-connection/schema";
import type { schemaRegistryConnectionInputs } from "../../provider/schema-registry-connection/schema";
import type { pushStreamingConnectionInputs } from "../../provider/push-streaming-connection/schema";
import type { s3ConnectionInputs } from "../../provider/s3-connection/schema";
import type { azureConnectionInputs } from "../../provider/azure-connection/schema";
import type { kinesisConnectionInputs } from "../../provider/kinesis-connection/schema";
import type { streamingJobInputs } from "../../provider/streaming-job/schema";
import type { tableInputs } from "../../provider/table/schema";

/** What the engine hands on of an Input: nothing of Outputs and Promises, at any depth. */
type Plain<T> = T extends pulumi.OutputInstance<unknown> | Promise<unknown>
    ? never
    : T extends readonly (infer Entry)[]
      ? Plain<Entry>[]
      : T extends object
        ? { [Key in keyof T]: Plain<T[Key]> }
        : T;

/** Which member of a union this is, as the path says it. */
type Kind<T> = T extends { type: infer Word extends string }
    ? `<${Word}>`
    : T extends { format: infer Word extends string }
      ? `<${Word}>`
      : "";

type Name<
    T,
    Key extends string,
> = `${string extends Key ? "*" : Key}${object extends Pick<T, Key & keyof T> ? "?" : ""}`;

/**
 * All that a type says, as texts such as `.secrets?<sasl_plain>.username: string`. Texts are the same or not, while the
 * compiler takes deeply nested types for equal without looking.
 */
type Said<T, Path extends string = ""> = unknown extends T
    ? `${Path}: unknown`
    : T extends string
      ? `${Path}: ${string extends T ? "string" : `"${T}"`}`
      : T extends number | boolean | undefined
        ? `${Path}: ${number extends T ? "number" : `${T}`}`
        : T extends readonly (infer Entry)[]
          ? Said<Entry, `${Path}[]`>
          : { [Key in keyof T & string]-?: Said<T[Key], `${Path}${Kind<T>}.${Name<T, Key>}`> }[keyof T & string];

/** What one of two types says, and the other does not. */
type Differences<A, B> = Exclude<Said<A>, Said<B>> | Exclude<Said<B>, Said<A>>;

/** A resource's logical name stands in for a name that is left out. */
type WithOptionalName<T extends { name: unknown }> = Omit<T, "name"> & Partial<Pick<T, "name">>;

/** The arguments that the handler takes; the project is made into its id and address by the class. */
type Handled<T> = Plain<Omit<T, "project">>;

type Named = z.ZodType<unknown, { name: unknown }>;

/** Where the documented arguments of a type of connection and its schema are at odds. */
type DifferencesOf<Args, Schema extends Named> = Differences<Handled<Args>, Plain<WithOptionalName<z.input<Schema>>>>;

/** Where the documented arguments of a connection and its schema are at odds. */
export type ConnectionDifferences = DifferencesOf<KafkaConnectionArgs, typeof kafkaConnectionInputs>;

/** The other types of connection: the documented arguments, and the schema. */
interface OtherConnections {
    KinesisConnection: [KinesisConnectionArgs, typeof kinesisConnectionInputs];
    AzureConnection: [AzureConnectionArgs, typeof azureConnectionInputs];
    S3Connection: [S3ConnectionArgs, typeof s3ConnectionInputs];
    ConfluentConnection: [ConfluentConnectionArgs, typeof confluentConnectionInputs];
    PushStreamingConnection: [PushStreamingConnectionArgs, typeof pushStreamingConnectionInputs];
    SchemaRegistryConnection: [SchemaRegistryConnectionArgs, typeof schemaRegistryConnectionInputs];
}

/** The same of the other types of connection. */
export type OtherDifferences = {
    [Noun in keyof OtherConnections]: `${Noun}${DifferencesOf<OtherConnections[Noun][0], OtherConnections[Noun][1]>}`;
}[keyof OtherConnections];

/** Where the documented arguments of a job and its schema are at odds. */
export type JobDifferences = Differences<Handled<StreamingJobArgs>, Plain<z.input<typeof streamingJobInputs>>>;

/** Where the documented arguments of a table and its schema are at odds. */
export type TableDifferences = Differences<Handled<TableArgs>, Plain<WithOptionalName<z.input<typeof tableInputs>>>>;

type Contract = Required<pulumi.dynamic.ResourceProvider>;

type None<Found extends never> = Found;
type Holds<Proof extends true> = Proof;

export type Proofs = [
    None<ConnectionDifferences>,
    None<OtherDifferences>,
    None<JobDifferences>,
    None<TableDifferences>,
    Holds<typeof schemaRegistryConnection extends Contract ? true : false>,
    Holds<typeof pushStreamingConnection extends Contract ? true : false>,
    Holds<typeof s3Connection extends Contract ? true : false>,
    Holds<typeof azureConnection extends Contract ? true : false>,
    Holds<typeof kinesisConnection extends Contract ? true : false>,
    Holds<typeof confluentConnection extends Contract ? true : false>,
    Holds<typeof kafkaConnection extends Contract ? true : false>,
    Holds<typeof streamingJob extends Contract ? true : false>,
    Holds<typeof table extends Contract ? true : false>,
];
