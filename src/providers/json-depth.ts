/** How deep a value of a record may be nested where an event keeps it whole: far deeper ones could not be written as JSON again. */
const maxDepth = 100;

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((field) => isWithin(field, depth - 1));
}

function cut(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((item) => cut(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, cut(field, depth - 1)]));
}

/** The value itself, or, where it is nested deeper than 100 levels, a copy with null for what lies deeper. */
export function shallowJson(value: unknown): unknown {
  return isWithin(value, maxDepth) ? value : cut(value, maxDepth);
}
