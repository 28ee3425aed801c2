import { Refusal } from "./refusal";
import { topicAlternatives, topicPatternFault } from "./topic-pattern";

/** The topics of a pattern, in the terms of IAM. */
export interface TopicWildcards {
    /** One entry per alternative; `?` is any one character and `*` any text, as in the ARNs of a policy. */
    readonly wildcards: readonly string[];
    /** Whether the wildcards match the topics of the pattern and no others. */
    readonly exact: boolean;
    /** Those that match more than the pattern, in words; empty if `exact`. */
    readonly wider: readonly string[];
}

/**
 * Wildcards for a regular expression over topics, as a connection takes it with `topicNameIsPattern`: in Java's
 * syntax, matched against the whole name. They cover every topic that the pattern matches.
 *
 * Each alternative that is literal text, alone or with `.*` or `.+` at its end, is given exactly (`orders|returns-.*`
 * becomes `orders` and `returns-*`). Of any other, the literal text at its beginning is given with `*`, which is wider
 * (`orders-(eu|us)` and `orders-\d+` become `orders-*`).
 *
 * Sources: "Multiple topics per connection" (Imply Polaris); "IAM JSON policy elements: Resource" (AWS).
 *
 * @throws Error if the pattern is no regular expression, or one that no topic can match.
 */
export function mskTopicWildcards(pattern: string): TopicWildcards {
    const fault = topicPatternFault(pattern);
    if (fault !== undefined) throw new Refusal(`topicName is malformed: ${fault}.`);
    const alternatives = topicAlternatives(pattern);
    const wider = alternatives.flatMap(({ wildcard, isExact }) => (isExact ? [] : [`${wildcard} is wider`]));
    return { wildcards: alternatives.map(({ wildcard }) => wildcard), exact: wider.length === 0, wider };
}
