const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** The milliseconds of a duration in Pulumi's `customTimeouts`: "10m", "1h30m", "90s"; undefined if malformed. */
export function durationMs(text: string): number | undefined {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
    if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) return undefined;
    return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ""] ?? 0), 0);
}

export const isDuration = (text: string) => (durationMs(text) ?? 0) > 0;
