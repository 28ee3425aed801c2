/** How far a table has read a topic: one for each table and topic, whatever job or connection reads. */
export interface Checkpoint {
    tableName: string;
    topic: string;
    position: number;
    /** How often a reset moved it. */
    resets: number;
}

export const checkpointKey = (tableName: string, topic: string) => JSON.stringify([tableName, topic]);
