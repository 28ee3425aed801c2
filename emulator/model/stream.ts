export type Offsets = Record<string, number>;

export interface Topic {
    name: string;
    isPattern: boolean;
}

/** How far Druid has read into a table. Druid itself holds the offsets of one topic for each table. */
export interface Stream {
    tableName: string;
    /** The topic to which Druid's own offsets belong; `null` if it has none. */
    current: Topic | null;
    /** Druid's own offsets, if it has no supervisor any more that could tell them. */
    currentOffsets?: Offsets | undefined;
    /** Druid has to forget its own offsets before it reads again. */
    isForgetting: boolean;
    /** Offsets of the topics that the table has read before, by `topicKey`. */
    stored: Record<string, Offsets>;
}

export const emptyStream = (tableName: string): Stream => ({
    tableName,
    current: null,
    isForgetting: false,
    stored: {},
});

export const topicKey = ({ name, isPattern }: Topic) => (isPattern ? `pattern:${name}` : `topic:${name}`);
