import type { FastifyRequest } from "fastify";
import { badRequest, unsupportedMediaType } from "./errors";

const isJson = (request: FastifyRequest) => /^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "");

/** The body of a request. The server leaves it as text, so that faults and authentication come first. */
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

/** The body of a request that must have the content type of JSON. */
export function requiredBodyOf(request: FastifyRequest): unknown {
    if (!isJson(request)) {
        throw unsupportedMediaType();
    }
    return bodyOf(request);
}

export const isLoopback = (address: string | undefined) =>
    address !== undefined && (/^(::ffff:)?127\./.test(address) || address === "::1");
