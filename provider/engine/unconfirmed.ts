import type { Attempts } from "../api/retry";
import type { Recorded } from "./resource";

const isoText = (time: number) => new Date(time).toISOString();

/** The time of unconfirmed attempts, as state records it. */
export function intervalText(attempts: Attempts): string {
    const { from, until } = attempts();
    return `${isoText(from)}/${isoText(until)}`;
}

/** The unconfirmed attempts that a state records. */
export function attemptsIn({ unconfirmed }: Pick<Recorded, "unconfirmed">): Attempts | undefined {
    if (unconfirmed === undefined) return undefined;
    const [from = NaN, until = NaN] = unconfirmed.split("/").map((time) => Date.parse(time));
    return () => ({ from, until });
}
