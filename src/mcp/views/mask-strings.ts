import type { Mask } from "../../schema/ports.js";

/** Deeper than any record of a provider, and far from the end of the stack. */
const maxDepth = 500;

/** A copy of a JSON value with every string and key masked on its own. What is nested too deep to be walked becomes a remark. */
export function maskStrings(value: unknown, mask: Mask, depth = 0): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= maxDepth) return `[nested deeper than ${maxDepth}]`;
  if (Array.isArray(value)) return value.map((item) => maskStrings(item, mask, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [mask(key), maskStrings(item, mask, depth + 1)]));
}

/**
 * A copy of a JSON record, masked within each string and then as a whole, where a key tells that its value is a secret.
 * A mask that would break the JSON is not applied as a whole.
 */
export function maskRecord(record: Readonly<Record<string, unknown>>, mask: Mask): Record<string, unknown> {
  const inStrings = maskStrings(record, mask) as Record<string, unknown>;
  const json = JSON.stringify(inStrings);
  const masked = mask(json);
  if (masked === json) return inStrings;
  try {
    return JSON.parse(masked) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return inStrings;
  }
}
