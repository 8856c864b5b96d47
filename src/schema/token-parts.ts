import type { TokenCounts } from "./session.js";

/**
 * What people are shown of tokens, as counts and what they count; what is not known is left out.
 * `in` is what was sent afresh: what came from the cache, or went into it, is counted beside it, and told beside it.
 */
export function tokenParts({ input, output, cache_read: read, cache_creation: written }: Partial<Record<keyof TokenCounts, number | undefined>>): [count: number, what: string][] {
  const parts = [
    [input, "in"],
    [output, "out"],
    [read, "read from cache"],
    [written, "written to cache"],
  ] as const;
  return parts.flatMap(([count, what]) => (count === undefined ? [] : [[count, what]]));
}
