import { describe, expect, it, onTestFinished } from "vitest";
import { Wake } from "../../src/mcp/wake.js";

function wakeOf(timeoutMs: number, signal = new AbortController().signal): Wake {
  const wake = new Wake({ timeoutMs, signal });
  onTestFinished(() => wake.close());
  return wake;
}

describe("Wake", () => {
  it("wakes at once for what happened before it slept, once", async () => {
    const wake = wakeOf(60_000);
    wake.up();
    wake.up();
    await wake.next();
    const second = wake.next();
    wake.up();
    await second;
    expect(wake.isOver).toBe(false);
  });

  it("wakes when the time is over, and sleeps no more", async () => {
    const wake = wakeOf(5);
    await wake.next();
    await wake.next();
    expect(wake.isOver).toBe(true);
    expect(wakeOf(0).isOver).toBe(true);
  });

  it("throws the signal's reason when the caller goes away, before or during a sleep", async () => {
    const controller = new AbortController();
    const sleep = wakeOf(60_000, controller.signal).next();
    controller.abort(new Error("gone"));
    await expect(sleep).rejects.toThrow("gone");
    await expect(wakeOf(60_000, controller.signal).next()).rejects.toThrow("gone");
  });
});
