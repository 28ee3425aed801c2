import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { Call, Names, printImport, printNew } from "./code";
import { numbered, variablesFor } from "./identifiers";
import type { HiddenSecret, Kind, Path } from "./noun";
import { SecretNames, variablePath, withoutValue, withValue } from "./secret-names";
import type { SecretSource } from "./secret-names";
import type { Item } from "./select";
import { TextFiles } from "./text-files";
import type { OutputFile } from "./text-files";

export interface Style {
    readonly protect: boolean;
    /** The name of the Pulumi project, if all resources are below one component. */
    readonly componentOf?: string;
    /** The name of this component. */
    readonly component?: string;
    readonly isSplit: boolean;
    readonly secrets: SecretSource;
    /** The name of the main file, without its ending, where the program is one file. */
    readonly main: string;
    /** What the name of a module ends with in an import: `.js` in a package of ES modules. */
    readonly moduleEnding?: string;
}

/** A secret that the program takes from a variable or from the configuration. */
export interface NamedSecret {
    readonly name: string;
    readonly item: Item;
    readonly hidden: HiddenSecret;
}

export interface Program {
    readonly files: readonly OutputFile[];
    /** The modules, without their endings, that the main file of an existing program has to import. */
    readonly modules: readonly string[];
    readonly secrets: readonly NamedSecret[];
}

/** A statement, with what it needs of other modules. */
interface Declaration {
    readonly item: Item;
    readonly variable: string | undefined;
    readonly text: (begin: string) => string;
    readonly uses: readonly Item[];
    readonly callees: ReadonlySet<string>;
}

const fileOf: Record<Kind, string> = { connection: "connections", table: "tables", job: "jobs" };

/** The variable of the component, and its name unless the stack has one of this name. */
export const component = "ingestion";

/** The type of the component below which a program of this project has its resources. */
export const componentType = (project: string) => `${project}:index:Ingestion`;

function componentText(project: string, begin: string, { protect, component: name = component }: Style): string {
    const options = protect ? ", {}, { protect: true }" : "";
    return `${begin}${component} = new pulumi.ComponentResource(${JSON.stringify(componentType(project))}, "${name}"${options});\n`;
}

const keyOf = (kind: Kind, id: unknown) => JSON.stringify([kind, id]);

class Writer {
    readonly secrets: NamedSecret[] = [];
    readonly texts: TextFiles;
    private readonly declarations = new Map<string, Declaration>();

    constructor(
        private readonly items: readonly Item[],
        private readonly style: Style,
        isTaken: (file: string) => boolean,
    ) {
        this.texts = new TextFiles(isTaken);
        const secretNames = new SecretNames(
            style.secrets,
            items.flatMap(({ hidden }) => hidden),
        );
        const named = items.filter(({ noun }) => noun.kind !== "job");
        const names = variablesFor(named.map(({ id, noun }) => ({ name: id, kind: noun.kind })));
        const variables = new Map(named.map(({ noun, id }, index) => [keyOf(noun.kind, id), names[index] ?? id]));
        for (const item of items) {
            const { noun, id } = item;
            this.declarations.set(keyOf(noun.kind, id), this.declare(item, variables, secretNames));
        }
    }

    private declare(item: Item, variables: ReadonlyMap<string, string>, secretNames: SecretNames): Declaration {
        const { noun, id, args, hidden } = item;
        const uses: Item[] = [];
        const callees = new Set<string>();
        // The resource has the name of the object, which is the default of this argument.
        let printed: Properties = args.name === id ? withoutValue(args, ["name"]) : args;
        for (const { path, kind } of noun.references?.(args) ?? []) {
            const key = keyOf(kind, valueAt(args, path));
            const variable = variables.get(key);
            const target = this.items.find((one) => keyOf(one.noun.kind, one.id) === key);
            if (variable === undefined || !target) continue;
            uses.push(target);
            printed = withValue(printed, path, new Names(`${variable}.name`));
        }
        for (const { path, ending } of noun.textFiles ?? []) {
            const text = valueAt(args, path);
            if (typeof text !== "string") continue;
            callees.add("readFileSync");
            printed = withValue(printed, path, new Call("readFileSync", [this.texts.add(id, ending, text), "utf8"]));
        }
        for (const secret of hidden) {
            const name = secretNames.nameOf({ noun: noun.noun, id, kind: noun.kind, hidden: secret });
            this.secrets.push({ name, item: item, hidden: secret });
            if (this.style.secrets === "config") callees.add("config");
            printed = withValue(printed, ...this.secretArgument(secret.path, name));
        }
        const variable = variables.get(keyOf(noun.kind, id));
        const text = (begin: string) =>
            printNew(variable === undefined ? "" : `${begin}${variable} = `, `polaris.${noun.noun}`, id, printed, {
                parent: this.style.componentOf === undefined ? undefined : new Names(component),
                protect: this.style.protect && this.style.componentOf === undefined ? true : undefined,
            });
        return { item, variable, text, uses, callees };
    }

    private secretArgument(path: Path, name: string): [Path, unknown] {
        return this.style.secrets === "env"
            ? [variablePath(path), { env: name }]
            : [path, new Call("config.requireSecret", [name])];
    }

    /** Every declaration after those that it uses, and otherwise a connection before its jobs. */
    private get ordered(): Declaration[] {
        const done = new Set<Declaration>();
        const add = (declaration: Declaration | undefined): void => {
            if (!declaration || done.has(declaration)) return;
            for (const { noun, id } of declaration.uses) add(this.declarations.get(keyOf(noun.kind, id)));
            done.add(declaration);
        };
        const all = [...this.declarations.values()];
        const readers = (source: Declaration) => all.filter(({ uses }) => uses[0] === source.item);
        for (const declaration of all.filter(({ uses }) => uses.length === 0)) {
            add(declaration);
            readers(declaration).forEach(add);
        }
        all.forEach(add);
        return [...done];
    }

    private header(declarations: readonly Declaration[], usesPulumi: boolean): string {
        const callees = new Set(declarations.flatMap((one) => [...one.callees]));
        const isConfigured = callees.has("config");
        return [
            callees.has("readFileSync") ? printImport(["readFileSync"], "fs") : "",
            usesPulumi || isConfigured ? 'import * as pulumi from "@pulumi/pulumi";\n' : "",
            declarations.length > 0 ? 'import * as polaris from "pulumi-imply-polaris";\n' : "",
        ].join("");
    }

    private static configText(declarations: readonly Declaration[]): string[] {
        return declarations.some(({ callees }) => callees.has("config"))
            ? ["const config = new pulumi.Config();\n"]
            : [];
    }

    oneFile(): OutputFile[] {
        const { componentOf, main } = this.style;
        const declarations = this.ordered;
        const text = [
            this.header(declarations, componentOf !== undefined),
            ...Writer.configText(declarations),
            ...(componentOf === undefined ? [] : [componentText(componentOf, "const ", this.style)]),
            ...declarations.map((one) => one.text("const ")),
        ].join("\n");
        return [{ name: `${main}.ts`, text }];
    }

    /** A file for each kind of object. */
    severalFiles(fileName: (name: string) => string): OutputFile[] {
        const { componentOf, moduleEnding = "" } = this.style;
        const moduleName = (name: string) => `./${fileName(name)}${moduleEnding}`;
        const ordered = this.ordered;
        const kinds = [...new Set(this.items.map(({ noun }) => noun.kind))];
        const files = kinds.map((kind) => {
            const resources = ordered.filter(({ item }) => item.noun.kind === kind);
            const used = new Set(resources.flatMap(({ uses }) => uses).filter(({ noun }) => noun.kind !== kind));
            const imports = kinds.map((other) => {
                const names = ordered.filter(({ item }) => used.has(item) && item.noun.kind === other);
                const variables = names.flatMap(({ variable }) => variable ?? []).sort();
                return variables.length === 0 ? "" : printImport(variables, moduleName(fileOf[other]));
            });
            const componentImport = componentOf === undefined ? "" : printImport([component], moduleName(component));
            const text = [
                this.header(resources, false) + imports.join("") + componentImport,
                ...Writer.configText(resources),
                ...resources.map((one) => one.text("export const ")),
            ].join("\n");
            return { name: `${fileName(fileOf[kind])}.ts`, text };
        });
        if (componentOf === undefined) return files;
        const text = `${this.header([], true)}\n${componentText(componentOf, "export const ", this.style)}`;
        return [{ name: `${fileName(component)}.ts`, text }, ...files];
    }
}

/** The program that declares the items. `isTaken` says which files are there already. */
export function writeProgram(items: readonly Item[], style: Style, isTaken: (file: string) => boolean): Program {
    const writer = new Writer(items, style, isTaken);
    const fileName = (name: string) => numbered(name, (one) => isTaken(`${one}.ts`));
    const parts = style.isSplit ? writer.severalFiles(fileName) : writer.oneFile();
    const modules = parts.map(({ name }) => name.replace(/\.ts$/, ""));
    return { files: [...parts, ...writer.texts.files], modules, secrets: writer.secrets };
}
