import fc from "fast-check";
import { AnswerError, apiError, ApiError, ConnectionError, RequestError } from "../../provider/api/errors";
import { remember } from "../../provider/values/mask";

const request = { method: "POST", path: "/connections" };

const told = (body: unknown, status = 400, headers: Record<string, string> = {}) =>
    apiError(request, { status, headers, body: typeof body === "string" ? body : JSON.stringify(body) });

describe("an unsuccessful answer", () => {
    it("becomes one typed error with all that a user or a retry needs", () => {
        const headers = { "x-request-id": "r-1", "retry-after": "3" };
        const error = told({ code: "ConnectionExists", message: "It exists." }, 409, headers);
        expect(error).toBeInstanceOf(ApiError);
        expect(error).toBeInstanceOf(RequestError);
        expect(error).toMatchObject({
            name: "ApiError",
            message: "answered 409 Conflict",
            method: "POST",
            path: "/connections",
            status: 409,
            code: "ConnectionExists",
            reason: "It exists.",
            requestId: "r-1",
            retryAfterMs: 3_000,
        });
    });

    it("asks to wait until a time of the API's own clock", () => {
        const dates = { date: "Tue, 01 Jan 2030 00:00:00 GMT", "retry-after": "Tue, 01 Jan 2030 00:00:07 GMT" };
        expect(told("", 429, dates).retryAfterMs).toBe(7_000);
        expect(told("", 429, { ...dates, date: "nonsense" }).retryAfterMs).toBeGreaterThan(1_000_000);
    });

    it("is told with the API's message and those of its details, in their order", () => {
        const details = [{ code: "A", message: "one" }, { code: "B" }, { message: "two", details: [] }];
        expect(told({ code: "Multiple", message: "Two faults", details }).reason).toBe("Two faults: one: two");
    });

    it("is told with its details alone where it has no message", () => {
        expect(told({ details: [{ message: "one" }] }).reason).toBe("one");
    });

    it("is told in the gateway's form, which has a message and no code", () => {
        const error = told({ message: 'Token claims invalid: ["exp"]="token expired"' }, 401);
        expect(error.code).toBeUndefined();
        expect(error.reason).toBe('Token claims invalid: ["exp"]="token expired"');
    });

    it.each([
        ["a page of HTML", "<!DOCTYPE html>\n<html><body><h1>502 Bad Gateway</h1></body></html>"],
        ["a page of HTML after white space", "\n  <html></html>"],
        ["nothing", ""],
        ["null", "null"],
        ["a number", "7"],
        ["an empty object", "{}"],
        ["members of other types", '{"code":7,"message":{"a":1},"details":"x"}'],
    ])("is told without a reason where its body is %s", (_, body) => {
        const error = told(body, 502);
        expect(error.reason).toBe("");
        expect(error.code).toBeUndefined();
        expect(error.message).toBe("answered 502 Bad Gateway");
    });

    it("is told with plain text as it came, and with the readable part of cut JSON", () => {
        expect(told("upstream connect error\n or disconnect", 503).reason).toBe("upstream connect error or disconnect");
        expect(told('{"code":"Unknown","message":"this ends in the mid', 500).reason).toBe(
            '{"code":"Unknown","message":"this ends in the mid',
        );
    });

    it("is told within bounds where its body is of 2 MB", () => {
        const large = "x".repeat(2 * 1024 * 1024);
        for (const error of [told(large), told({ message: large }), told({ code: large, message: "short" })]) {
            expect(error.reason.length).toBeLessThanOrEqual(501);
            expect(error.code?.length ?? 0).toBeLessThanOrEqual(501);
        }
        expect(
            told({ details: Array.from({ length: 50_000 }, () => ({ message: large.slice(0, 40) })) }).reason,
        ).toHaveLength(501);
    });

    it("shows no secret that the API gave back, in whatever part of the answer", () => {
        remember("hunter2-hunter2");
        const headers = { "x-request-id": "id-hunter2-hunter2" };
        const body = {
            code: "Bad-hunter2-hunter2",
            message: "password hunter2-hunter2 refused",
            details: [{ message: "hunter2-hunter2 is wrong" }],
        };
        const shown = told(body, 400, headers);
        expect(JSON.stringify(Object.entries(shown))).not.toContain("hunter2");
        expect(shown.stack).not.toContain("hunter2");
        expect(shown.reason).toBe("password [secret] refused: [secret] is wrong");
        expect(told("hunter2-hunter2").reason).toBe("[secret]");
    });

    it("can have any status, also one without a name", () => {
        expect(told("", 599).message).toBe("answered 599");
        expect(told("", 418).message).toBe("answered 418 I'm a Teapot");
    });

    it("never fails to become an error, and one of one line, whatever its body", () => {
        fc.assert(
            fc.property(fc.oneof(fc.string(), fc.json()), fc.integer({ min: 300, max: 599 }), (body, status) => {
                const { reason } = told(body, status);
                expect(reason).not.toMatch(/[\n\r\t]/);
                expect(reason.length).toBeLessThanOrEqual(501);
            }),
        );
    });

    it.each([
        [500, true],
        [502, true],
        [503, true],
        [504, true],
        [408, true],
        [400, false],
        [409, false],
        [401, false],
        [429, false],
        [302, false],
    ])("with status %d leaves open whether the request was done: %p", (status, expected) => {
        expect(told("", status).mayHaveHappened).toBe(expected);
    });
});

describe("an answer that did not come", () => {
    it("leaves open whether the request was done, unless it was never sent", () => {
        const may = (code: string) => new ConnectionError(request, { code, message: "broke" }).mayHaveHappened;
        expect(["ECONNRESET", "ETIMEDOUT", "EPIPE", "ERR_BAD_RESPONSE", "UNKNOWN"].map(may)).not.toContain(false);
        expect(
            ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "CERT_HAS_EXPIRED", "EPROTO"].map(may),
        ).not.toContain(true);
    });
});

describe("an answer that makes no sense", () => {
    it("leaves open whether the request was done", () => {
        const error = new AnswerError(request, "200 and nothing");
        expect(error.mayHaveHappened).toBe(true);
        expect(error.message).toBe("answered with 200 and nothing");
    });
});
