import * as pulumi from "@pulumi/pulumi";

/** A value for each run of a program: with the Automation API, one process can have several runs. */
export function perRun<T>(create: () => T): () => T {
    const runs = new WeakMap<object, T>();
    const outside = {};
    return () => {
        const run = pulumi.runtime.getMonitor() ?? outside;
        const value = runs.get(run) ?? create();
        runs.set(run, value);
        return value;
    };
}

/** Whether this is a unit test with `pulumi.runtime.setMocks`, which has neither an engine nor a provider. */
export const hasMocks = () => "mocks" in (pulumi.runtime.getMonitor() ?? {});
