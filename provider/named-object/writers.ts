import type { Connection } from "../api/connections";
import type { Table } from "../api/tables";
import { lastWriter } from "../identity/identity";
import type { Origin } from "../identity/identity";

/** What answers of the API say of the users who wrote an object: a connection is submitted, a table created. */
export type Written = Partial<
    Pick<Connection, "submittedByUser" | "submittedOnTimestamp" | "modifiedByUser" | "modifiedOnTimestamp"> &
        Pick<Table, "createdByUser" | "createdOnTimestamp">
>;

/** A user as the state records it. */
export const personOf = (user: Written["createdByUser"]) =>
    user ? { username: user.username, userId: user.userId } : undefined;

export const originOf = (found: Written): Origin => ({
    user: (found.submittedByUser ?? found.createdByUser)?.username,
    time: found.submittedOnTimestamp ?? found.createdOnTimestamp ?? "",
});

export const lastWriteTime = (found: Written): string => found.modifiedOnTimestamp ?? originOf(found).time;

/** Whose the last write of an object is, as far as its state says. */
export const lastWriterOf = (
    found: Written,
    known: { readonly modifiedOnTimestamp?: string; readonly seenOnTimestamp?: string },
) => lastWriter(lastWriteTime(found), { own: known.modifiedOnTimestamp, seen: known.seenOnTimestamp });

/** Who created an object and when, for a user who has to decide. */
export function creatorOf(found: Written): string {
    const { user, time } = originOf(found);
    return `created by ${user ?? "another user"} on ${time}`;
}

/** Who wrote an object last and when. */
export const writerOf = (found: Written): string =>
    `${found.modifiedByUser?.username ?? "another user"} changed it on ${lastWriteTime(found)}`;
