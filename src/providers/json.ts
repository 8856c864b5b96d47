import { parseJson } from "../schema/parse-json.js";

/** Any JSON object of a native record: nothing about it is certain but that it is one. */
export type JsonObject = { readonly [field: string]: unknown };

/** Whether `value` is an object, and neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at `field`, or undefined where there is none. */
export function objectAt(source: JsonObject | undefined, field: string): JsonObject | undefined {
  const value = source?.[field];
  return isObject(value) ? value : undefined;
}

/** The string at `field`, or undefined where there is none. */
export function stringAt(source: JsonObject | undefined, field: string): string | undefined {
  const value = source?.[field];
  return typeof value === "string" ? value : undefined;
}

/** The finite number at `field`, or undefined where there is none. */
export function numberAt(source: JsonObject | undefined, field: string): number | undefined {
  const value = source?.[field];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The whole, not negative number at `field`; 0 where there is none, or none that counts anything (over 2^53). */
export function countAt(source: JsonObject | undefined, field: string): number {
  const value = numberAt(source, field);
  return value !== undefined && value > 0 && value <= Number.MAX_SAFE_INTEGER ? Math.floor(value) : 0;
}

/** The array at `field`, empty where there is none. */
export function arrayAt(source: JsonObject | undefined, field: string): readonly unknown[] {
  const value = source?.[field];
  return Array.isArray(value) ? value : [];
}

/** The object that `text` is the JSON of; undefined where it is none, is not whole, or is missing. */
export function jsonObject(text: string | undefined): JsonObject | undefined {
  const value = jsonValue(text);
  return isObject(value) ? value : undefined;
}

/** What `text` is the JSON of; undefined where it is not whole, or is missing. */
export function jsonValue(text: string | undefined): unknown {
  return text === undefined ? undefined : parseJson(text);
}
