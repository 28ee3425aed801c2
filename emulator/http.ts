import type { FastifyRequest } from "fastify";
import { badRequest, unsupportedMediaType } from "./errors";

const isJson = (request: FastifyRequest) => /^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "");

/** The body of a request, which the server leaves as text so that faults and authentication come before it. */
export function bodyOf(request: FastifyRequest): unknown {
    if (typeof request.body !== "string" || request.body === "") {
        return undefined;
    }
    try {
        return JSON.parse(request.body);
    } catch {
        throw badRequest("InvalidJson", "The request body is not valid JSON.");
    }
}

/** The body of a request that has to have one, of the right content type. */
export function requiredBodyOf(request: FastifyRequest): unknown {
    if (!isJson(request)) {
        throw unsupportedMediaType();
    }
    return bodyOf(request);
}

export const isLoopback = (address: string | undefined) =>
    address !== undefined && (/^(::ffff:)?127\./.test(address) || address === "::1");
