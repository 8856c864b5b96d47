const everyMs = 200;

/**
 * Waits for work, and calls `tell` now and then meanwhile and once at its end.
 * @throws What the work throws; the signal's reason once that is aborted, whatever becomes of the work.
 */
export async function toldMeanwhile<T>(work: Promise<T>, { tell, signal }: { tell: () => void; signal?: AbortSignal }): Promise<T> {
  const timer = setInterval(tell, everyMs);
  const stop = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal?.reason as Error);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true, signal: stop.signal });
  });
  try {
    const result = await Promise.race([work, aborted]);
    tell();
    return result;
  } finally {
    clearInterval(timer);
    stop.abort();
  }
}
