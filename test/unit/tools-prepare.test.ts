import { spawnSync } from "node:child_process";
import {
    chmodSync,
    copyFileSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AggregatedResult } from "@jest/reporters";
import JestCounts from "../../tools/jest-counts.js";
import { ensureBuild, inspectBuild, matchesLock } from "../../tools/prepare.js";

const repository = path.resolve(__dirname, "../..");
let root: string;

beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "prepare-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes a file as of some minutes ago. */
function file(name: string, minutesAgo: number, text = ""): void {
    const target = path.join(root, name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    const time = new Date(Date.now() - minutesAgo * 60_000);
    utimesSync(target, time, time);
}

describe("the installed dependencies", () => {
    const lock = {
        packages: {
            "": { version: "1.0.0" },
            "node_modules/zod": { version: "4.0.0" },
            "node_modules/fsevents": { version: "2.0.0", optional: true },
            "node_modules/self": {},
        },
    };

    test("match a lock file of the same versions, though optional packages for other platforms are missing", () => {
        expect(
            matchesLock(lock, { packages: { "node_modules/zod": { version: "4.0.0" }, "node_modules/self": {} } }),
        ).toBe(true);
    });

    test.each([
        ["nothing is installed", undefined],
        ["a package is missing", { packages: { "node_modules/self": {} } }],
        ["a version differs", { packages: { "node_modules/zod": { version: "3.9.9" }, "node_modules/self": {} } }],
    ])("do not match where %s", (_case, installed) => {
        expect(matchesLock(lock, installed)).toBe(false);
    });
});

describe("the build", () => {
    beforeEach(() => {
        file("tsconfig.json", 9);
        file("provider/index.ts", 5);
        file("emulator/start.ts", 5);
        file("dist/provider/index.js", 1);
        file("dist/emulator/start.js", 1);
    });

    test("is up to date when every compiled file is younger than its source and the settings", () => {
        expect(inspectBuild(root)).toEqual({ stale: false, orphans: [] });
    });

    test.each([
        ["a source was edited", () => file("provider/index.ts", 0)],
        ["a source was added", () => file("provider/handlers/new.ts", 5)],
        ["the settings were edited", () => file("tsconfig.json", 0)],
        ["it was never made", () => rmSync(path.join(root, "dist"), { recursive: true })],
    ])("is stale when %s", (_case, change) => {
        change();
        expect(inspectBuild(root).stale).toBe(true);
    });

    test("loses what was compiled from a source that is gone", () => {
        file("dist/provider/handlers/old.js", 1);
        file("dist/provider/handlers/old.d.ts", 1);
        ensureBuild(root);
        expect(existsSync(path.join(root, "dist/provider/handlers/old.js"))).toBe(false);
        expect(existsSync(path.join(root, "dist/provider/handlers/old.d.ts"))).toBe(false);
        expect(existsSync(path.join(root, "dist/provider/index.js"))).toBe(true);
    });
});

test("the numbers of a jest run count a file of tests that does not load as a failure", () => {
    const counts = path.join(root, "counts.json");
    const results = { numPassedTests: 7, numFailedTests: 2, numRuntimeErrorTestSuites: 1 } as AggregatedResult;
    process.env.JEST_COUNTS_FILE = counts;
    try {
        new JestCounts().onRunComplete(new Set(), results);
    } finally {
        delete process.env.JEST_COUNTS_FILE;
    }
    expect(JSON.parse(readFileSync(counts, "utf8"))).toEqual({ passed: 7, failed: 3 });
});

describe(".ci/run", () => {
    function ci(scripts: { test: string; check: string }) {
        mkdirSync(path.join(root, ".ci"));
        mkdirSync(path.join(root, "bin"));
        copyFileSync(path.join(repository, ".ci/run"), path.join(root, ".ci/run"));
        const npm = path.join(root, "bin/npm");
        writeFileSync(
            npm,
            `#!/bin/sh\ncase "$*" in test) ${scripts.test} ;; "run test:sdk") echo '1 passed, 0 failed' ;; "run check") ${scripts.check} ;; *) exit 9 ;; esac\n`,
        );
        chmodSync(npm, 0o755);
        const env = { ...process.env, PATH: `${path.join(root, "bin")}:${process.env.PATH ?? ""}` };
        const { status, stdout } = spawnSync(path.join(root, ".ci/run"), { env, encoding: "utf8" });
        return { status, last: stdout.trimEnd().split("\n").pop() };
    }

    test("adds the checks to the tests when all is well", () => {
        expect(ci({ test: "echo '12 passed, 0 failed'", check: "true" })).toEqual({
            status: 0,
            last: "14 passed, 0 failed",
        });
    });

    test("fails, and still runs the checks, when a test fails", () => {
        const result = ci({ test: "echo '11 passed, 1 failed'; exit 1", check: "echo checked" });
        expect(result).toEqual({ status: 1, last: "13 passed, 1 failed" });
    });

    test("fails when only the checks fail", () => {
        const result = ci({ test: "echo '12 passed, 0 failed'", check: "exit 2" });
        expect(result).toEqual({ status: 1, last: "13 passed, 1 failed" });
    });

    test("fails when the tests end without numbers", () => {
        expect(ci({ test: "exit 1", check: "true" })).toEqual({ status: 1, last: "2 passed, 1 failed" });
    });
});
