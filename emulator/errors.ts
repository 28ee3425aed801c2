/** The body of a refusal by the service itself. */
export interface ServiceErrorBody {
    code: string;
    message: string;
    target?: string;
    details?: ServiceErrorBody[];
}

/** The body of a refusal by the gateway in front of the service, which has no codes. */
export interface GatewayErrorBody {
    message: string;
}

/** The body of a refusal for invalid credentials. */
interface AuthenticationErrorBody {
    error: { code: string; message: string };
}

/** A refusal, as the caller receives it. */
export class Refusal extends Error {
    override readonly name = "Refusal";

    constructor(
        readonly status: number,
        readonly body: ServiceErrorBody | GatewayErrorBody | AuthenticationErrorBody,
        readonly headers: Record<string, string> = {},
    ) {
        super("error" in body ? body.error.message : body.message);
    }
}

const service = (status: number, code: string, message: string, target?: string, details?: ServiceErrorBody[]) =>
    new Refusal(status, {
        code,
        message,
        ...(target === undefined ? {} : { target }),
        ...(details === undefined ? {} : { details }),
    });

export const badRequest = (code: string, message: string, target?: string, details?: ServiceErrorBody[]) =>
    service(400, code, message, target, details);

export const notFound = (code: string, message: string, target?: string) => service(404, code, message, target);

export const conflict = (code: string, message: string, target?: string) => service(409, code, message, target);

export const unsupportedMediaType = () =>
    service(415, "UnsupportedMediaType", "The request must have the content type application/json.", "Content-Type");

export const unauthorized = () =>
    new Refusal(401, {
        error: { code: "InvalidAuthentication", message: "The provided authorization is invalid." },
    });

export const rateLimited = (headers: Record<string, string>) =>
    new Refusal(429, { message: "API rate limit exceeded" }, headers);
