import { Refusal } from "./refusal";

/** Refuses a value that is not a text of the given form, in one sentence. */
export function requireText(value: unknown, name: string, form: RegExp, expected: string): string {
    if (typeof value !== "string") throw new Refusal(`${name} is not a text: expected ${expected}.`);
    if (!form.test(value)) throw new Refusal(`${name} is malformed: expected ${expected}.`);
    return value;
}
