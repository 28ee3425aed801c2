import { z } from "zod";
import { RULES, type Rules } from "../rules";

const shape = Object.fromEntries(
    Object.entries(RULES).map(([name, { values }]) => [name, z.literal(values).optional()]),
);

/** Some of the rules, by their names. */
export const someRules = z.strictObject(shape) as unknown as z.ZodType<Partial<Rules>>;
