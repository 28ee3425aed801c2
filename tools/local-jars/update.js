// @ts-check
"use strict";
// Writes the lists of jars of the local Druid and Kafka, and compiles their launchers. Needs Maven and a JDK 17.
//   node tools/local-jars/update.js
const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { LOCAL, compile, sourcesHash } = require("./compile.js");

/** @type {(folder: string, name: "druid" | "kafka") => string[]} the paths of the jars in a repository */
function resolve(folder, name) {
    const target = path.join(folder, name);
    const options = ["-Dmdep.useRepositoryLayout=true", "-DincludeScope=runtime", `-DoutputDirectory=${target}`];
    const args = ["-B", "-q", "-f", path.join(__dirname, `${name}.xml`), "dependency:copy-dependencies", ...options];
    execFileSync("mvn", args, { stdio: "inherit" });
    return fs
        .readdirSync(target, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".jar"))
        .map((file) => file.replaceAll("\\", "/"))
        .sort();
}

/** @type {(folder: string, name: "druid" | "kafka") => string[]} the jars */
function lock(folder, name) {
    const paths = resolve(folder, name);
    const lines = paths.map((jar) => {
        const bytes = fs.readFileSync(path.join(folder, name, jar));
        return `${createHash("sha256").update(bytes).digest("hex")} ${bytes.length} ${jar}\n`;
    });
    fs.writeFileSync(path.join(LOCAL, `${name}.jars`), lines.join(""));
    return paths.map((jar) => path.join(folder, name, jar));
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "local-jars-"));
try {
    const jars = { druid: lock(folder, "druid"), kafka: lock(folder, "kafka") };
    const classes = path.join(LOCAL, "classes");
    fs.rmSync(classes, { recursive: true, force: true });
    compile(classes, jars);
    fs.writeFileSync(path.join(classes, "sources.sha256"), `${sourcesHash()}\n`);
} finally {
    fs.rmSync(folder, { recursive: true, force: true });
}
