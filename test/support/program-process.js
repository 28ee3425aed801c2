// @ts-check
"use strict";
// Runs the programs of many stacks in one process, as `program-host.ts` asks it to: each `{ dir, env }` is answered with
// the port of a language runtime for the program in that folder, which lives until `{ close: port }`.
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");
const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const { LanguageServer } = sdk("./automation/server");
const { LanguageRuntimeService } = sdk("./proto/language_grpc_pb");
const { LanguageHandshakeResponse, RunResponse } = sdk("./proto/language_pb");
const grpc = sdk("@grpc/grpc-js");

/** @typedef {(call: unknown, answer: (error: object | null, response?: unknown) => void) => void} Method */

const compiled = path.resolve(__dirname, "../../dist");

/**
 * Loads the program as if its process had just started: with its own environment, and without anything that the
 * program or this package remembers of an earlier run.
 * @type {(dir: string, env: NodeJS.ProcessEnv) => unknown}
 */
function load(dir, env) {
    for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, env);
    process.chdir(dir);
    const folders = [dir, compiled].map((folder) => folder + path.sep);
    for (const file of Object.keys(require.cache)) {
        if (folders.some((folder) => file.startsWith(folder))) Reflect.deleteProperty(require.cache, file);
    }
    return require(dir);
}

/** @type {(module: any, file: string) => void} TypeScript as Pulumi runs it where it is asked not to check types. */
require.extensions[".ts"] = (module, file) => {
    const ts = require("typescript");
    const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020, esModuleInterop: true };
    const { outputText } = ts.transpileModule(fs.readFileSync(file, "utf8"), { compilerOptions: options });
    module._compile(outputText, file);
};

/** @type {Map<number, import("@grpc/grpc-js").Server>} */
const servers = new Map();

/** @type {(dir: string, env: NodeJS.ProcessEnv) => void} */
function serve(dir, env) {
    const language = new LanguageServer(async () => {
        try {
            return load(fs.realpathSync(dir), env);
        } catch (error) {
            // The SDK shows what nobody handles.
            void Promise.reject(error);
            return undefined;
        }
    });
    /** @type {Method} */
    const unimplemented = (_call, answer) => answer({ code: grpc.status.UNIMPLEMENTED });
    /** @type {Record<string, Method>} */
    const service = Object.fromEntries(
        Object.keys(LanguageRuntimeService).map((name) => [name, language[name]?.bind(language) ?? unimplemented]),
    );
    // An error that the SDK has shown is not said again: a program in a process of its own ends with 32 then. The SDK
    // answers twice after an error.
    service.run = (call, answer) => {
        let isAnswered = false;
        language.run(call, (/** @type {object | undefined} */ error, /** @type {object} */ response) => {
            const bail = new RunResponse();
            bail.setBail(true);
            if (!isAnswered) answer(null, error ? bail : response);
            isAnswered = true;
        });
    };
    service.handshake = (_call, answer) => answer(null, new LanguageHandshakeResponse());
    const server = new grpc.Server();
    server.addService(LanguageRuntimeService, service);
    /** @type {(error: Error | null, port: number) => void} */
    const bound = (error, port) => {
        if (error) throw error;
        servers.set(port, server);
        process.send?.(port);
    };
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), bound);
}

// What a program leaves unhandled after its run has ended is nobody's any more.
process.on("unhandledRejection", () => undefined);
process.on("disconnect", () => process.exit());
process.on("message", ({ dir, env, close }) => {
    if (close === undefined) return serve(dir, env);
    servers.get(close)?.forceShutdown();
    servers.delete(close);
});
