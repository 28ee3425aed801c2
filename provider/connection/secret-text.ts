import { z } from "zod";

function fault(text: string): string | undefined {
    if (text === "") return "expected a text that is not empty";
    if (/^[\s\p{Cf}]*$/u.test(text)) return "expected a text that is not blank";
    if (/^\s*[\r\n]|[\r\n]\s*$/.test(text)) return "expected no line end at the start or the end";
    return undefined;
}

/** A username or password. Files and `echo` add line ends; with one, a broker refuses the login and does not say why. */
export const secretText = z.string().superRefine((text, context) => {
    const message = fault(text);
    if (message) context.addIssue({ code: "custom", message });
});

/** What is valid in a username or password, and yet likely a mistake. */
export function secretTextWarning(text: string | null | undefined): string | undefined {
    if (!text) return undefined;
    if (/^(["'`])[^]+\1$/.test(text)) return "is in quotes, which are sent as part of it";
    if (/^[\s\p{Z}\p{Cf}]|[\s\p{Z}\p{Cf}]$/u.test(text)) {
        return "begins or ends with white space or an invisible character, which is sent as part of it";
    }
    return /\p{Cc}/u.test(text) ? "contains a control character" : undefined;
}
