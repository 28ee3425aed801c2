import { Refusal } from "./refusal";

/** Refuses a value that is not a text of the given form, in one sentence. */
export function requireText(value: unknown, name: string, form: RegExp, expected: string): string {
    if (typeof value !== "string") throw new Refusal(`${name} is not a text: expected ${expected}.`);
    if (!form.test(value)) throw new Refusal(`${name} is malformed: expected ${expected}.`);
    return value;
}

/** Refuses arguments that are no object, which programs without types can give. */
export function requireArgs(value: unknown, expected: string): void {
    if (typeof value !== "object" || value === null) {
        throw new Refusal(`the arguments are not an object: expected ${expected}.`);
    }
}

/** The name of a partition of AWS: `aws`, or one that begins so. */
export const partitionForm = "aws(?:-[a-z]+)*";
