import ts from "typescript";
import vm from "node:vm";
import type { OutputFile } from "../../provider/import/text-files";

/** A resource that a program declares. */
export interface Declaration {
    readonly noun: string;
    readonly name: string;
    readonly args: Record<string, unknown>;
    readonly options: Record<string, unknown> | undefined;
}

interface Module {
    exports: Record<string, unknown>;
}

/** Runs a generated program, with classes that record what is declared. */
export function evaluate(files: readonly OutputFile[], main = "index"): Declaration[] {
    const declared: Declaration[] = [];
    const texts = new Map(files.map(({ name, text }) => [name, text]));
    const classOf = (noun: string) =>
        function (this: { name?: string }, name: string, args: Record<string, unknown>, options?: never) {
            this.name = (args.name as string | undefined) ?? name;
            declared.push({ noun, name, args: noun === "StreamingJob" ? args : { name, ...args }, options });
        };
    const provided: Record<string, Record<string, unknown>> = {
        "pulumi-imply-polaris": new Proxy({}, { get: (_, noun) => classOf(String(noun)) }),
        "@pulumi/pulumi": {
            ComponentResource: class {
                constructor(
                    readonly type: string,
                    readonly name: string,
                ) {}
            },
            Config: class {
                requireSecret = (key: string) => ({ config: key });
            },
        },
        fs: { readFileSync: (file: string) => texts.get(file) ?? fail(`no file ${file}`) },
    };
    const modules = new Map<string, Module>();
    const load = (name: string): Record<string, unknown> => {
        const known = provided[name] ?? modules.get(name)?.exports;
        if (known) return known;
        const module: Module = { exports: {} };
        modules.set(name, module);
        const source = texts.get(`${name.replace(/^\.\//, "")}.ts`) ?? fail(`no module ${name}`);
        const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
        const { outputText } = ts.transpileModule(source, { compilerOptions });
        const wrapper = vm.runInThisContext(`(function (exports, require, module) {${outputText}\n})`) as (
            ...parameters: unknown[]
        ) => void;
        wrapper(module.exports, load, module);
        return module.exports;
    };
    load(`./${main}`);
    return declared;
}

function fail(message: string): never {
    throw new Error(message);
}
