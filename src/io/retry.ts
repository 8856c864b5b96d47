import { CoreError } from "../errors.js";
import { isBusy } from "./sqlite-error.js";

const cell = new Int32Array(new SharedArrayBuffer(4));
const immediateTries = 4;
const shortestWaitMs = 0.1;
const longestWaitMs = 1;

/** Blocks this thread for `ms` milliseconds; fractions count. */
export function sleepSync(ms: number): void {
  Atomics.wait(cell, 0, 0, ms);
}

/** Milliseconds to wait after the `tries`-th vain try: none at first, then 0.1 rising to 1. */
export function backOffMs(tries: number): number {
  if (tries < immediateTries) return 0;
  return Math.min(longestWaitMs, shortestWaitMs * 1.3 ** (tries - immediateTries));
}

/**
 * Runs `fn` again for as long as it throws because a database is locked, blocking this thread for short whiles between.
 * @param options.timeoutMs 5,000 by default.
 * @throws {CoreError} `LOCK_TIMEOUT`, with the last error as `cause`; other errors of `fn` pass through at once.
 */
export function withRetry<T>(fn: () => T, { timeoutMs = 5000 }: { timeoutMs?: number } = {}): T {
  const deadline = performance.now() + timeoutMs;
  for (let tries = 0; ; tries += 1) {
    try {
      return fn();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= deadline) {
        throw new CoreError("LOCK_TIMEOUT", `A database stayed locked for ${timeoutMs} ms. Try again.`, { cause: error });
      }
    }
    const waitMs = backOffMs(tries);
    if (waitMs > 0) sleepSync(waitMs);
  }
}
