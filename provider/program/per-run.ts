import * as pulumi from "@pulumi/pulumi";

/** A value for each run of a program, also where one process has several runs (Automation API). */
export function perRun<T>(make: () => T): () => T {
    const runs = new WeakMap<object, T>();
    const outside = {};
    return () => {
        const run = pulumi.runtime.getMonitor() ?? outside;
        const value = runs.get(run) ?? make();
        runs.set(run, value);
        return value;
    };
}
