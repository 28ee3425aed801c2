import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fetchSet, type Jar, type JarSet } from "../../emulator/local/jars";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const contents = new Map(
    ["a", "b", "c"].map((name) => [`org/example/${name}/1.0/${name}-1.0.jar`, `content of ${name}`]),
);
const jars: Jar[] = [...contents].map(([file, text]) => ({ path: file, size: text.length, sha256: sha256(text) }));

let root: string;
let set: JarSet;
let env: NodeJS.ProcessEnv;
let log: string[];
let requests: { url: string; authorization: string | undefined }[];
let server: Server;
let url: string;
/** What the repository serves. */
let served: Map<string, string>;

beforeEach(async () => {
    root = mkdtempSync(path.join(tmpdir(), "polaris-jars-"));
    set = { title: "the set", folder: path.join(root, "cache"), jars };
    // Neither a Maven nor its settings.
    env = { HOME: path.join(root, "home"), PATH: "" };
    log = [];
    requests = [];
    served = new Map(contents);
    server = createServer((request, response) => {
        requests.push({ url: request.url ?? "", authorization: request.headers.authorization });
        const text = served.get((request.url ?? "").replace("/maven/", ""));
        response.writeHead(text === undefined ? 404 : 200).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/maven`;
});
afterEach(() => {
    server.close();
    server.closeAllConnections();
    rmSync(root, { recursive: true, force: true });
});

const fetchAll = (more: { repository?: string } = {}) => fetchSet(set, { env, log: (line) => log.push(line), ...more });
const cached = () => readdirSync(set.folder).sort();
const complete = ["a-1.0.jar", "b-1.0.jar", "c-1.0.jar"];

function write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
}

it("fetches each jar once, from the repository that the user names, and reports sizes", async () => {
    const files = await fetchAll({ repository: url });
    expect(files.map((file) => readFileSync(file, "utf8"))).toEqual([...contents.values()]);
    expect(cached()).toEqual(complete);
    expect(log).toEqual([`Fetching the set: 3 jars, 0 MB, once, to ${set.folder}`]);
    await fetchAll({ repository: url });
    expect(requests).toHaveLength(3);
});

it("continues where an interrupted fetch ended", async () => {
    served.delete(jars[2]!.path);
    await expect(fetchAll({ repository: url })).rejects.toThrow(/^The jar c-1\.0\.jar of the set could not be fetched/);
    expect(cached()).toEqual(complete.slice(0, 2));
    served = new Map(contents);
    requests = [];
    await fetchAll({ repository: url });
    expect(requests.map((request) => request.url)).toEqual([`/maven/${jars[2]!.path}`]);
});

it("does not use a jar with another content than the list says", async () => {
    served.set(jars[0]!.path, "content of x");
    await expect(fetchAll({ repository: url })).rejects.toThrow("a-1.0.jar");
    expect(cached()).toEqual(complete.slice(1));
    expect(log.join("\n")).toContain("a-1.0.jar has another checksum than expected");
});

it("is not disturbed by other processes that fetch the same", async () => {
    await Promise.all([1, 2, 3].map(() => fetchAll({ repository: url })));
    expect(cached()).toEqual(complete);
});

it("takes POLARIS_MAVEN_REPOSITORY, with the credentials of the URL, which it does not show", async () => {
    env.POLARIS_MAVEN_REPOSITORY = url.replace("://", "://someone:se%3Acret@");
    served.delete(jars[0]!.path);
    await expect(fetchAll()).rejects.not.toThrow("cret");
    const expected = `Basic ${Buffer.from("someone:se:cret").toString("base64")}`;
    expect(new Set(requests.map(({ authorization }) => authorization))).toEqual(new Set([expected]));
    expect(log.join("\n")).not.toContain("cret");
});

it("takes the mirror of the user's settings of Maven, with its credentials", async () => {
    env.REPOSITORY_PASSWORD = "a&b";
    write(
        "home/.m2/settings.xml",
        `<settings><!-- <mirror><mirrorOf>*</mirrorOf><url>http://127.0.0.1:1/</url></mirror> -->
        <servers><server><id>ours</id><username>me</username><password>\${env.REPOSITORY_PASSWORD}</password></server></servers>
        <mirrors>
            <mirror><id>blocker</id><mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked></mirror>
            <mirror><id>others</id><mirrorOf>*,!central</mirrorOf><url>http://127.0.0.1:1/</url></mirror>
            <mirror><id>ours</id><mirrorOf>external:*</mirrorOf><url>${url}</url></mirror>
        </mirrors></settings>`,
    );
    await fetchAll();
    expect(cached()).toEqual(complete);
    expect(requests[0]?.authorization).toBe(`Basic ${Buffer.from("me:a&b").toString("base64")}`);
});

it("takes the mirror of the settings of Maven's installation", async () => {
    env.MAVEN_HOME = path.join(root, "maven");
    write(
        "maven/conf/settings.xml",
        `<settings><mirror><mirrorOf>central</mirrorOf><url>${url}/</url></mirror></settings>`,
    );
    await fetchAll();
    expect(cached()).toEqual(complete);
});

it("takes jars that Maven has fetched before without a request, unless they are damaged", async () => {
    for (const [file, text] of contents) write(path.join("home/.m2/repository", file), text);
    write(path.join("home/.m2/repository", jars[1]!.path), "damaged");
    await fetchAll({ repository: url });
    expect(cached()).toEqual(complete);
    expect(requests.map((request) => request.url)).toEqual([`/maven/${jars[1]!.path}`]);
});

it("lets Maven resolve the jars where there is one and nothing else is configured", async () => {
    const script = [...contents].map(
        ([file, text]) => `mkdir -p "$out/${path.dirname(file)}"; printf '%s' '${text}' > "$out/${file}"`,
    );
    write(
        "bin/mvn",
        `#!/bin/sh\nfor arg; do case $arg in -DoutputDirectory=*) out=\${arg#*=};; esac; done\n${script.join("\n")}\n`,
    );
    chmodSync(path.join(root, "bin/mvn"), 0o755);
    env.PATH = `${path.join(root, "bin")}:/usr/bin:/bin`;
    await fetchAll();
    expect(cached()).toEqual(complete);
    expect(requests).toEqual([]);
});

it("says how to name a repository where there is none", async () => {
    await expect(fetchAll()).rejects.toThrow(
        `The jar a-1.0.jar and 2 more of the set could not be fetched from ${root}/home/.m2/repository; ` +
            "set POLARIS_MAVEN_REPOSITORY to the URL of a Maven repository, or install Maven.",
    );
});

it("says why a repository is of no use", async () => {
    await expect(fetchAll({ repository: "http://127.0.0.1:1/maven" })).rejects.toThrow("http://127.0.0.1:1/maven/");
    expect(log.join("\n")).toMatch(/127\.0\.0\.1:1 does not answer \(.+\)/);
});

it("says what to do about a cache that cannot be written", async () => {
    write("cache", "a file");
    await expect(fetchAll({ repository: url })).rejects.toThrow(
        /^The folder .*cache for the jars of Druid and Kafka cannot be written \(.*\); set XDG_CACHE_HOME to another folder\.$/,
    );
});
