import { readFileSync } from "node:fs";
import path from "node:path";
import { LOCAL, sourcesHash } from "../../tools/local-jars/compile.js";

test("the classes of the local Druid and Kafka are compiled from the sources beside them", () => {
    // After a change: node tools/local-jars/update.js
    expect(readFileSync(path.join(LOCAL, "classes/sources.sha256"), "utf8")).toBe(`${sourcesHash()}\n`);
});

test.each(["druid", "kafka"])(
    "the list of jars of %s has a checksum, a size and a path for each, and no host",
    (name) => {
        const lines = readFileSync(path.join(LOCAL, `${name}.jars`), "utf8")
            .trim()
            .split("\n");
        expect(lines.length).toBeGreaterThan(40);
        for (const line of lines) expect(line).toMatch(/^[0-9a-f]{64} [1-9]\d* [\w.-]+(\/[\w.-]+)+\.jar$/);
        const files = lines.map((line) => path.posix.basename(line));
        expect(new Set(files).size).toBe(files.length);
    },
);
