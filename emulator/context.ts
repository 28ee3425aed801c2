import type { FaultList } from "./faults";
import type { Ingestion } from "./model/ingestion";
import type { Outcome } from "./model/outcome";
import type { RateLimit } from "./rate-limit";
import type { Recorder } from "./recorder";
import type { z } from "zod";
import type { Project } from "./model/project";
import type { Store } from "./store";
import type { User, Users } from "./users";

/** Everything that an emulator holds; its routes share it. */
export interface Context {
    store: Store;
    users: Users;
    faults: FaultList;
    rateLimit: RateLimit;
    recorder: Recorder;
    outcomes: Outcome[];
    ingestion: Ingestion;
    latencyMs: number;
    /** Resolves when all changes until now would survive a kill. */
    save: () => Promise<void>;
}

/** One authenticated request to one project, as its route receives it. */
export interface Call {
    project: Project;
    user: User;
    params: Record<string, string | undefined>;
    query: URLSearchParams;
    /** Milliseconds of the emulator's clock. */
    nowMs: number;
    timestamp: () => string;
    /** The body as the schema makes it; 415 and 400 otherwise. */
    body: <Output>(schema: z.ZodType<Output>) => Output;
    /** The body as it came, of any content type. */
    text: () => string;
}

export interface Answer {
    status?: number;
    body?: unknown;
    /** Default: JSON. */
    contentType?: string;
    /** Path of a new or changed object, below the project. */
    location?: string;
}

type Handle = (call: Call) => Answer | Promise<Answer>;

export type Route = [method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, Handle];
