import { z } from "zod";
import { EXECUTION_STATUSES, METRICS } from "./job-status";

const times = z.int().min(1).nullable();
const regularExpression = z.string().refine(
    (source) => {
        try {
            return new RegExp(source) instanceof RegExp;
        } catch {
            return false;
        }
    },
    { error: "expected a regular expression" },
);

const EFFECTS = ["status", "cut", "hang", "trickle", "truncate", "delayMs"] as const;

const effectOf = (body: RawFault) => {
    if (body.status !== undefined) {
        const { status, headers = {}, body: content, contentType } = body;
        return { kind: "status" as const, status, headers, body: content, contentType };
    }
    if (body.delayMs !== undefined) {
        return { kind: "delay" as const, delayMs: body.delayMs };
    }
    if (body.truncate !== undefined) {
        return { kind: "truncate" as const, truncate: body.truncate === "json" ? ("json" as const) : ("cut" as const) };
    }
    return {
        kind: body.cut === true ? ("cut" as const) : body.hang === true ? ("hang" as const) : ("trickle" as const),
    };
};

const rawFault = z
    .strictObject({
        method: z
            .string()
            .transform((method) => method.toUpperCase())
            .optional(),
        path: regularExpression.optional(),
        times: times.default(1),
        phase: z.enum(["before", "after"]).default("before"),
        status: z.int().min(200).max(599).optional(),
        headers: z.record(z.string(), z.string()).optional(),
        body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
        contentType: z.string().optional(),
        cut: z.literal(true).optional(),
        hang: z.literal(true).optional(),
        trickle: z.literal(true).optional(),
        truncate: z.union([z.literal(true), z.enum(["cut", "json"])]).optional(),
        delayMs: z.number().min(0).optional(),
    })
    .refine((body) => EFFECTS.filter((effect) => body[effect] !== undefined).length === 1, {
        error: `expected exactly one effect of ${EFFECTS.join(", ")}`,
    })
    .refine((body) => body.status !== undefined || !(body.headers ?? body.body ?? body.contentType), {
        error: "headers, body and contentType go with status",
    });

type RawFault = z.output<typeof rawFault>;

export const fault = rawFault.transform((body) => {
    const { method, path, times, phase } = body;
    return { method, path, times, phase, effect: effectOf(body) };
});

export type FaultBody = z.output<typeof fault>;

export const rateLimit = z
    .strictObject({
        perSecond: z.number().positive().nullable(),
        retryAfter: z.enum(["seconds", "date", "none"]).default("seconds"),
    })
    .nullable();

export const clock = z.strictObject({ advanceMs: z.number().min(0).optional(), freeze: z.boolean().optional() });

const health = z
    .strictObject({
        status: z.enum(["ok", "warn", "error"]),
        code: z.string().optional(),
        message: z.string().optional(),
    })
    .nullable();

const metrics = z.partialRecord(z.enum(METRICS), z.int().min(0).nullable());

const log = z.strictObject({
    healthStatus: z.enum(["ok", "warn", "error"]).default("error"),
    code: z.string().optional(),
    message: z.string(),
});

export const forcedJob = z.strictObject({
    executionStatus: z.enum(EXECUTION_STATUSES).optional(),
    health: health.optional(),
    metrics: metrics.optional(),
    logs: z.array(log).default([]),
});

export const outcome = z.strictObject({
    projectId: z.string().optional(),
    tableName: z.string(),
    executionStatus: z.enum(["failed", "pending", "running"]),
    health: health.optional(),
    metrics: metrics.optional(),
    afterMs: z.number().min(0).default(0),
    logs: z.array(log).default([]),
    times: times.default(1),
});

export const project = z.strictObject({ projectId: z.string().optional(), state: z.enum(["running", "paused"]) });

export const connectionTest = z.strictObject({
    projectId: z.string().optional(),
    testError: z.string().nullable(),
    times: times.default(null),
});
