import { spawnSync } from "node:child_process";
import path from "node:path";

const repository = path.resolve(__dirname, "../..");

function setup(...args: string[]) {
    const script = path.join(repository, "tools/setup.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
    return { status, stderr, last: stdout.trimEnd().split("\n").pop() };
}

test("a run of the tests takes jest's arguments and ends with the numbers", () => {
    const result = setup("jest", "test/unit/tools-demo.test.ts", "--selectProjects", "unit");
    expect(result.last).toMatch(/^[1-9]\d* passed, 0 failed$/);
    expect(result.status).toBe(0);
});

test("a run that does not come to any test has failed, in the numbers as well", () => {
    const result = setup("jest", "test/unit/no-such.test.ts", "--selectProjects", "unit");
    expect(result).toMatchObject({ status: 1, last: "0 passed, 1 failed" });
});

test("a task that is not known is refused, and the known ones are named", () => {
    const result = setup("nothing");
    expect(result.status).toBe(1);
    expect(result.stderr).toContain("Say what to run: jest, demo, bench.");
});
