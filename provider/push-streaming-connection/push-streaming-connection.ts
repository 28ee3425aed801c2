import type { ConnectionType } from "../connection/connection-type";
import { defineConnection } from "../connection/define-connection";
import { streamNamed } from "../connection/stream";
import { pushStreamingConnection as object, pushStreamingConnectionInputs as schema } from "./schema";

/** A connection of type `push_streaming` (Connections v1), to which producers send events. */
export const pushStreaming: ConnectionType = {
    noun: "PushStreamingConnection",
    type: "push_streaming",
    object,
    schema,
    problems: () => [],
    warnings: () => [],
    normalize: (given) => given,
    secrets: [],
    repeatedDefaults: {},
    inParts: {},
    jobNames: [],
    stream: { noun: "the events of", of: ({ name }) => streamNamed(name) },
    destination: undefined,
};

export const pushStreamingConnection = defineConnection(pushStreaming);
