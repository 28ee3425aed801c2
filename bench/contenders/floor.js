"use strict";
// The engine's own floor: a dynamic provider that does nothing, by a constant text.
const pulumi = require("@pulumi/pulumi");

const provider = `exports.handler = () => ({
    check: async (_olds, news) => ({ inputs: news }),
    diff: async (_id, olds, news) => {
        const changes = Object.keys(news).some((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
        return { changes };
    },
    create: async (inputs) => ({ id: inputs.name || inputs.target.tableName, outs: inputs }),
    read: async (id, props) => ({ id, props, inputs: props }),
    update: async (_id, _olds, news) => ({ outs: news }),
    delete: async () => undefined,
});`;

class Connection extends pulumi.CustomResource {
    constructor(name, args, options) {
        super("pulumi-nodejs:dynamic/floor:Connection", name, { ...args, __provider: provider }, options);
    }
}

class Job extends pulumi.CustomResource {
    constructor(name, args, options) {
        super("pulumi-nodejs:dynamic/floor:Job", name, { ...args, __provider: provider }, options);
    }
}

class Table extends pulumi.CustomResource {
    constructor(name, args, options) {
        super("pulumi-nodejs:dynamic/floor:Table", name, { ...args, __provider: provider }, options);
    }
}

module.exports = { Connection, Job, Table };
