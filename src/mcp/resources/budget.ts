/** Most bytes of a resource's body. */
export const maxBodyBytes = 1024 * 1024;

/**
 * As many of `parts` as fit into the budget, taken in their order; the first one always.
 * @param parts Read lazily: no more than one beyond those that fit.
 * @returns `complete`: whether none was left out.
 */
export function fitting(parts: Iterable<string>, { maxBytes = maxBodyBytes }: { maxBytes?: number } = {}): { taken: string[]; complete: boolean } {
  const taken: string[] = [];
  let bytes = 0;
  for (const part of parts) {
    bytes += Buffer.byteLength(part);
    if (bytes > maxBytes && taken.length > 0) return { taken, complete: false };
    taken.push(part);
  }
  return { taken, complete: true };
}
