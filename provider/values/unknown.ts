import { isRecord } from "./json";

/** The text that the engine sends in a preview for a value that is not known yet, at any depth of the inputs. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isUnknown = (value: unknown): boolean => value === unknown;

export function hasUnknown(value: unknown): boolean {
    if (Array.isArray(value)) return value.some(hasUnknown);
    return isRecord(value) ? Object.values(value).some(hasUnknown) : isUnknown(value);
}
