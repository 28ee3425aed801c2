"use strict";
// A provider as most people write one: `dynamic.Resource` serialises it with each resource, methods load what they
// use, requests have no keep-alive, outputs are the whole answer, and a job is asked for every second.
const pulumi = require("@pulumi/pulumi");

function api() {
    const axios = require("axios");
    const key = Buffer.from(`${process.env.POLARIS_API_KEY}:`).toString("base64url");
    return axios.create({
        baseURL: `${process.env.POLARIS_BASE_URL}/v1/projects/${process.env.POLARIS_PROJECT_ID}`,
        headers: { Authorization: `Basic ${key}`, "Content-Type": "application/json" },
    });
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function untilStatus(job, statuses) {
    let { executionStatus } = job;
    while (!statuses.includes(executionStatus)) {
        await sleep(1000);
        ({ executionStatus } = (await api().get(`/jobs/${job.id}/status`)).data);
    }
}

const connectionProvider = {
    async check(_olds, news) {
        const { z } = require("zod");
        const schema = z.object({
            name: z.string().min(1).max(64),
            description: z.string().optional(),
            bootstrapServers: z.string(),
            topicName: z.string(),
            clientRack: z.string().optional(),
            secrets: z.object({
                type: z.literal("sasl_scram"),
                mechanism: z.enum(["SCRAM-SHA-256", "SCRAM-SHA-512"]),
                username: z.string(),
                password: z.string(),
            }),
        });
        const { error } = schema.safeParse(news);
        const failures = error?.issues.map((issue) => ({ property: issue.path.join("."), reason: issue.message }));
        return { inputs: news, failures: failures ?? [] };
    },
    async diff(_id, olds, news) {
        const names = ["name", "description", "bootstrapServers", "topicName", "clientRack", "secrets"];
        const changed = names.filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
        return { changes: changed.length > 0, replaces: changed.filter((name) => name === "name") };
    },
    async create(inputs) {
        const { __provider, ...body } = inputs;
        const { data } = await api().post("/connections", { type: "kafka", ...body });
        return { id: data.name, outs: { ...data, ...inputs } };
    },
    async read(id, props) {
        const { data } = await api().get(`/connections/${id}`);
        return { id, props: { ...props, ...data, secrets: props.secrets } };
    },
    async update(id, _olds, news) {
        const { __provider, name, ...body } = news;
        const { data } = await api().patch(`/connections/${id}`, { type: "kafka", ...body });
        return { outs: { ...data, ...news } };
    },
    async delete(id) {
        await api().delete(`/connections/${id}`);
    },
};

const jobProvider = {
    async check(_olds, news) {
        const { z } = require("zod");
        const schema = z.object({
            target: z.object({ tableName: z.string() }),
            createTableIfNotExists: z.boolean().optional(),
            readFromPoint: z.enum(["earliest", "latest"]).optional(),
            source: z.object({
                connectionName: z.string(),
                formatSettings: z.object({ format: z.string() }),
                inputSchema: z.array(z.object({ name: z.string(), dataType: z.string() })),
            }),
            mappings: z.array(z.object({ columnName: z.string(), expression: z.string() })),
        });
        const { error } = schema.safeParse(news);
        const failures = error?.issues.map((issue) => ({ property: issue.path.join("."), reason: issue.message }));
        return { inputs: news, failures: failures ?? [] };
    },
    async diff(_id, olds, news) {
        const names = ["target", "source", "mappings", "createTableIfNotExists", "readFromPoint"];
        const changed = names.filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
        return { changes: changed.length > 0, replaces: changed.filter((name) => name === "target") };
    },
    async create(inputs) {
        const { __provider, ...body } = inputs;
        const { data } = await api().post("/jobs", {
            ...body,
            type: "streaming",
            source: { ...body.source, type: "connection" },
            target: { ...body.target, type: "table" },
        });
        await untilStatus(data, ["running", "idle"]);
        return { id: data.id, outs: { ...data, ...inputs, jobId: data.id } };
    },
    async read(id, props) {
        const { data } = await api().get(`/jobs/${props.jobId}`);
        return { id, props: { ...data, ...props, executionStatus: data.executionStatus } };
    },
    async update(_id, _olds, news) {
        const { __provider, ...body } = news;
        const { data } = await api().post("/jobs", {
            ...body,
            type: "streaming",
            replaceRunning: true,
            source: { ...body.source, type: "connection" },
            target: { ...body.target, type: "table" },
        });
        await untilStatus(data, ["running", "idle"]);
        return { outs: { ...data, ...news, jobId: data.id } };
    },
    async delete(_id, props) {
        const body = { desiredExecutionStatus: "canceled" };
        const { data } = await api().post(`/jobs/${props.jobId}/status`, body);
        await untilStatus({ id: props.jobId, ...data }, ["canceled", "failed", "completed"]);
    },
};

class Connection extends pulumi.dynamic.Resource {
    constructor(name, args, options) {
        super(connectionProvider, name, args, options, "naive", "Connection");
    }
}

class Job extends pulumi.dynamic.Resource {
    constructor(name, args, options) {
        super(jobProvider, name, { jobId: undefined, ...args }, options, "naive", "Job");
    }
}

module.exports = { Connection, Job };
