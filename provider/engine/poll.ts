import { setTimeout as sleep } from "node:timers/promises";

const firstPollMs = 350;
const longestPollMs = 10_000;

/** Asks until there is an answer; undefined if there is none within the time limit. */
export async function poll<T>(limitMs: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const begin = Date.now();
    for (let delay = firstPollMs; ; delay = Math.min(delay * 2, longestPollMs)) {
        const answer = await ask();
        const leftMs = limitMs - (Date.now() - begin);
        if (answer !== undefined || leftMs <= 0) return answer;
        await sleep(Math.min(delay, leftMs));
    }
}
