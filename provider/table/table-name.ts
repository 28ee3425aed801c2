import { z } from "zod";

/** The API's rules ("Tables overview"); the first that is broken is reported. */
const rules: readonly (readonly [(name: string) => boolean, string])[] = [
    [(name) => name.length >= 1 && name.length <= 255, "expected 1 to 255 characters"],
    [(name) => !/^\s|\s$/.test(name), "expected no space at either end"],
    [(name) => !/[^\S ]/.test(name), "expected no white space but spaces"],
    [(name) => !name.startsWith("."), 'expected no "." at the start'],
    [(name) => !name.includes("/"), 'expected no "/"'],
    [(name) => !/\p{Cc}/u.test(name), "expected no control characters"],
    [(name) => !/[\p{Extended_Pictographic}\u{10000}-\u{10FFFF}\p{Cs}]/u.test(name), "expected no emoji"],
    [(name) => !/[\uFFF0-\uFFFF]/.test(name), "expected no characters from U+FFF0 to U+FFFF"],
];

export const tableName = z.string().superRefine((name, context) => {
    const broken = rules.find(([holds]) => !holds(name));
    if (broken) context.addIssue({ code: "custom", message: broken[1] });
});
