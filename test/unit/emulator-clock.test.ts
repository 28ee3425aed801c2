import { Clock, formatMicros } from "../../emulator/clock";

it("formats times as RFC 3339 in UTC with microseconds", () => {
    expect(formatMicros(Date.UTC(2024, 4, 2, 9, 15, 4, 120) * 1000 + 31)).toBe("2024-05-02T09:15:04.120031Z");
});

it("never gives the same timestamp twice, even while it is frozen", () => {
    const clock = new Clock();
    clock.freeze(true);
    const stamps = Array.from({ length: 50 }, () => clock.timestamp());
    expect(new Set(stamps).size).toBe(50);
    expect([...stamps].sort()).toEqual(stamps);
});

it("stands still while frozen, moves when advanced, and continues from there", () => {
    const clock = new Clock();
    clock.freeze(true);
    const frozenMs = clock.now();
    clock.freeze(true);
    expect(clock.now()).toBe(frozenMs);
    clock.advance(5000);
    expect(clock.now()).toBe(frozenMs + 5000);
    clock.freeze(false);
    expect(clock.now()).toBeGreaterThanOrEqual(frozenMs + 5000);
    clock.advance(60_000);
    expect(clock.now()).toBeGreaterThanOrEqual(frozenMs + 65_000);
});

it("can be saved and restored", () => {
    const clock = new Clock();
    clock.advance(5000);
    clock.freeze(true);
    const restored = new Clock();
    restored.restore(clock.state);
    expect(restored.now()).toBe(clock.now());
});

it("is back at the time of the day after a reset, however far it was advanced", () => {
    const clock = new Clock();
    clock.advance(3_600_000);
    clock.timestamp();
    clock.reset();
    expect(Date.parse(clock.timestamp())).toBeLessThan(Date.now() + 60_000);
});
