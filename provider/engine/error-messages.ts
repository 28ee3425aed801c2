import { AnswerError, ApiError, ConnectionError, ProjectMissingError } from "../api/errors";
import { ConfigurationError } from "../config";
import type { PolarisErrorCode } from "../error-codes";
import { Failure } from "./errors";
import type { Operation } from "./errors";

interface Circumstances {
    readonly operation: Operation;
    /** The permission that the operation needs. */
    readonly permission: string;
    /** How to repeat the operation, where no command alone does that. */
    readonly again?: string;
}

/** An error in words. */
interface Explanation {
    readonly code: PolarisErrorCode;
    readonly happened: string;
    readonly cure: string;
    readonly details: readonly string[];
}

const isPartOfUp = (operation: Operation) => operation === "create" || operation === "update";

/** Other operations belong to several commands. */
const repetition = ({ operation, again }: Circumstances) =>
    again ?? (isPartOfUp(operation) ? "run `pulumi up` again" : "run the command again");

type Cure = readonly [code: PolarisErrorCode, cure: (again: string, circumstances: Circumstances) => string];

const cures: Record<number, Cure> = {
    400: [
        "PolarisBadRequest",
        (again, { operation }) =>
            `${isPartOfUp(operation) ? "correct the arguments" : "remove the cause"} and ${again}`,
    ],
    401: ["PolarisUnauthorized", () => "check the key in POLARIS_API_KEY or the secret polaris:apiKey"],
    403: ["PolarisForbidden", (_, { permission }) => `give the API key the permission ${permission} for this project`],
    404: ["PolarisNotFound", (again) => `check that what it names exists, then ${again}`],
    409: ["PolarisConflict", (again) => `run \`pulumi refresh\` to see what is there, then ${again}`],
    429: ["PolarisRateLimited", (again) => `${again} later, or with a lower --parallel`],
};

function cureOf(status: number): Cure {
    if (status >= 300 && status < 400) {
        const cure = "set polaris:baseUrl to the address of the API itself, which does not redirect";
        return ["PolarisRedirected", () => cure];
    }
    if (status >= 500) return ["PolarisServerError", (again) => `${again}; if it happens again, ask Imply's support`];
    return cures[status] ?? ["PolarisUnexpectedStatus", (again) => again];
}

function explainApiError(error: ApiError, circumstances: Circumstances): Explanation {
    const { status, statusName, method, path, reason, requestId } = error;
    const [code, cure] = cureOf(status);
    return {
        code,
        happened: `Imply Polaris answered ${statusName} to ${method} ${path}`,
        cure: cure(repetition(circumstances), circumstances),
        details: [
            ...(reason === "" ? [] : [`reason: ${JSON.stringify(reason)}`]),
            ...(requestId === undefined ? [] : [`request: ${requestId}`]),
        ],
    };
}

/** What happened, and what to do about it, for any error that an operation may meet. */
export function explain(error: unknown, circumstances: Circumstances): Explanation {
    const again = repetition(circumstances);
    if (error instanceof Failure) return error;
    if (error instanceof ApiError) return explainApiError(error, circumstances);
    if (error instanceof ProjectMissingError) {
        const cure = "check polaris:projectId and polaris:baseUrl; nothing was concluded about the object";
        return { code: "PolarisProjectNotFound", happened: error.message, cure, details: [] };
    }
    if (error instanceof ConnectionError) {
        return {
            code: "PolarisUnreachable",
            happened: `Imply Polaris ${error.message} at ${error.method} ${error.path}`,
            cure: `check the network and polaris:baseUrl (or organization, region and cloud), then ${again}`,
            details: [],
        };
    }
    if (error instanceof AnswerError) {
        return {
            code: "PolarisUnexpectedAnswer",
            happened: `Imply Polaris ${error.message} to ${error.method} ${error.path}`,
            cure: `check that polaris:baseUrl is the address of the API, then ${again}`,
            details: [],
        };
    }
    if (error instanceof ConfigurationError) {
        return { code: error.code, happened: error.message, cure: "", details: [] };
    }
    const name = error instanceof Error ? error.name : typeof error;
    return {
        code: "PolarisInternalError",
        happened: `an unexpected ${name} inside the provider`,
        cure: "report it to the package's maintainers",
        details: [],
    };
}

/** One sentence with the resource, the operation, what happened, what to do and the code; details on lines below. */
export function sentenceOf(error: unknown, circumstances: Circumstances & { title: string }): string {
    const { title, operation } = circumstances;
    const { code, happened, cure, details } = explain(error, circumstances);
    const sentence = cure === "" ? `${title}: ${happened}` : `${title}: ${operation} failed: ${happened}; ${cure}.`;
    return [`${sentence} [${code}]`, ...details.map((line) => `  ${line}`)].join("\n");
}
