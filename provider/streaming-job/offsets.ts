import type { Declared } from "../engine/resource";
import { streamChange, topicOf } from "../connection/stream";
import { isUnknown } from "../values/unknown";
import type { Properties } from "../values/json";
import { connectionNameOf, declaredConnection } from "./connection";
import type { StreamingJobInputs } from "./schema";

/** Where a job begins that is swapped, restarted or resumed, in words; undefined if just at its offsets. */
export function beginningOf(state: Properties, inputs: StreamingJobInputs, declared: Declared): string | undefined {
    const connection = declaredConnection(inputs, declared);
    const isSameConnection = connectionNameOf(state) === connectionNameOf(inputs);
    // State of version 0.1.0 does not record what its job reads: the connection's state tells it.
    const recorded = topicOf(state) || !isSameConnection ? state : (connection?.olds ?? {});
    const stream = connection?.kind.stream;
    const before = recorded === state ? topicOf(state) : stream?.of(recorded);
    const after = connection && stream?.of(connection.inputs);
    if (!connection || !stream || !before || !after) {
        return "continues at its offsets if the connection reads the same topic, and begins another topic at readFromPoint";
    }
    const { readFromPoint = "latest" } = inputs;
    const point = isUnknown(readFromPoint) ? "readFromPoint" : `readFromPoint (${readFromPoint})`;
    const change = streamChange(stream, before, after, point);
    if (change !== undefined) return change;
    return stream.isOtherCluster?.(recorded, connection.inputs)
        ? "continues at its offsets, which are not valid if the brokers are of another cluster (then change resetTrigger as well)"
        : undefined;
}
