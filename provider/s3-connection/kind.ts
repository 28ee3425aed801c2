import type { ConnectionKind } from "../connection/connection-type";

export const s3Kind: ConnectionKind = {
    noun: "S3Connection",
    type: "s3",
    jobNames: [],
    stream: undefined,
};
