import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import path from "node:path";
import { exampleFolder } from "../support/aws";
import { startAll, stopAll } from "../support/data";
import { cleanEnv, Project, repository } from "../support/project";

test("the example tests its mappings with records, as a pull request would", async () => {
    const project = new Project("polaris-tested-with-data");
    // It starts a Druid and a Kafka of its own, and two would need too much memory.
    await stopAll("SIGTERM");
    try {
        cpSync(exampleFolder("tested-with-data"), project.dir, { recursive: true });
        for (const name of ["imply-polaris-emulator", "@swc", "@types", "typescript"]) {
            project.link(name, path.join(repository, "node_modules", name));
        }
        const jest = path.join(repository, "node_modules/jest/bin/jest.js");
        const env = cleanEnv(project.root, project.backend);
        const { status, stderr } = spawnSync(process.execPath, [jest], { cwd: project.dir, env, encoding: "utf8" });
        expect(stderr).toMatch(/^Tests: +1 passed, 1 total$/m);
        expect(status).toBe(0);
    } finally {
        project.remove();
        await startAll();
    }
});
