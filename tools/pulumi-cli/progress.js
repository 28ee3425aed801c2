// @ts-check
"use strict";

const EVERY_MS = 10_000;

/**
 * Tells how far a `go list -deps` followed by a `go build -v` is, a line every ten seconds.
 * @param {(line: string) => void} log
 * @param {() => number} now
 */
function goProgress(log, now = Date.now) {
    const start = now();
    let next = start + EVERY_MS;
    let downloads = 0;
    let packages = 0;
    let compiled = 0;
    const seconds = () => `${Math.round((now() - start) / 1000)} s`;
    /** @type {(what: () => string) => void} */
    const tell = (what) => {
        if (now() < next) return;
        next = now() + EVERY_MS;
        log(`  ${seconds()}: ${what()}`);
    };
    return {
        /** @param {string} line a package on the way to the list, or what Go says while it fetches modules */
        listed(line) {
            if (line.startsWith("go: downloading ")) downloads += 1;
            else packages += 1;
            tell(() => `fetched ${downloads} modules`);
        },
        /** @param {string} line a package that is being compiled; Go leaves out those that it has in its cache */
        compiled(line) {
            if (!/^[\w./~-]+$/.test(line)) return;
            compiled += 1;
            tell(() => `compiled ${compiled} of at most ${packages} packages`);
        },
        done() {
            log(`  ${seconds()}: done`);
        },
    };
}

module.exports = { goProgress };
