import type { ConnectionKind } from "../connection/connection-type";
import { streamNamed } from "../connection/stream";

export const pushStreamingKind: ConnectionKind = {
    noun: "PushStreamingConnection",
    type: "push_streaming",
    jobNames: [],
    stream: { noun: "the events of", of: ({ name }) => streamNamed(name) },
};
