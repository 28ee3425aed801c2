import { matching } from "../values/shape";

/** The name of a connection, of whatever type. */
export const connectionName = matching(
    /^[A-Za-z0-9._-]{1,64}$/,
    '1 to 64 of ASCII letters, digits, ".", "_", "-"',
).refine((name) => name !== "." && name !== "..", 'expected another name than "." or "..", which no URL can end with');
