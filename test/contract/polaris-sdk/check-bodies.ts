import { spawn } from "node:child_process";
import { join } from "node:path";

export interface Body {
    kind: "table" | "job" | "new connection" | "changed connection";
    body: unknown;
}

/** How many bodies the models of Imply's client take; fails at the first that one does not. */
export function accepted(python: string, bodies: readonly Body[]): Promise<string> {
    return new Promise((resolve, reject) => {
        const checking = spawn(python, [join(__dirname, "check_bodies.py")]);
        let output = "";
        for (const stream of [checking.stdout, checking.stderr]) stream.on("data", (text) => (output += String(text)));
        checking.on("close", (code) => (code === 0 ? resolve(output.trim()) : reject(new Error(output))));
        checking.stdin.end(bodies.map((one) => JSON.stringify(one)).join("\n"));
    });
}
