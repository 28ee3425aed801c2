// @ts-check
"use strict";
// A Pulumi provider that makes nothing: what is created answers its inputs and made-up outputs.
const { isDeepStrictEqual } = require("node:util");
const { main } = require("@pulumi/pulumi/provider");

/** @typedef {Record<string, any>} Properties */
/** @typedef {{ title: string, kind: string, service: string }} Identity a resource by its logical name and its type */
/**
 * @typedef {object} Type
 * @property {(inputs: Properties, made: Properties, who: Identity) => Properties} outputs beside the inputs; `made` is
 * what there was before, empty in a create
 * @property {string[]} [replacedBy] inputs whose change replaces
 * @property {(inputs: Properties) => string | undefined} [refuses] why this cannot be created
 */

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** @type {(urn: string) => { type: string } & Identity} */
function identify(urn) {
    const [, , types = "", title = ""] = urn.split("::");
    const type = types.split("$").pop() ?? "";
    const [, service = "", kind = ""] = /^\w+:(\w+)\/(\w+):/.exec(type) ?? [];
    return { type, service: service === "msk" ? "kafka" : service, kind, title };
}

/** @param {{ version: string, types: Record<string, Type>, functions: Record<string, (args: Properties) => Properties> }} cloud */
function play({ version, types, functions }) {
    /** @type {(urn: string) => { type: Type, who: Identity }} */
    const known = (urn) => {
        const { type: token, ...who } = identify(urn);
        const type = types[token];
        if (!type) throw new Error(`The stand-in has no ${token}.`);
        return { type, who };
    };
    /** @type {import("@pulumi/pulumi/provider").Provider} */
    const provider = {
        version,
        check: async (_urn, _olds, news) => ({ inputs: news }),
        diff: async (_id, urn, olds, news) => {
            const { replacedBy = [] } = known(urn).type;
            const changed = Object.keys(news).filter((name) => !isDeepStrictEqual(olds[name], news[name]));
            const replaces = changed.filter((name) => replacedBy.includes(name) && news[name] !== UNKNOWN);
            return { changes: changed.length > 0, replaces };
        },
        create: async (urn, inputs) => {
            const { type, who } = known(urn);
            const reason = type.refuses?.(inputs);
            if (reason !== undefined) throw new Error(reason);
            const outs = { ...inputs, ...type.outputs(inputs, {}, who) };
            return { id: outs.id ?? outs.arn ?? `${who.kind}-${who.title}`, outs };
        },
        update: async (_id, urn, olds, news) => {
            const { type, who } = known(urn);
            return { outs: { ...news, ...type.outputs(news, olds, who) } };
        },
        delete: async () => undefined,
        invoke: async (token, args) => {
            const answer = functions[token];
            if (!answer) throw new Error(`The stand-in has no ${token}.`);
            return { outputs: { ...args, ...answer(args) } };
        },
    };
    return main(provider, process.argv.slice(2));
}

module.exports = { play };
