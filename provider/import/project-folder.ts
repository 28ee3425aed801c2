import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Failure } from "../engine/errors";
import { isRecord } from "../values/json";
import { version } from "../version";
import { run, wordsOf } from "./pulumi";
import type { OutputFile } from "./text-files";

const projectFiles = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];
const mainFiles = ["index.ts", "index.js", "index.mts", "index.mjs", "index.cts", "index.cjs"];

const json = (value: unknown) => `${JSON.stringify(value, undefined, 4)}\n`;

const tsconfig = {
    compilerOptions: {
        target: "ES2022",
        module: "node16",
        moduleResolution: "node16",
        strict: true,
        skipLibCheck: true,
        noEmit: true,
    },
};

const manifest = (name: string) => ({
    name,
    private: true,
    main: "index.ts",
    dependencies: { "@pulumi/pulumi": "^3.150.0", "pulumi-imply-polaris": `^${version}` },
    devDependencies: { "@types/node": "^20.0.0", typescript: "~5.9.0" },
});

/** A setting of a `Pulumi.yaml` at its top level. */
function settingIn(text: string, name: string): string | undefined {
    const [, value] = new RegExp(`^["']?${name}["']?:[ \\t]*["']?([^"'#\\r\\n]*)`, "m").exec(text) ?? [];
    return value?.trim() || undefined;
}

/** The folder in which the program is, or will be. */
export class ProjectFolder {
    /** Whether the folder has no Pulumi project yet, so that the import makes one. */
    readonly isNew: boolean;
    readonly name: string;
    /** Where the program is: the folder itself, unless `main` says otherwise. */
    readonly programFolder: string;
    private readonly mainFile: string | undefined;

    constructor(readonly folder: string) {
        const file = projectFiles.map((name) => path.join(folder, name)).find((name) => existsSync(name));
        this.isNew = file === undefined;
        const text = file === undefined ? "" : readFileSync(file, "utf8");
        const { name, main, runtime } = file?.endsWith(".json") ? fromJson(text) : fromYaml(text);
        const isNode = /nodejs|bun/.test(runtime ?? "nodejs");
        if (!isNode || /typescript["']?:\s*false/.test(text)) {
            const language = isNode ? "TypeScript" : "Node.js";
            throw new Failure(
                "PolarisCommandInvalid",
                `the Pulumi project in ${folder} is not one of ${language}`,
                "give --out a folder of its own",
            );
        }
        this.name = name ?? projectName(folder);
        const place = path.resolve(folder, main ?? ".");
        const isFile = /\.[cm]?[jt]s$/.test(place);
        this.programFolder = isFile ? path.dirname(place) : place;
        this.mainFile = isFile ? place : this.findMain();
    }

    private get manifest(): Record<string, unknown> {
        const file = [this.programFolder, this.folder]
            .map((folder) => path.join(folder, "package.json"))
            .find((name) => existsSync(name));
        const value: unknown = file === undefined ? {} : JSON.parse(readFileSync(file, "utf8"));
        return isRecord(value) ? value : {};
    }

    private findMain(): string | undefined {
        const { main } = this.manifest;
        const candidates = [...(typeof main === "string" ? [main] : []), ...mainFiles];
        return candidates
            .map((name) => path.join(this.programFolder, name))
            .find((name) => /\.[cm]?[jt]s$/.test(name) && existsSync(name));
    }

    /** Whether there is a program already, to which the import adds a module. */
    get hasProgram(): boolean {
        return this.mainFile !== undefined && existsSync(this.mainFile);
    }

    isTaken = (name: string): boolean => existsSync(path.join(this.programFolder, name));

    /** What the name of a module ends with in an import of this program. */
    get moduleEnding(): string {
        const isModule = /\.m[jt]s$/.test(this.mainFile ?? "") || this.manifest.type === "module";
        return isModule ? ".js" : "";
    }

    /** The statement by which the main file loads a module beside it. */
    private loading(module: string): string {
        const file = this.mainFile ?? "index.ts";
        if (this.moduleEnding !== "") return `import "./${module}${this.moduleEnding}";\n`;
        return /\.[cm]?ts$/.test(file) ? `import "./${module}";\n` : `require("./${module}");\n`;
    }

    /** The files of the program, and the main file that loads those of several. */
    filesFor(files: readonly OutputFile[], modules: readonly string[]): OutputFile[] {
        if (this.hasProgram && this.mainFile !== undefined) {
            const text = readFileSync(this.mainFile, "utf8");
            const missing = modules.map((module) => this.loading(module)).filter((line) => !text.includes(line));
            const gap = text === "" || text.endsWith("\n") ? "" : "\n";
            const name = path.relative(this.programFolder, this.mainFile);
            return [...files, { name, text: `${text}${gap}${missing.join("")}` }];
        }
        const index = modules.includes("index")
            ? []
            : [{ name: "index.ts", text: modules.map((module) => this.loading(module)).join("") }];
        return [...files, ...index];
    }

    /** The files of a new Pulumi project, where there is none. */
    get projectFiles(): OutputFile[] {
        if (!this.isNew) return [];
        const files = [
            { name: "Pulumi.yaml", text: `name: ${this.name}\nruntime: nodejs\n` },
            { name: "package.json", text: json(manifest(this.name)) },
            { name: "tsconfig.json", text: json(tsconfig) },
        ];
        return files.filter(({ name }) => !this.isTaken(name));
    }

    write(files: readonly OutputFile[]): void {
        for (const { name, text } of files) {
            const file = path.join(this.programFolder, name);
            mkdirSync(path.dirname(file), { recursive: true });
            writeFileSync(file, text);
        }
    }

    private finds(module: string): boolean {
        try {
            createRequire(path.join(this.programFolder, "index.js")).resolve(module);
            return true;
        } catch {
            return false;
        }
    }

    /** Installs the dependencies of a project that the import has made. */
    async install(progress: (text: string) => void): Promise<void> {
        const missing = ["@pulumi/pulumi", "pulumi-imply-polaris"].filter((name) => !this.finds(name));
        if (missing.length === 0) return;
        const command = `npm install ${missing.join(" ")}`;
        const failure = (details: readonly string[] = []) =>
            new Failure(
                "PolarisPackageNotFound",
                `the program in ${this.programFolder} does not find ${missing.join(" and ")}`,
                `run \`${command}\` there and the import again`,
                details,
            );
        if (!this.isNew) throw failure();
        progress("runs npm install");
        const result = await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
            cwd: this.programFolder,
        });
        if (result.code !== 0) throw failure(wordsOf(result));
    }
}

interface Settings {
    readonly name?: string;
    readonly main?: string;
    readonly runtime?: string;
}

function fromYaml(text: string): Settings {
    const runtime =
        settingIn(text, "runtime") ?? /^runtime:\s*\n(?:[ \t]+.*\n)*?[ \t]+name:[ \t]*["']?(\w+)/m.exec(text)?.[1];
    return { name: settingIn(text, "name"), main: settingIn(text, "main"), runtime };
}

function fromJson(text: string): Settings {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return {};
    const textOf = (member: unknown) => (typeof member === "string" ? member : undefined);
    const { runtime } = value;
    return {
        name: textOf(value.name),
        main: textOf(value.main),
        runtime: textOf(isRecord(runtime) ? runtime.name : runtime),
    };
}

/** A name for a project, as Pulumi accepts it. */
const projectName = (folder: string) =>
    path
        .basename(path.resolve(folder))
        .replace(/[^A-Za-z0-9._-]+/g, "-")
        .replace(/^[^A-Za-z0-9]+/, "") || "polaris";
