// @ts-check
"use strict";
// npm run demo [-- --keep] [--ingest]: the quickstart on the real Pulumi engine and an embedded Imply Polaris; with
// --ingest, orders are produced all the while, and Apache Druid turns them into rows.
const { Surroundings } = require("./demo/surroundings.js");
const { create, destroy, drift, hotSwap } = require("./demo/story.js");
const { bold, explain, heading, print, red } = require("./demo/terminal.js");

/** @type {(here: Surroundings) => void} */
function sayHowToGoOn(here) {
    const path = here.cliDir ? [`export PATH="${here.cliDir}:$PATH"`] : [];
    const settings = Object.entries(here.settings).map(([name, value]) => `export ${name}=${value}`);
    heading("All yours");
    explain("The emulator and the stack are still there. To continue, paste:");
    for (const line of [`cd ${here.dir}`, ...path, ...settings]) print(`  ${line}`);
    print();
    explain("Then, for example, edit index.ts and:");
    print("  pulumi preview --diff");
    print("  pulumi up");
    print("  pulumi destroy");
    print();
    explain("To stop the emulator and delete everything:");
    print(`  kill ${here.emulator?.pid}; rm -rf ${here.root}`);
    print();
}

/** @type {(args: string[]) => Promise<number>} */
async function demo(args) {
    const unknown = args.find((arg) => arg !== "--keep" && arg !== "--ingest");
    if (unknown !== undefined) throw new Error(`The demo knows no ${unknown}, only --keep and --ingest.`);
    const keep = args.includes("--keep");
    const here = new Surroundings({ ingest: args.includes("--ingest") });
    let interrupted = false;
    const stop = () => {
        if (interrupted) return;
        interrupted = true;
        print(`\n${bold("Stopping, and cleaning up…")}`);
        void here.remove().finally(() => process.exit(130));
    };
    process.on("SIGINT", stop).on("SIGTERM", stop);
    let kept = false;
    try {
        print(bold("Imply Polaris ingestion as code: a real pulumi, an embedded Imply Polaris."));
        print("Pulumi's output below is real; only progress, times and URNs are left out.");
        await here.prepare();
        await create(here);
        await hotSwap(here);
        await drift(here);
        if (keep) {
            sayHowToGoOn(here);
            kept = true;
        } else {
            await destroy(here);
            print();
            print(bold("That is all. Run it with `npm run demo -- --keep` to continue from here."));
        }
        return 0;
    } catch (error) {
        if (!interrupted) print(red(`\nThe demo failed. ${error instanceof Error ? error.message : String(error)}`));
        return 1;
    } finally {
        if (kept) here.emulator?.unref();
        else await here.remove();
    }
}

demo(process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error) => {
        console.error(error instanceof Error ? error.message : error);
        process.exit(1);
    },
);
