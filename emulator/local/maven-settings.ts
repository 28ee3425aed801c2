import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** What the user's settings of Maven say about where jars come from. */
export interface MavenSettings {
    /** The folder in which Maven has the jars that it fetched before. */
    localRepository: string;
    /** The repository that stands in for Maven's default one. */
    mirror: { url: string; username?: string | undefined; password?: string | undefined } | undefined;
}

const elements = (xml: string, name: string): string[] =>
    [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g"))].map(([, content = ""]) => content);

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** The text of the first element of that name, with `${env.NAME}` replaced as Maven does. */
function textOf(xml: string, name: string, env: NodeJS.ProcessEnv): string | undefined {
    return elements(xml, name)[0]
        ?.trim()
        .replace(/&(\w+);/g, (all, entity: string) => ENTITIES[entity] ?? all)
        .replace(/\$\{env\.(\w+)\}/g, (all, variable: string) => env[variable] ?? all)
        .replaceAll("${user.home}", homedir());
}

/** Whether the `mirrorOf` of a mirror covers the default repository, whose id is `central`. */
function coversDefault(mirrorOf: string): boolean {
    const patterns = mirrorOf.split(",").map((pattern) => pattern.trim());
    return (
        !patterns.includes("!central") && patterns.some((pattern) => ["*", "central", "external:*"].includes(pattern))
    );
}

function mirrorIn(xml: string, env: NodeJS.ProcessEnv): MavenSettings["mirror"] {
    const mirror = elements(xml, "mirror").find(
        (element) =>
            coversDefault(textOf(element, "mirrorOf", env) ?? "") && textOf(element, "blocked", env) !== "true",
    );
    const url = mirror === undefined ? undefined : textOf(mirror, "url", env);
    if (mirror === undefined || url === undefined) {
        return undefined;
    }
    const id = textOf(mirror, "id", env);
    const server = elements(xml, "server").find((element) => textOf(element, "id", env) === id) ?? "";
    return { url, username: textOf(server, "username", env), password: textOf(server, "password", env) };
}

function readXml(file: string): string {
    try {
        return readFileSync(file, "utf8").replace(/<!--[\s\S]*?-->/g, "");
    } catch {
        return "";
    }
}

/** Reads the settings as Maven does: those of the user first, then those of the installation. */
export function readMavenSettings(env: NodeJS.ProcessEnv): MavenSettings {
    const home = path.join(env.HOME ?? homedir(), ".m2");
    const installation = env.MAVEN_HOME ?? env.M2_HOME;
    const files = [
        path.join(home, "settings.xml"),
        ...(installation === undefined ? [] : [path.join(installation, "conf/settings.xml")]),
    ];
    const texts = files.map(readXml);
    const all = texts.join("\n");
    return {
        localRepository: textOf(all, "localRepository", env) ?? path.join(home, "repository"),
        mirror: mirrorIn(all, env),
    };
}
