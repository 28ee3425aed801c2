import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cacheFolder, pinnedVersion, wantedGo } from "../../tools/pulumi-cli/build.js";
import { findOldestPulumi, findPulumi, isUsable, withCli } from "../../tools/pulumi-cli/find.js";
import { STALE_MS } from "../../tools/pulumi-cli/lock.js";
import { goProgress } from "../../tools/pulumi-cli/progress.js";

let root: string;
let bin: string;
let env: NodeJS.ProcessEnv;
let log: string[];

beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "find-pulumi-"));
    bin = path.join(root, "bin");
    mkdirSync(bin);
    env = { PATH: bin, XDG_CACHE_HOME: path.join(root, "cache") };
    log = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function command(name: string, body: string): void {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(bin, name), 0o755);
}

function installedPulumi(version: string): void {
    command("pulumi", `echo v${version}`);
    command("pulumi-language-nodejs", "");
    command("pulumi-resource-pulumi-nodejs", "");
}

/** A Go which notes each build and writes the file that it is asked for; `build` may do more. */
function installedGo(version: string, build = ""): void {
    command(
        "go",
        `PATH=/bin:/usr/bin
case $1 in
version) echo "go version go${version} linux/amd64" ;;
list) echo one; echo two ;;
build) echo build >>"${root}/builds"; while [ "$1" != -o ]; do shift; done; ${build}
    echo one >&2; echo binary >"$2" ;;
esac`,
    );
}

const builds = () => (existsSync(`${root}/builds`) ? readFileSync(`${root}/builds`, "utf8").split("\n").length - 1 : 0);
const cached = () => readdirSync(path.join(root, "cache/pulumi-imply-polaris"));
const find = () => findPulumi({ env, log: (line) => log.push(line) });

describe("a pulumi on PATH", () => {
    test("is used when it is the pinned version or a later 3.x, and has the Node plugins", async () => {
        installedPulumi("3.999.0");
        await expect(find()).resolves.toEqual({ dir: bin, version: "3.999.0", origin: "path" });
        expect(log).toEqual([]);
    });

    test.each(["3.229.9", "4.0.0", "2.999.0"])(
        "of version %s is left alone, and the reason reported",
        async (version) => {
            installedPulumi(version);
            installedGo("1.99.0");
            await expect(find()).resolves.toMatchObject({ origin: "built" });
            expect(log[0]).toContain(`is ${version}; wanted is 3.x from ${pinnedVersion("newest")} on`);
        },
    );

    test("without the Node language host is left alone, and the reason reported", async () => {
        installedPulumi("3.999.0");
        rmSync(path.join(bin, "pulumi-language-nodejs"));
        installedGo("1.99.0");
        await expect(find()).resolves.toMatchObject({ origin: "built" });
        expect(log[0]).toContain("comes without pulumi-language-nodejs");
    });

    test("that does not run is left alone, and the reason reported", async () => {
        command("pulumi", "exit 1");
        installedGo("1.99.0");
        await expect(find()).resolves.toMatchObject({ origin: "built" });
        expect(log[0]).toContain("does not run");
    });

    test("is compared by version number, not by text", () => {
        expect(isUsable("3.1000.0", "3.230.0")).toBe(true);
        expect(isUsable("3.230.1-alpha.1", "3.230.0")).toBe(true);
        expect(isUsable("3.23.5", "3.230.0")).toBe(false);
    });
});

describe("without a pulumi on PATH", () => {
    test("the CLI is built once, with progress, and found in the cache afterwards", async () => {
        installedGo("1.99.0");
        const built = await find();
        expect(built).toEqual({ dir: cacheFolder(env, "newest"), version: pinnedVersion("newest"), origin: "built" });
        expect(readdirSync(built.dir).sort()).toEqual([
            "pulumi",
            "pulumi-language-nodejs",
            "pulumi-resource-pulumi-nodejs",
        ]);
        expect(log[0]).toMatch(/^Building the Pulumi CLI 3\.\d+\.\d+ from its Go module \(once, about two minutes\)…$/);
        await expect(find()).resolves.toMatchObject({ dir: built.dir, origin: "cache" });
        expect(builds()).toBe(1);
    });

    test("two at once build it once", async () => {
        installedGo("1.99.0", "sleep 1");
        const origins = (await Promise.all([find(), find()])).map(({ origin }) => origin);
        expect(origins.sort()).toEqual(["built", "cache"]);
        expect(log).toContain("Another process is building the Pulumi CLI; waiting for it…");
        expect(builds()).toBe(1);
    });

    test("a build that fails says what Go said and leaves nothing behind", async () => {
        installedGo("1.99.0", "echo disk is full >&2; exit 1");
        await expect(find()).rejects.toThrow(/^Building the Pulumi CLI failed: go build ended with 1\.\ndisk is full$/);
        expect(cached()).toEqual([]);
    });

    test("the remains of a killed build are cleared away and do not hold up the next one", async () => {
        const dir = cacheFolder(env, "newest");
        mkdirSync(`${dir}.tmp-killed`, { recursive: true });
        writeFileSync(`${dir}.lock`, "1\n");
        const past = new Date(Date.now() - STALE_MS - 1_000);
        utimesSync(`${dir}.lock`, past, past);
        installedGo("1.99.0");
        await expect(find()).resolves.toMatchObject({ origin: "built" });
        expect(cached()).toEqual([path.basename(dir)]);
    });

    test("and without Go, one sentence says what to install", async () => {
        const sentence =
            /^Error: No usable pulumi command was found, and it cannot be built, as there is no Go: install the Pulumi CLI \(3\.x, .*\) or Go (\S+) or later\.$/;
        const message = await find().then(String, String);
        expect(sentence.exec(message)?.[1]).toBe(wantedGo("newest"));
    });

    test.each([
        ["1.18", "Go 1.18 is too old"],
        ["1.25.7", "Go 1.25.7 is too old"],
    ])("and with Go %s, one sentence says what to install", async (version, reason) => {
        installedGo(version);
        await expect(find()).rejects.toThrow(`as ${reason}: install the Pulumi CLI`);
    });

    test("what stops Go from fetching a newer toolchain is reported in Go's words", async () => {
        command("go", `echo "go: download go1.25.8: no route to host" >&2; exit 1`);
        await expect(find()).rejects.toThrow('as go says "go: download go1.25.8: no route to host": install');
    });
});

test("a CLI that is not on PATH comes first in the PATH of what runs it", () => {
    const cli = { dir: "/cache/pulumi", version: "3.230.0", origin: "cache" as const };
    expect(withCli(cli, { PATH: "/usr/bin", HOME: "/home/me" })).toEqual({
        PATH: ["/cache/pulumi", "/usr/bin"].join(path.delimiter),
        HOME: "/home/me",
    });
});

test("the progress of a build is a line every ten seconds, not one per package", () => {
    let now = 0;
    const lines: string[] = [];
    const progress = goProgress(
        (line) => lines.push(line),
        () => now,
    );
    for (let second = 0; second < 25; second += 1) {
        now = second * 1_000;
        progress.listed(second < 5 ? `go: downloading example.com/${second} v1.0.0` : `package/${second}`);
    }
    for (let second = 25; second < 40; second += 1) {
        now = second * 1_000;
        progress.compiled(`package/${second}`);
        progress.compiled("# command-line-arguments");
    }
    progress.done();
    expect(lines).toEqual([
        "  10 s: fetched 5 modules",
        "  20 s: fetched 5 modules",
        "  30 s: compiled 6 of at most 20 packages",
        "  39 s: done",
    ]);
});

test("the oldest CLI is built from its own module, also where a newer one is on PATH", async () => {
    installedPulumi("3.999.0");
    installedGo("1.99.0");
    const found = await findOldestPulumi({ env, log: (line) => log.push(line) });
    expect(found).toEqual({ dir: cacheFolder(env, "oldest"), version: pinnedVersion("oldest"), origin: "built" });
    expect(cached()).toEqual([path.basename(found.dir)]);
});

test("the CLIs that are built are of the SDK that the package is developed with, and of the oldest that it supports", () => {
    const manifest = readFileSync(path.resolve(__dirname, "../../package.json"), "utf8");
    const { devDependencies, peerDependencies } = JSON.parse(manifest) as Record<string, Record<string, string>>;
    expect(pinnedVersion("newest")).toBe(devDependencies?.["@pulumi/pulumi"]);
    expect(`>=${pinnedVersion("oldest")} <4`).toBe(peerDependencies?.["@pulumi/pulumi"]);
});
