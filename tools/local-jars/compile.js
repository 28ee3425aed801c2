// @ts-check
"use strict";
// Compiles emulator/local/java. The classes are in the repository, as users have a Java without a compiler.
const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const LOCAL = path.join(path.dirname(path.dirname(__dirname)), "emulator/local");
const SOURCES = path.join(LOCAL, "java");

/** The oldest Java that is supported. */
const RELEASE = "17";

/** A hash that changes with any source. */
function sourcesHash() {
    const hash = createHash("sha256");
    for (const name of fs.readdirSync(SOURCES).sort()) hash.update(fs.readFileSync(path.join(SOURCES, name)));
    return hash.digest("hex");
}

/**
 * @param {string} target folder for `druid`, `role` and `kafka`, which are on different class paths
 * @param {{ druid: string[], kafka: string[] }} jars
 */
function compile(target, { druid, kafka }) {
    /** @type {(folder: string, classPath: string[], names: string[]) => void} */
    const javac = (folder, classPath, names) => {
        const files = names.map((name) => path.join(SOURCES, `${name}.java`));
        const exported = ["--add-exports", "java.base/sun.security.tools.keytool=ALL-UNNAMED"];
        const options = [
            "-source",
            RELEASE,
            "-target",
            RELEASE,
            "-Xlint:-options",
            "-g:none",
            "-d",
            path.join(target, folder),
        ];
        const paths = ["-cp", classPath.join(path.delimiter), ...exported];
        execFileSync("javac", [...options, ...paths, ...files], { stdio: ["ignore", "inherit", "inherit"] });
    };
    javac("druid", [], ["Lifeline", "LocalDruid"]);
    fs.copyFileSync(path.join(SOURCES, "log4j2.xml"), path.join(target, "druid", "log4j2.xml"));
    javac("role", druid, ["DruidRole"]);
    javac("kafka", kafka, ["Lifeline", "Certificates", "LocalKafka"]);
}

module.exports = { LOCAL, compile, sourcesHash };
