import type { ConnectionType } from "../connection/connection-type";
import { defineConnection } from "../connection/define-connection";
import { pushStreamingKind } from "./kind";
import { pushStreamingConnection as object, pushStreamingConnectionInputs as schema } from "./schema";

/** A connection of type `push_streaming` (Connections v1), to which producers send events. */
export const pushStreaming: ConnectionType = {
    ...pushStreamingKind,
    object,
    schema,
    problems: () => [],
    warnings: () => [],
    normalize: (given) => given,
    secrets: [],
    repeatedDefaults: {},
    inParts: {},
    destination: undefined,
};

export const pushStreamingConnection = defineConnection(pushStreaming);
