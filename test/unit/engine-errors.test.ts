import { STATUS_CODES } from "node:http";
import { AnswerError, apiError, ConnectionError, ProjectMissingError } from "../../provider/api/errors";
import { ConfigurationError, MissingKeyError } from "../../provider/config";
import { explain, sentenceOf } from "../../provider/engine/error-messages";
import { Failure, PartialFailure, ShownError } from "../../provider/engine/errors";
import { errorCodes } from "../../provider/error-codes";

const circumstances = {
    title: 'StreamingJob "orders"',
    operation: "update",
    permission: "ManageIngestionJobs",
} as const;
const request = { method: "POST", path: "/jobs" };
const answered = (status: number, body = "", headers = {}) =>
    apiError(request, { status, statusText: STATUS_CODES[status], headers, body }, (text) => text.replace(/\s+/g, " "));
const sentence = (error: unknown) => sentenceOf(error, circumstances);

const again = "run `pulumi up` again";

describe("a failure, as it is reported to the user", () => {
    it.each([
        [400, "400 Bad Request", "correct the arguments and run `pulumi up` again", "PolarisBadRequest"],
        [
            401,
            "401 Unauthorized",
            "check the key in POLARIS_API_KEY or the secret polaris:apiKey",
            "PolarisUnauthorized",
        ],
        [
            403,
            "403 Forbidden",
            "give the API key the permission ManageIngestionJobs for this project",
            "PolarisForbidden",
        ],
        [404, "404 Not Found", "check that what it names exists, then run `pulumi up` again", "PolarisNotFound"],
        [
            409,
            "409 Conflict",
            "run `pulumi refresh` to see what is there, then run `pulumi up` again",
            "PolarisConflict",
        ],
        [429, "429 Too Many Requests", "run `pulumi up` again later, or with a lower --parallel", "PolarisRateLimited"],
        [
            302,
            "302 Found",
            "set polaris:baseUrl to the address of the API itself, which does not redirect",
            "PolarisRedirected",
        ],
        [
            500,
            "500 Internal Server Error",
            "run `pulumi up` again; if it happens again, ask Imply's support",
            "PolarisServerError",
        ],
        [
            503,
            "503 Service Unavailable",
            "run `pulumi up` again; if it happens again, ask Imply's support",
            "PolarisServerError",
        ],
        [599, "599", "run `pulumi up` again; if it happens again, ask Imply's support", "PolarisServerError"],
        [418, "418 I'm a Teapot", "run `pulumi up` again", "PolarisUnexpectedStatus"],
    ])("names resource, operation, status, what to do and the code after %d", (status, name, cure, code) => {
        expect(sentence(answered(status))).toBe(
            `StreamingJob "orders": update failed: Imply Polaris answered ${name} to POST /jobs; ${cure}. [${code}]`,
        );
    });

    it.each([
        [400, "remove the cause and run the command again"],
        [404, "check that what it names exists, then run the command again"],
        [409, "run `pulumi refresh` to see what is there, then run the command again"],
        [429, "run the command again later, or with a lower --parallel"],
        [503, "run the command again; if it happens again, ask Imply's support"],
    ])("does not advise `pulumi up` where another command met the %d", (status, cure) => {
        for (const operation of ["read", "delete", "check"] as const) {
            const text = sentenceOf(answered(status), { ...circumstances, operation });
            expect(text).toContain(`${operation} failed: Imply Polaris answered ${status} `);
            expect(text).toContain(`; ${cure}. [`);
        }
    });

    it("advises what repeats the operation where no command alone does", () => {
        const { cure } = explain(answered(503), { ...circumstances, again: "change it" });
        expect(cure).toBe("change it; if it happens again, ask Imply's support");
    });

    it("has the API's words, and the id by which Imply can find the request, on lines below", () => {
        const body = '{"code":"X","message":"No such table","details":[{"message":"orders"}]}';
        expect(sentence(answered(400, body, { "x-request-id": "r-1" }))).toBe(
            [
                'StreamingJob "orders": update failed: Imply Polaris answered 400 Bad Request to POST /jobs; correct the arguments and run `pulumi up` again. [PolarisBadRequest]',
                '  reason: "No such table: orders"',
                "  request: r-1",
            ].join("\n"),
        );
        expect(sentence(answered(400, "", { "x-request-id": "r-1" })).split("\n")[1]).toBe("  request: r-1");
        expect(sentence(answered(400, body)).split("\n")).toHaveLength(2);
    });

    it("has the API's words on one line, whatever they are", () => {
        const body = JSON.stringify({ message: 'first\nsecond "quoted"\n    at stack (file.js:1)' });
        const [, reason, ...others] = sentence(answered(500, body)).split("\n");
        expect(reason).toBe('  reason: "first second \\"quoted\\" at stack (file.js:1)"');
        expect(others).toEqual([]);
    });

    it("reports a connection that failed, an answer that makes no sense and a missing project", () => {
        const broken = new ConnectionError(request, {
            code: "X",
            message: "could not be reached (getaddrinfo ENOTFOUND)",
        });
        expect(sentence(broken)).toBe(
            `StreamingJob "orders": update failed: Imply Polaris could not be reached (getaddrinfo ENOTFOUND) at POST /jobs; check the network and polaris:baseUrl (or organization, region and cloud), then ${again}. [PolarisUnreachable]`,
        );
        expect(sentence(new AnswerError(request, "200 and nothing"))).toBe(
            `StreamingJob "orders": update failed: Imply Polaris answered with 200 and nothing to POST /jobs; check that polaris:baseUrl is the address of the API, then ${again}. [PolarisUnexpectedAnswer]`,
        );
        expect(sentence(new ProjectMissingError(answered(404), "0f3a"))).toBe(
            'StreamingJob "orders": update failed: there is no project 0f3a at this address; check polaris:projectId and polaris:baseUrl; nothing was concluded about the object. [PolarisProjectNotFound]',
        );
    });

    it("has lists on lines of their own", () => {
        const failure = new Failure("PolarisJobFailed", "the job failed", "correct the cause", ["line 1", "line 2"]);
        expect(sentence(failure)).toBe(
            'StreamingJob "orders": update failed: the job failed; correct the cause. [PolarisJobFailed]\n  line 1\n  line 2',
        );
    });

    it("leaves a sentence about the configuration as it is, but for its code", () => {
        expect(sentence(new ConfigurationError("POLARIS_API_KEY is not valid."))).toBe(
            'StreamingJob "orders": POLARIS_API_KEY is not valid. [PolarisConfigurationInvalid]',
        );
        expect(sentence(new MissingKeyError("POLARIS_API_KEY is not set."))).toBe(
            'StreamingJob "orders": POLARIS_API_KEY is not set. [PolarisApiKeyMissing]',
        );
    });

    it("shows nothing of an error that nobody expected but its name", () => {
        const unexpected = (name: string) =>
            `StreamingJob "orders": update failed: an unexpected ${name} inside the provider; report it to the package's maintainers. [PolarisInternalError]`;
        expect(sentence(new TypeError("hidden-word is undefined"))).toBe(unexpected("TypeError"));
        expect(sentence("hidden-word")).toBe(unexpected("string"));
        expect(sentence(undefined)).toBe(unexpected("undefined"));
    });

    it("ends its first line with a code of the closed set, whatever failed", () => {
        const statuses = Array.from({ length: 300 }, (_, index) => answered(300 + index));
        const others = ["ENOTFOUND", "ETIMEDOUT"].map((code) => new ConnectionError(request, { code, message: code }));
        for (const error of [...statuses, ...others, new Error("foreign"), null]) {
            const [, code = ""] = /^.*\. \[(\w+)\]$/m.exec(sentence(error)) ?? [];
            expect(errorCodes).toContain(code);
        }
        expect(new Set(errorCodes).size).toBe(errorCodes.length);
    });
});

describe("a failure, as the engine prints it", () => {
    it("has no stack, and its text does not say the sentence again", () => {
        const shown = new ShownError("title", "update", "sentence");
        expect(shown.message).toBe("sentence");
        expect(`${String(shown)}: ${shown.stack ?? ""}`).toBe("title: update failed");
    });

    it("carries id, properties and reasons where the resource has to stay in state", () => {
        const partial = new PartialFailure("orders", { jobId: "1" }, "title", "create", "sentence");
        expect(partial).toMatchObject({ id: "orders", properties: { jobId: "1" }, reasons: ["sentence"] });
        expect(new ShownError("title", "update", "sentence")).not.toHaveProperty("id");
    });
});
