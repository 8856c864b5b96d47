import { setTimeout as delay } from "node:timers/promises";

/**
 * Waits until `condition` gives something other than undefined, false or null, and resolves with that.
 * @throws {Error} after `timeoutMs` (default 30 s), naming `what`.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  { timeoutMs = 30_000, everyMs = 10 } = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false && value !== null) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    await delay(everyMs);
  }
}
