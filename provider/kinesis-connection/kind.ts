import type { ConnectionKind } from "../connection/connection-type";
import { streamNamed } from "../connection/stream";

export const kinesisKind: ConnectionKind = {
    noun: "KinesisConnection",
    type: "kinesis",
    jobNames: ["stream", "awsEndpoint", "awsAssumedRoleArn"],
    stream: { noun: "the stream", of: ({ stream }) => streamNamed(stream) },
};
