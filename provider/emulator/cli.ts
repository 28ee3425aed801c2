#!/usr/bin/env node
import("./index.js")
    .then(() => import("imply-polaris-emulator/cli"))
    .catch((error: unknown) => {
        process.stderr.write(`polaris-emulator: ${(error as Error).message}\n`);
        process.exitCode = 1;
    });
