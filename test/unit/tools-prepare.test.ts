import { spawnSync } from "node:child_process";
import {
    chmodSync,
    copyFileSync,
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
import { ensureBuild, matchesLock, staleBuilds } from "../../tools/prepare.js";

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
    age(name, minutesAgo);
}

function age(name: string, minutes: number): void {
    const time = new Date(Date.now() - minutes * 60_000);
    utimesSync(path.join(root, name), time, time);
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
        file("provider/handlers/orders.ts", 5);
        file("emulator/routes/orders.ts", 5);
        file("dist/THIRD_PARTY_LICENSES", 1);
        file("emulator/dist/THIRD_PARTY_LICENSES", 1);
        for (const folder of ["provider", "provider/handlers", "emulator", "emulator/routes"]) age(folder, 5);
    });

    test("is up to date when it is younger than all sources and settings, and is then left alone", () => {
        expect(staleBuilds(root)).toEqual([]);
        expect(() => ensureBuild(root)).not.toThrow();
    });

    test.each([
        ["a source was edited", () => file("provider/handlers/orders.ts", 0), ["provider"]],
        ["a source was added", () => file("provider/program/new.ts", 5), ["provider"]],
        ["a source was removed", () => rmSync(path.join(root, "provider/handlers/orders.ts")), ["provider"]],
        ["a source of the emulator was edited", () => file("emulator/routes/orders.ts", 0), ["emulator"]],
        ["the settings were edited", () => file("tsconfig.json", 0), ["emulator", "provider"]],
        ["there is none", () => rmSync(path.join(root, "dist"), { recursive: true }), ["provider"]],
    ])("is stale when %s", (_case, change, names) => {
        change();
        expect(staleBuilds(root)).toEqual(names);
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
            `#!/bin/sh\ncase "$*" in test) ${scripts.test} ;; "run test:"*) echo '1 passed, 0 failed' ;; "run check") ${scripts.check} ;; *) exit 9 ;; esac\n`,
        );
        chmodSync(npm, 0o755);
        const env = { ...process.env, PATH: `${path.join(root, "bin")}:${process.env.PATH ?? ""}` };
        const { status, stdout } = spawnSync(path.join(root, ".ci/run"), { env, encoding: "utf8" });
        return { status, last: stdout.trimEnd().split("\n").pop() };
    }

    test("adds the checks to the tests when all is well", () => {
        expect(ci({ test: "echo '12 passed, 0 failed'", check: "true" })).toEqual({
            status: 0,
            last: "16 passed, 0 failed",
        });
    });

    test("fails, and still runs the checks, when a test fails", () => {
        const result = ci({ test: "echo '11 passed, 1 failed'; exit 1", check: "echo checked" });
        expect(result).toEqual({ status: 1, last: "15 passed, 1 failed" });
    });

    test("fails when only the checks fail", () => {
        const result = ci({ test: "echo '12 passed, 0 failed'", check: "exit 2" });
        expect(result).toEqual({ status: 1, last: "15 passed, 1 failed" });
    });

    test("fails when the tests end without numbers", () => {
        expect(ci({ test: "exit 1", check: "true" })).toEqual({ status: 1, last: "4 passed, 1 failed" });
    });
});
