import { STATUS_CODES } from "node:http";
import fc from "fast-check";
import { Client } from "../../provider/api/client";
import {
    AnswerError,
    apiError,
    ApiError,
    ConnectionError,
    ProjectMissingError,
    RequestError,
} from "../../provider/api/errors";
import { Mask } from "../../provider/values/mask";

const request = { method: "POST", path: "/connections" };

const mask = new Mask();
const { quote } = new Client({ baseUrl: "", projectId: "", apiKey: "pok_of-a-test", requestTimeoutMs: 1 }, mask);

const errorOf = (body: unknown, status = 400, headers: Record<string, string> = {}, wasAmbiguous = false) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return apiError(request, { status, statusText: STATUS_CODES[status], headers, body: text }, quote, wasAmbiguous);
};

describe("an unsuccessful answer", () => {
    it("becomes one typed error with all that a user or a retry needs", () => {
        const headers = { "x-request-id": "r-1", "retry-after": "3" };
        const error = errorOf({ code: "ConnectionExists", message: "It exists." }, 409, headers);
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
        expect(errorOf("", 429, dates).retryAfterMs).toBe(7_000);
        expect(errorOf("", 429, { ...dates, date: "nonsense" }).retryAfterMs).toBeGreaterThan(1_000_000);
    });

    it("carries the API's message and those of its details, in their order", () => {
        const details = [{ code: "A", message: "one" }, { code: "B" }, { message: "two", details: [] }];
        expect(errorOf({ code: "Multiple", message: "Two faults", details }).reason).toBe("Two faults: one: two");
    });

    it("carries its details alone where it has no message", () => {
        expect(errorOf({ details: [{ message: "one" }] }).reason).toBe("one");
    });

    it("is read in the gateway's form, which has a message and no code", () => {
        const error = errorOf({ message: 'Token claims invalid: ["exp"]="token expired"' }, 401);
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
    ])("has no reason where its body is %s", (_, body) => {
        const error = errorOf(body, 502);
        expect(error.reason).toBe("");
        expect(error.code).toBeUndefined();
        expect(error.message).toBe("answered 502 Bad Gateway");
    });

    it("carries plain text as it came, and the readable part of cut JSON", () => {
        expect(errorOf("upstream connect error\n or disconnect", 503).reason).toBe(
            "upstream connect error or disconnect",
        );
        expect(errorOf('{"code":"Unknown","message":"this ends in the mid', 500).reason).toBe(
            '{"code":"Unknown","message":"this ends in the mid',
        );
    });

    it("stays within bounds where its body is of 2 MB", () => {
        const large = "x".repeat(2 * 1024 * 1024);
        for (const error of [errorOf(large), errorOf({ message: large }), errorOf({ code: large, message: "short" })]) {
            expect(error.reason.length).toBeLessThanOrEqual(501);
            expect(error.code?.length ?? 0).toBeLessThanOrEqual(501);
        }
        expect(
            errorOf({ details: Array.from({ length: 50_000 }, () => ({ message: large.slice(0, 40) })) }).reason,
        ).toHaveLength(501);
    });

    it("shows no secret that the API gave back, in whatever part of the answer", () => {
        mask.add("hunter2-hunter2");
        const headers = { "x-request-id": "id-hunter2-hunter2" };
        const body = {
            code: "Bad-hunter2-hunter2",
            message: "password hunter2-hunter2 refused",
            details: [{ message: "hunter2-hunter2 is wrong" }],
        };
        const shown = errorOf(body, 400, headers);
        expect(JSON.stringify(Object.entries(shown))).not.toContain("hunter2");
        expect(shown.stack).not.toContain("hunter2");
        expect(shown.reason).toBe("password [secret] refused: [secret] is wrong");
        expect(errorOf("hunter2-hunter2").reason).toBe("[secret]");
    });

    it("can have any status, also one without a name", () => {
        expect(errorOf("", 599).message).toBe("answered 599");
        expect(errorOf("", 418).message).toBe("answered 418 I'm a Teapot");
    });

    it("never fails to become an error, and one of one line, whatever its body", () => {
        fc.assert(
            fc.property(fc.oneof(fc.string(), fc.json()), fc.integer({ min: 300, max: 599 }), (body, status) => {
                const { reason } = errorOf(body, status);
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
    ])("with status %d leaves open whether the request was carried out: %p", (status, expected) => {
        expect(errorOf("", status)).toMatchObject({ isOpen: expected, isAmbiguous: expected });
    });

    it("is ambiguous after an attempt that was, though it is not open itself", () => {
        expect(errorOf("", 409, {}, true)).toMatchObject({ isOpen: false, isAmbiguous: true });
        expect(errorOf("", 500, {}, true)).toMatchObject({ isOpen: true, isAmbiguous: true });
    });

    it("is the same without the API's words, where those may hold a secret that nobody knows", () => {
        const headers = { "x-request-id": "r-1", "retry-after": "3" };
        const error = errorOf({ code: "X", message: "hidden" }, 409, headers, true).withoutReason();
        expect(error).toMatchObject({
            message: "answered 409 Conflict",
            method: "POST",
            path: "/connections",
            status: 409,
            code: "X",
            reason: "",
            requestId: "r-1",
            retryAfterMs: 3_000,
            isOpen: false,
            isAmbiguous: true,
        });
    });
});

describe("an answer that did not come", () => {
    it("leaves open whether the request was carried out, unless it was never sent", () => {
        const isOpen = (code: string) => new ConnectionError(request, { code, message: "broke" }).isOpen;
        expect(["ECONNRESET", "ETIMEDOUT", "EPIPE", "ERR_BAD_RESPONSE", "UNKNOWN"].map(isOpen)).not.toContain(false);
        expect(
            ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "CERT_HAS_EXPIRED", "EPROTO"].map(isOpen),
        ).not.toContain(true);
    });

    it("is ambiguous where it is open, and after an attempt that was ambiguous", () => {
        const ambiguity = (code: string, wasAmbiguous: boolean) =>
            new ConnectionError(request, { code, message: "broke" }, wasAmbiguous).isAmbiguous;
        expect([ambiguity("ECONNRESET", false), ambiguity("ECONNREFUSED", true)]).toEqual([true, true]);
        expect(ambiguity("ECONNREFUSED", false)).toBe(false);
    });
});

describe("an answer that makes no sense", () => {
    it("leaves open whether the request was carried out", () => {
        const error = new AnswerError(request, "200 and nothing");
        expect(error).toMatchObject({ isOpen: true, isAmbiguous: true });
        expect(error.message).toBe("answered with 200 and nothing");
    });
});

describe("a project that does not exist", () => {
    it("is named, and is ambiguous where the request that found it missing was", () => {
        for (const wasAmbiguous of [false, true]) {
            const error = new ProjectMissingError(errorOf("", 404, {}, wasAmbiguous), "0f3a");
            expect(error).toMatchObject({ projectId: "0f3a", isOpen: false, isAmbiguous: wasAmbiguous, ...request });
            expect(error.message).toBe("there is no project 0f3a at this address");
        }
    });
});
