import type { ConnectionKind } from "../connection/connection-type";

export const azureKind: ConnectionKind = {
    noun: "AzureConnection",
    type: "azure",
    jobNames: [],
    stream: undefined,
};
