import type { ProviderProcess, Resource } from "../support/handler";
import type { Arguments } from "../support/handler-arguments";
import { poll } from "./api";
import type { Live } from "./live";
import { isTerminal } from "./objects";

/** Nothing to do after an `up`, nor after a refresh, which changes nothing in state. */
async function expectQuiet(resource: Resource, given: Arguments): Promise<void> {
    const { state } = resource;
    expect((await resource.preview(given)).step).toBe("same");
    expect(await resource.refresh()).toEqual({ step: "read" });
    expect(resource.state).toEqual(state);
    expect((await resource.preview(given)).step).toBe("same");
}

async function expectConnection(live: Live, connection: Resource, given: Arguments): Promise<void> {
    expect(await connection.up(given)).toEqual({ step: "create" });
    await expectQuiet(connection, given);
    const { secrets } = await live.need("GET", `/connections/${String(given.name)}`);
    expect(secrets).not.toHaveProperty("password");
    const edited = { ...given, description: "edited", clientRack: "use1-az6" };
    expect(await connection.up(edited)).toEqual({ step: "update" });
    expect(await live.need("GET", `/connections/${String(given.name)}`)).toMatchObject({ description: "edited" });
    await expectQuiet(connection, edited);
}

/**
 * The life of a connection and a job by the provider's own handlers. Where the brokers belong to no cluster, a job may
 * fail or stay pending: then what it would do when it runs is not checked, and the returned lines say so.
 */
export async function expectLifecycle(live: Live, engine: ProviderProcess): Promise<string[]> {
    const { bootstrapServers, topicName, secrets, isReachable } = live.settings.kafka;
    const unchecked: string[] = [];
    const connection = engine.resource("KafkaConnection");
    const job = engine.resource("StreamingJob");
    const name = live.name("orders");
    const tableName = live.name("sales");
    await expectConnection(live, connection, {
        name,
        description: "first",
        bootstrapServers,
        topicName,
        secrets,
        testConnection: "off",
    });

    const seconds = `${live.settings.waitMs / 1000}s`;
    const timeouts = { create: seconds, update: seconds, delete: seconds };
    const { createTableIfNotExists, source, mappings, readFromPoint } = live.jobBody(name, tableName);
    const { connectionName, formatSettings, inputSchema } = source as Arguments;
    const declared: Arguments = {
        target: { tableName },
        createTableIfNotExists,
        source: { connectionName, formatSettings, inputSchema },
        mappings,
        readFromPoint,
        timeouts,
    };
    const statusOf = () => live.status(String(job.outputs.jobId));

    /** `up`, and whether the job came to the status that is declared. */
    const up = async (args: Arguments, step: "create" | "update", desired: string[]): Promise<void> => {
        const outcome = await job.up(args);
        expect(outcome.step).toBe(step);
        if (outcome.failure === undefined) {
            expect(desired).toContain(await statusOf());
            await expectQuiet(job, args);
            return;
        }
        if (isReachable) throw new Error(outcome.failure);
        expect(outcome.failure).toContain(`the job ${String(job.outputs.jobId)}`);
        unchecked.push(`${step}: ${outcome.failure}`);
    };

    const isUp = ["running", "idle"];
    await up(declared, "create", isUp);
    const first = String(job.outputs.jobId);
    await up({ ...declared, desiredExecutionStatus: "suspended" }, "update", ["suspended"]);
    await up(declared, "update", isUp);
    await up({ ...declared, filterExpression: '"amount" > 0' }, "update", isUp);
    const second = String(job.outputs.jobId);
    if (unchecked.length === 0) expect(second).not.toBe(first);
    const spec = (await live.need("GET", `/jobs/${second}`)).spec;
    expect(spec).toMatchObject({ filterExpression: '"amount" > 0', target: { tableName } });

    expect(await job.destroy()).toEqual({ step: "delete" });
    expect(await connection.destroy()).toEqual({ step: "delete" });
    for (const id of [first, second]) {
        expect(isTerminal(await poll(() => live.status(id), isTerminal, live.settings.waitMs))).toBe(true);
    }
    expect((await live.send("GET", `/connections/${name}`)).status).toBe(404);
    return unchecked;
}
