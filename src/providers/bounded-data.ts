import { isObject } from "./json.js";
import { boundedText } from "./bounded-text.js";

export interface DataBounds {
  /** Of one string, in UTF-16 units. */
  maxStringChars: number;
  /** Of all strings and names together; any other value counts as 4. */
  maxTotalChars: number;
  /** Of one array or object. */
  maxItems: number;
  maxDepth: number;
  /** Fields left out wherever they stand. */
  omit: ReadonlySet<string>;
}

/** Bounds of the data of a `provider_status`: small notes, never whole files. */
export const statusBounds: DataBounds = {
  maxStringChars: 1000,
  maxTotalChars: 8000,
  maxItems: 50,
  maxDepth: 6,
  omit: new Set(),
};

/** A long run of base64, as pasted files and images are stored. Words and paths have spaces, dots or other signs in between. */
const base64Run = /^(?:data:[\w.+/-]+;base64,)?[A-Za-z0-9+/]{400,}={0,2}$/;

/** Whether a string is base64 of something, rather than text. */
export function isBase64(text: string): boolean {
  return text.length >= 400 && base64Run.test(text.length > 4000 ? text.slice(0, 4000) : text);
}

/**
 * A copy of JSON data within bounds: long strings are cut, lists and objects shortened, what lies too deep and base64 left out.
 * @returns undefined where nothing is left.
 */
export function boundedData(value: unknown, bounds: DataBounds = statusBounds): unknown {
  return copy(value, bounds, { left: bounds.maxTotalChars }, 0);
}

function copy(value: unknown, bounds: DataBounds, budget: { left: number }, depth: number): unknown {
  if (typeof value === "string") {
    if (isBase64(value) || budget.left <= 0) return undefined;
    const text = boundedText(value, Math.min(bounds.maxStringChars, Math.max(budget.left, 1)));
    budget.left -= text.length;
    return text;
  }
  if (typeof value !== "object" || value === null) {
    budget.left -= 4;
    return budget.left > 0 ? value : undefined;
  }
  if (depth >= bounds.maxDepth) return undefined;
  if (Array.isArray(value)) {
    const items = value.slice(0, bounds.maxItems).map((item) => copy(item, bounds, budget, depth + 1));
    return items.filter((item) => item !== undefined);
  }
  return isObject(value) ? copyObject(value, bounds, budget, depth) : undefined;
}

function copyObject(value: object, bounds: DataBounds, budget: { left: number }, depth: number): unknown {
  const result: [string, unknown][] = [];
  for (const [name, field] of Object.entries(value)) {
    if (bounds.omit.has(name) || budget.left <= 0) continue;
    if (result.length >= bounds.maxItems) break;
    const kept = copy(field, bounds, budget, depth + 1);
    if (kept === undefined) continue;
    budget.left -= name.length;
    result.push([name, kept]);
  }
  return Object.fromEntries(result);
}
