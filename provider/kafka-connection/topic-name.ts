/** What Kafka takes as the name of one topic. */
export const isTopicName = (text: string) => /^[A-Za-z0-9._-]{1,249}$/.test(text) && text !== "." && text !== "..";
