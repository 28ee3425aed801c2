import { meansTheSame } from "../values/canonical";
import { when } from "../values/sentences";
import { hasUnknown } from "../values/unknown";
import { table } from "./schema";
import type { Policy, TableInputs } from "./schema";

type StoragePolicy = TableInputs["storagePolicy"];

/** The rows that a policy covers, by their time. */
function coverageOf(policy: Policy): string {
    const intervals = policy.type === "intervals" ? [`in ${policy.intervals.join(", ")}`] : [];
    return [...intervals, ...(policy.period === undefined ? [] : [`of the last ${policy.period}`])].join(" or ");
}

const isSame = (name: "retain" | "cached", before: StoragePolicy, after: StoragePolicy) =>
    meansTheSame(table.shape.storagePolicy, { [name]: before?.[name] }, { [name]: after?.[name] });

/** What a storage policy deletes and when, and what queries still find fast, in words ("Data lifecycle management"). */
export function retentionSentences(before: StoragePolicy, after: StoragePolicy): string[] {
    if (hasUnknown(after)) return ["storagePolicy is not known yet, and so whether Imply Polaris deletes rows"];
    const [retain, cached] = [after?.retain, after?.cached];
    const [isRetainSame, isCachedSame] = [isSame("retain", before, after), isSame("cached", before, after)];
    return [
        ...when(
            !isRetainSame,
            retain
                ? `storagePolicy.retain deletes data: only rows ${coverageOf(retain)} stay; others, by their __time, leave the queries within minutes, can be restored for 30 days, and are then deleted for good`
                : "storagePolicy.retain is removed: rows are not deleted by their age any more",
        ),
        ...when(
            !isRetainSame && before?.retain !== undefined,
            "rows that the retention of before has deleted do not come back by themselves",
        ),
        ...when(
            !isCachedSame,
            cached
                ? `storagePolicy.cached keeps only rows ${coverageOf(cached)} precached: queries of others are slower, and nothing is deleted`
                : "storagePolicy.cached is removed: all rows are precached",
        ),
    ];
}
