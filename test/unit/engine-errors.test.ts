import { AnswerError, apiError, ConnectionError } from "../../provider/api/errors";
import { ProjectMissingError } from "../../provider/api/missing";
import { ConfigurationError } from "../../provider/config";
import { Failure, HalfDone, PartialFailure, sentenceOf, ShownError } from "../../provider/engine/errors";
import { pathText, toJson, valueAt, withoutNulls } from "../../provider/values/json";

const at = { title: 'StreamingJob "orders"', operation: "update", permission: "ManageIngestionJobs" } as const;
const request = { method: "POST", path: "/jobs" };
const answered = (status: number, body = "", headers = {}) => apiError(request, { status, headers, body });
const told = (error: unknown) => sentenceOf(error, at);

const again = "run `pulumi up` again";

describe("a failure, as the user is told of it", () => {
    it.each([
        [400, "400 Bad Request", "correct the arguments and run `pulumi up` again"],
        [401, "401 Unauthorized", "check the key in POLARIS_API_KEY or the secret polaris:apiKey"],
        [403, "403 Forbidden", "give the API key the permission ManageIngestionJobs for this project"],
        [404, "404 Not Found", "check that what it names exists, then run `pulumi up` again"],
        [409, "409 Conflict", "run `pulumi refresh` to see what is there, then run `pulumi up` again"],
        [429, "429 Too Many Requests", "run `pulumi up` again later, or with a lower --parallel"],
        [302, "302 Found", "set polaris:baseUrl to the address of the API itself, which does not redirect"],
        [500, "500 Internal Server Error", "run `pulumi up` again; if it goes on, ask Imply's support"],
        [503, "503 Service Unavailable", "run `pulumi up` again; if it goes on, ask Imply's support"],
        [599, "599", "run `pulumi up` again; if it goes on, ask Imply's support"],
    ])("names resource, operation, status and what to do after %d", (status, name, next) => {
        expect(told(answered(status))).toBe(
            `StreamingJob "orders": update failed: Imply Polaris answered ${name} to POST /jobs; ${next}.`,
        );
    });

    it.each([
        [400, "remove the cause and run the command again"],
        [404, "check that what it names exists, then run the command again"],
        [409, "run `pulumi refresh` to see what is there, then run the command again"],
        [429, "run the command again later, or with a lower --parallel"],
        [503, "run the command again; if it goes on, ask Imply's support"],
    ])("does not tell to run `pulumi up` where another command met the %d", (status, next) => {
        for (const operation of ["read", "delete", "check"] as const) {
            expect(sentenceOf(answered(status), { ...at, operation })).toContain(
                `${operation} failed: Imply Polaris answered ${status} `,
            );
            expect(sentenceOf(answered(status), { ...at, operation })).toContain(`; ${next}.`);
        }
    });

    it("quotes what the API said, and the id by which Imply can find the request", () => {
        const body = '{"code":"X","message":"No such table","details":[{"message":"orders"}]}';
        expect(told(answered(400, body, { "x-request-id": "r-1" }))).toBe(
            'StreamingJob "orders": update failed: Imply Polaris answered 400 Bad Request to POST /jobs, request r-1: "No such table: orders"; correct the arguments and run `pulumi up` again.',
        );
    });

    it("is one line, whatever the API said", () => {
        const body = JSON.stringify({ message: 'first\nsecond "quoted"\n    at stack (file.js:1)' });
        expect(told(answered(500, body))).not.toContain("\n");
    });

    it("is told for a connection that failed, an answer that makes no sense and a missing project", () => {
        const broken = new ConnectionError(request, {
            code: "X",
            message: "could not be asked (getaddrinfo ENOTFOUND)",
        });
        expect(told(broken)).toBe(
            `StreamingJob "orders": update failed: Imply Polaris could not be asked (getaddrinfo ENOTFOUND) at POST /jobs; check the network and polaris:baseUrl (or organization, region and cloud), then ${again}.`,
        );
        expect(told(new AnswerError(request, "200 and nothing"))).toBe(
            `StreamingJob "orders": update failed: Imply Polaris answered with 200 and nothing to POST /jobs; check that polaris:baseUrl is the address of the API, then ${again}.`,
        );
        expect(told(new ProjectMissingError(answered(404), "0f3a"))).toBe(
            'StreamingJob "orders": update failed: there is no project 0f3a at this address; check polaris:projectId and polaris:baseUrl; nothing was concluded about the object.',
        );
    });

    it("is told of what was half done as of its cause", () => {
        expect(told(new HalfDone(answered(500), { jobId: "1" }))).toBe(told(answered(500)));
    });

    it("has lists on lines of their own", () => {
        expect(told(new Failure("the job failed", "correct the cause", ["line 1", "line 2"]))).toBe(
            'StreamingJob "orders": update failed: the job failed; correct the cause.\n  line 1\n  line 2',
        );
    });

    it("leaves a sentence about the configuration as it is", () => {
        expect(told(new ConfigurationError("POLARIS_API_KEY is not set."))).toBe(
            'StreamingJob "orders": POLARIS_API_KEY is not set.',
        );
    });

    it("shows nothing of an error that nobody expected but its name", () => {
        const sentence = (name: string) =>
            `StreamingJob "orders": update failed: an unexpected ${name} inside the provider; report it to the package's maintainers.`;
        expect(told(new TypeError("hidden-word is undefined"))).toBe(sentence("TypeError"));
        expect(told("hidden-word")).toBe(sentence("string"));
        expect(told(undefined)).toBe(sentence("undefined"));
    });
});

describe("a failure, as the engine prints it", () => {
    it("has no stack, and its text does not say the sentence again", () => {
        const shown = new ShownError("title", "update", "sentence");
        expect(shown.message).toBe("sentence");
        expect(`${String(shown)}: ${shown.stack ?? ""}`).toBe("title: update failed");
    });

    it("carries id, properties and reasons where the resource has to be kept", () => {
        const partial = new PartialFailure("orders", { jobId: "1" }, "title", "create", "sentence");
        expect(partial).toMatchObject({ id: "orders", properties: { jobId: "1" }, reasons: ["sentence"] });
        expect(new ShownError("title", "update", "sentence")).not.toHaveProperty("id");
    });
});

describe("values on their way to the engine", () => {
    it("lose what is not JSON", () => {
        expect(toJson({ a: undefined, b: [undefined], c: new Date(0), d: { e: NaN } })).toEqual({
            b: [null],
            c: "1970-01-01T00:00:00.000Z",
            d: { e: null },
        });
    });

    it("lose members that are null, and keep those of lists and of foreign JSON", () => {
        expect(
            withoutNulls({ a: null, b: { c: undefined, d: 1 }, e: [null, { f: null }], flattenSpec: { g: null } }),
        ).toEqual({ b: { d: 1 }, e: [null, {}], flattenSpec: { g: null } });
    });

    it("are found and named by their paths", () => {
        expect(valueAt({ a: [{ b: 1 }] }, ["a", 0, "b"])).toBe(1);
        expect(valueAt({ a: "text" }, ["a", "b"])).toBeUndefined();
        expect(pathText(["source", "inputSchema", 2, "dataType"])).toBe("source.inputSchema[2].dataType");
        expect(pathText([])).toBe("");
    });
});
