import { describe, expect, it, onTestFinished, vi } from "vitest";
import { LullTimer } from "../../src/io/lull-timer.js";

function timerOf(latestMs: number): { timer: LullTimer; ranAtMs: number[] } {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const startMs = performance.now();
  const ranAtMs: number[] = [];
  return { timer: new LullTimer({ run: () => ranAtMs.push(performance.now() - startMs), latestMs }), ranAtMs };
}

/** Something happens every 4 ms for so long. */
function goOn(timer: LullTimer, forMs: number): void {
  for (let ms = 0; ms < forMs; ms += 4) {
    timer.note();
    vi.advanceTimersByTime(4);
  }
}

describe("LullTimer", () => {
  it("runs after its delay where nothing happens, once for all that start it meanwhile", () => {
    const { timer, ranAtMs } = timerOf(1000);
    timer.start(50);
    timer.start(10);
    vi.advanceTimersByTime(5000);
    expect(ranAtMs).toEqual([50]);
  });

  it("runs in the first pause where one thing follows the other", () => {
    const { timer, ranAtMs } = timerOf(1000);
    timer.start(50);
    goOn(timer, 400);
    expect(timer.isBusy).toBe(true);
    expect(ranAtMs).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(timer.isBusy).toBe(false);
    expect(ranAtMs).toHaveLength(1);
  });

  it("runs all the same where there is no pause, and not when it was stopped", () => {
    const { timer, ranAtMs } = timerOf(1000);
    timer.start(50);
    goOn(timer, 1100);
    expect(ranAtMs).toHaveLength(1);
    expect(ranAtMs[0]).toBeGreaterThanOrEqual(1000);
    expect(ranAtMs[0]).toBeLessThanOrEqual(1010);
    timer.start(50);
    timer.stop();
    vi.advanceTimersByTime(5000);
    expect(ranAtMs).toHaveLength(1);
  });
});
