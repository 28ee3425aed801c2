import { matching } from "../values/shape";

/** The name of a connection of any type. */
export const connectionName = matching(
    /^[A-Za-z0-9._-]{1,64}$/,
    '1 to 64 of ASCII letters, digits, ".", "_", "-"',
).refine((name) => name !== "." && name !== "..", 'expected a name other than "." and "..", which cannot end a URL');
