import { parseTopicPattern } from "../aws/topic-pattern";

/** What keeps a text from being a regular expression as Kafka's Java client takes it; undefined if nothing does. */
export function topicPatternFault(text: string): string | undefined {
    try {
        parseTopicPattern(text);
        return undefined;
    } catch (error) {
        return error instanceof Error ? error.message : "it cannot be read";
    }
}

/** What Kafka takes as the name of one topic. */
export const isTopicName = (text: string) => /^[A-Za-z0-9._-]{1,249}$/.test(text) && text !== "." && text !== "..";
