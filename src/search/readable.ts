const deepest = 200;

/**
 * A JSON value as text to read and to search: `key: value` lines for objects, one line an item for lists, strings as they are.
 * Null and what lies deeper than 200 levels is left out.
 */
export function readable(value: unknown, depth = 0): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "object" || value === null || depth >= deepest) return "";
  const lines = Array.isArray(value)
    ? value.map((item) => readable(item, depth + 1))
    : Object.entries(value).map(([key, item]) => `${key}: ${readable(item, depth + 1)}`);
  return lines.filter((line) => line !== "").join("\n");
}
