import type { z } from "zod";
import { badRequest, type ServiceErrorBody } from "../errors";

type Issue = z.core.$ZodIssue;

const pathText = (path: PropertyKey[]) =>
    path.reduce<string>((text, part) => {
        if (typeof part === "number") {
            return `${text}[${part}]`;
        }
        return text === "" ? String(part) : `${text}.${String(part)}`;
    }, "");

const problem = (path: PropertyKey[], message: string): ServiceErrorBody => {
    const target = pathText(path);
    return target === ""
        ? { code: "InvalidValue", message }
        : { code: "InvalidValue", message: `${target}: ${message}`, target };
};

/** One problem for each unknown member, so that each has its own target. */
const problemsOf = (issue: Issue, holder: string[]): ServiceErrorBody[] => {
    const path = [...holder, ...issue.path];
    switch (issue.code) {
        case "unrecognized_keys":
            return issue.keys.map((key) => ({
                ...problem([...path, key], "unknown member."),
                code: "UnknownMember",
            }));
        case "invalid_type":
            return [problem(path, issue.input === undefined ? "is required." : `expected ${issue.expected}.`)];
        default:
            return [problem(path, `${issue.message}.`)];
    }
};

/** The value as the schema parses it, or a 400 that names each invalid member but repeats no value. */
export function validate<Output>(schema: z.ZodType<Output>, value: unknown, holder: string[] = []): Output {
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) {
        return result.data;
    }
    const problems = result.error.issues.flatMap((issue) => problemsOf(issue, holder));
    const first = problems[0] ?? { code: "InvalidValue", message: "The request is not valid." };
    throw badRequest(first.code, first.message, first.target, problems.length > 1 ? problems : undefined);
}
