/** What every program text of `withStack` may use without a word: the SDKs, its stack config, its args, `Upstream`. */
export const prelude = `"use strict";
const pulumi = require("@pulumi/pulumi");
const polaris = require("pulumi-imply-polaris");
const { Upstream } = require("./upstream");
const config = new pulumi.Config();
const args = JSON.parse(require("node:fs").readFileSync(require.resolve("./args.json"), "utf8"));
`;

/**
 * A resource from before ours in the graph, such as a cluster: `new Upstream("cluster", { value: "b-1:9098" })`.
 * Its output `result` is the value, known only after an `up`: in a preview that creates it or changes its value,
 * `result` is unknown. A change of the value updates it in place; with `replace: true`, it replaces it.
 */
export const upstream = `"use strict";
const pulumi = require("@pulumi/pulumi");

const provider = \`exports.handler = () => {
    const outs = (inputs) => ({ ...inputs, result: inputs.value });
    return {
        check: async (_olds, news) => ({ inputs: news }),
        diff: async (_id, olds, news) => {
            const changes = JSON.stringify(olds.value) !== JSON.stringify(news.value);
            return { changes, replaces: changes && news.replace ? ["value"] : [] };
        },
        create: async (inputs) => ({ id: "upstream-" + Date.now(), outs: outs(inputs) }),
        update: async (_id, _olds, news) => ({ outs: outs(news) }),
        read: async (id, props) => ({ id, props }),
        delete: async () => undefined,
    };
};\`;

class Upstream extends pulumi.CustomResource {
    constructor(name, { value, replace = false }, options) {
        super("pulumi-nodejs:dynamic:Upstream", name, { __provider: provider, value, replace, result: undefined }, options);
    }
}

module.exports = { Upstream };
`;
