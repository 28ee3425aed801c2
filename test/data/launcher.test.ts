import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fetchJars } from "../../emulator/local/jars";
import { compile, LOCAL } from "../../tools/local-jars/compile.js";
import { host, startAll, stopAll } from "../support/data";

const javac = spawnSync("javac", ["-version"], { encoding: "utf8" });
/** Other compilers write other bytes; a runtime alone has none. */
const canCompare = `${javac.stdout}${javac.stderr}`.startsWith("javac 17.");

test("the classes in the repository are what a JDK 17 makes of their sources", async () => {
    const target = mkdtempSync(path.join(tmpdir(), "polaris-classes-"));
    try {
        if (canCompare) compile(target, await fetchJars({ env: process.env, log: () => undefined }));
        for (const file of canCompare ? readdirSync(target, { recursive: true, encoding: "utf8" }) : []) {
            if (!file.includes(".")) continue;
            const [made, stored] = [target, path.join(LOCAL, "classes")].map((dir) =>
                readFileSync(path.join(dir, file)),
            );
            expect({ file, isEqual: made?.equals(stored ?? Buffer.alloc(0)) }).toEqual({ file, isEqual: true });
        }
    } finally {
        rmSync(target, { recursive: true, force: true });
    }
});

/** The Java processes of the emulator that all files share. */
const processes = () =>
    execFileSync("ps", ["-A", "-o", "pid,args"], { encoding: "utf8" })
        .split("\n")
        .filter((line) => /Local(Druid|Kafka) /.test(line) && line.includes(host.folder));

test("Druid and Kafka listen on this machine only, and end when the emulator is killed", async () => {
    expect(processes()).toHaveLength(2);
    const pids = processes().map((line) => Number(line.trim().split(" ")[0]));
    expect(listeningAddresses(pids)).toEqual(new Set(["127.0.0.1"]));
    await stopAll("SIGKILL");
    try {
        while (processes().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
        await startAll();
    }
});

/** The addresses on which these processes listen, by /proc; the sockets of a process are links in its `fd`. */
function listeningAddresses(pids: number[]): Set<string> {
    const links = pids.flatMap((pid) =>
        execFileSync("ls", ["-l", `/proc/${pid}/fd`], { encoding: "utf8" }).match(/socket:\[(\d+)\]/g),
    );
    const inodes = new Set(links.map((link) => /\d+/.exec(link ?? "")?.[0]));
    const LISTEN = "0A";
    const rows = ["tcp", "tcp6"].flatMap((name) =>
        readFileSync(`/proc/net/${name}`, "utf8").trim().split("\n").slice(1),
    );
    const local = rows
        .map((row) => row.trim().split(/\s+/))
        .filter(([, , , state, , , , , , inode]) => state === LISTEN && inodes.has(inode))
        .map(([, address = ""]) => address.split(":")[0] ?? "");
    const loopback = ["0100007F", "0000000000000000FFFF00000100007F"];
    return new Set(local.map((address) => (loopback.includes(address) ? "127.0.0.1" : address)));
}
