import type { Once } from "../../provider/api/retry";

/** For a request that must not be carried out twice, where the look before a repetition finds nothing. */
export const findsNothing: Once<never> = {
    beforeRetry: () => Promise.resolve(undefined),
    onUnconfirmed: () => undefined,
};
