/** Deeper than any real input, and far from where readers run out of stack. */
export const maxDepth = 200;

/** Whether a JSON value is nested deeper than `levels`; looks no further than that. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}
