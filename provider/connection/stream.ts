import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../values/json";
import { isUnknown } from "../values/unknown";

/** What a streaming job reads of a connection: the offsets in its table are those of the stream with this name. */
export interface Stream {
    readonly topicName: string;
    readonly topicNameIsPattern: boolean;
}

/** What streaming jobs read of the connections of a type. */
export interface StreamKind {
    /** Such as "the topic". */
    readonly noun: string;
    /** Undefined where it is not known. */
    readonly of: (inputs: Properties) => Stream | undefined;
    /** Whether two connections lead to different clusters, in which the offsets of a stream are not the same. */
    readonly isOtherCluster?: (olds: Properties, news: Properties) => boolean;
}

/** The stream with a name, where that is known. */
export const streamNamed = (name: unknown): Stream | undefined =>
    typeof name === "string" && !isUnknown(name) ? { topicName: name, topicNameIsPattern: false } : undefined;

/** The topic of a connection's arguments, or of the job that recorded it; undefined where it is not known. */
export function topicOf({ topicName, topicNameIsPattern = false }: Properties): Stream | undefined {
    const stream = streamNamed(topicName);
    return stream && typeof topicNameIsPattern === "boolean" && !isUnknown(topicNameIsPattern)
        ? { ...stream, topicNameIsPattern }
        : undefined;
}

const formOf = ({ topicNameIsPattern }: Stream) => (topicNameIsPattern ? "a pattern" : "a topic");

/** A change of stream that the offsets of a job do not cover, in words; undefined if there is none. */
export function streamChange({ noun }: StreamKind, before: Stream, after: Stream, point: string): string | undefined {
    if (isDeepStrictEqual(before, after)) return undefined;
    if (!before.topicNameIsPattern && !after.topicNameIsPattern) {
        return `begins ${noun} ${JSON.stringify(after.topicName)} at ${point}, unless its table has read it before, and leaves the unread records of ${JSON.stringify(before.topicName)}`;
    }
    const next = before.topicNameIsPattern && after.topicNameIsPattern ? "another pattern" : formOf(after);
    return `may read topics again from ${point}, or be refused, as its connection changes from ${formOf(before)} to ${next}`;
}

/** What a changed connection means for the jobs that read it, once they are restarted or swapped. */
export function streamNotes(
    stream: StreamKind | undefined,
    olds: Properties,
    news: Properties,
    changed: readonly string[],
): string[] {
    const [before, after] = [stream?.of(olds), stream?.of(news)];
    if (!stream || !before || !after) return [];
    const change = streamChange(stream, before, after, "its readFromPoint");
    if (change !== undefined) return [`a job that is restarted or swapped then ${change}`];
    return changed.includes("bootstrapServers") && stream.isOtherCluster?.(olds, news)
        ? [
              "if these are brokers of another cluster, the offsets of the old one are not valid there: change resetTrigger of the jobs that read it",
          ]
        : [];
}
