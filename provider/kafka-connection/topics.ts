import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../values/json";
import { isUnknown } from "../values/unknown";
import { isSameCluster } from "./brokers/brokers";

/** What a connection reads. */
export interface Topic {
    readonly topicName: string;
    readonly topicNameIsPattern: boolean;
}

/** The topic of a connection's arguments, or of the job that recorded it; undefined where it is not known. */
export const topicOf = ({ topicName, topicNameIsPattern = false }: Properties): Topic | undefined =>
    typeof topicName === "string" && typeof topicNameIsPattern === "boolean" && !isUnknown(topicName)
        ? { topicName, topicNameIsPattern }
        : undefined;

const formOf = ({ topicNameIsPattern }: Topic) => (topicNameIsPattern ? "a pattern" : "a topic");

/** A change of topic that the offsets of a job do not cover, in words; undefined if there is none. */
export function topicChange(before: Topic, after: Topic, point: string): string | undefined {
    if (isDeepStrictEqual(before, after)) return undefined;
    if (!before.topicNameIsPattern && !after.topicNameIsPattern) {
        return `begins the topic ${JSON.stringify(after.topicName)} at ${point}, unless its table has read it before, and leaves the unread records of ${JSON.stringify(before.topicName)}`;
    }
    const next = before.topicNameIsPattern && after.topicNameIsPattern ? "another pattern" : formOf(after);
    return `may read topics again from ${point}, or be refused, as its connection changes from ${formOf(before)} to ${next}`;
}

/** Whether brokers change to those of another cluster. */
export const isOtherCluster = (
    { bootstrapServers: before }: Properties,
    { bootstrapServers: after }: Properties,
): boolean =>
    typeof before === "string" && typeof after === "string" && !isUnknown(after) && !isSameCluster(before, after);

/** What a changed connection means for the jobs that read it, once they are restarted or swapped. */
export function topicNotes(olds: Properties, news: Properties, changed: readonly string[]): string[] {
    const [before, after] = [topicOf(olds), topicOf(news)];
    if (!before || !after) return [];
    const change = topicChange(before, after, "its readFromPoint");
    if (change !== undefined) return [`a job that is restarted or swapped then ${change}`];
    return changed.includes("bootstrapServers") && isOtherCluster(olds, news)
        ? [
              "if these are brokers of another cluster, the offsets of the old one are not valid there: change resetTrigger of the jobs that read it",
          ]
        : [];
}
