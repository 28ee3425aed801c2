import { isDeepStrictEqual } from "node:util";
import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import type { Declared } from "../engine/resource";
import { isUnknown } from "../values/unknown";
import { isSameCluster } from "./brokers/brokers";

/** What a connection reads, as a job's state records it of the moment at which the job was last started. */
export interface Topic {
    readonly topicName: string;
    readonly topicNameIsPattern: boolean;
}

const topicIn = ({ topicName, topicNameIsPattern = false }: Properties): Topic | undefined =>
    typeof topicName === "string" && typeof topicNameIsPattern === "boolean" && !isUnknown(topicName)
        ? { topicName, topicNameIsPattern }
        : undefined;

export const connectionNameOf = (properties: Properties): unknown => valueAt(properties, ["source", "connectionName"]);

const connectionOf = (properties: Properties, declaration: Declared) => {
    const name = connectionNameOf(properties);
    return typeof name === "string" ? declaration("KafkaConnection", name) : undefined;
};

/** What a job reads that starts now, if the program declares its connection. */
export function topicRead(inputs: Properties, declaration: Declared): Properties {
    const { bootstrapServers, ...connection } = connectionOf(inputs, declaration)?.inputs ?? {};
    const topic = topicIn(connection);
    return topic
        ? { topicName: topic.topicName, topicNameIsPattern: topic.topicNameIsPattern || undefined, bootstrapServers }
        : {};
}

/** What the state says that its job reads. */
export const recordedTopic = ({ topicName, topicNameIsPattern, bootstrapServers }: Properties): Properties => ({
    topicName,
    topicNameIsPattern,
    bootstrapServers,
});

const kindOf = ({ topicNameIsPattern }: Topic) => (topicNameIsPattern ? "a pattern" : "a topic");

/** From what a job reads to what it is to read: a change that its offsets do not cover, in words. */
export function topicChange(before: Topic, after: Topic, point: string): string | undefined {
    if (isDeepStrictEqual(before, after)) return undefined;
    if (!before.topicNameIsPattern && !after.topicNameIsPattern) {
        return `begins the topic ${JSON.stringify(after.topicName)} at ${point}, as its table has no offsets for it unless it has read it before; what it has not read of ${JSON.stringify(before.topicName)} stays unread`;
    }
    const what = before.topicNameIsPattern && after.topicNameIsPattern ? "to another pattern" : `to ${kindOf(after)}`;
    return `may read topics again from ${point}, or be refused, as its connection changes from ${kindOf(before)} ${what}`;
}

function isOtherCluster({ bootstrapServers: before }: Properties, { bootstrapServers: after }: Properties): boolean {
    const isKnown = typeof before === "string" && typeof after === "string" && !isUnknown(after);
    return isKnown && !isSameCluster(before, after);
}

/** Where a job begins that is swapped or restarted. Without a word about its topic, it does so at its offsets. */
export function beginning(state: Properties, inputs: Properties, declaration: Declared): string | undefined {
    const connection = connectionOf(inputs, declaration);
    const isSame = connectionNameOf(state) === connectionNameOf(inputs);
    // State of version 0.1.0 does not say what its job reads: what the connection's state says, then.
    const recorded = topicIn(state) || !isSame ? state : (connection?.olds ?? {});
    const [before, after] = [topicIn(recorded), topicIn(connection?.inputs ?? {})];
    if (!connection || !before || !after) {
        return "goes on at its offsets where the connection reads the same topic, and begins another topic at readFromPoint";
    }
    const point = `readFromPoint (${inputs.readFromPoint === "earliest" ? "earliest" : "latest"})`;
    const change = topicChange(before, after, point);
    if (change !== undefined) return change;
    return isOtherCluster(recorded, connection.inputs)
        ? "goes on at its offsets, which are not valid if the brokers are of another cluster (then change resetTrigger as well)"
        : undefined;
}

/** What a changed connection means for the jobs that read it, once they are restarted or swapped. */
export function topicNotes(olds: Properties, news: Properties, changed: readonly string[]): string[] {
    const [before, after] = [topicIn(olds), topicIn(news)];
    const change = before && after && topicChange(before, after, "its readFromPoint");
    if (change !== undefined) return [`a job that is restarted or swapped then ${change}`];
    return changed.includes("bootstrapServers") && before && after && isOtherCluster(olds, news)
        ? [
              "if these are brokers of another cluster, offsets of the old one are not valid there: change resetTrigger of the jobs that read it",
          ]
        : [];
}
