import { firstCodePoints } from "./cut-text.js";

/** UTF-8 bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The greatest whole number from 1 to `most` for which `fits`, where it fits all below one that it fits; 0 where it fits none. */
export function greatest(most: number, fits: (value: number) => boolean): number {
  let fitting = 0;
  let over = Math.max(most, 0) + 1;
  while (over - fitting > 1) {
    const middle = (fitting + over) >> 1;
    if (fits(middle)) fitting = middle;
    else over = middle;
  }
  return fitting;
}

/** Fields that name what they stand in, and times, which mean nothing without their ends: they are the last to be cut. */
const names = new Set(["seq", "ts", "type", "provider", "session_id", "wrapper_session_id", "status", "completeness", "last", "started_at", "ended_at", "last_event_at"]);
const maxNameChars = 128;

/**
 * A copy of `record` whose JSON has at most `maxBytes`: strings lose their ends, lists and inner records their last entries, all down to
 * the same length, the greatest that fits. Fields that name the record stay.
 */
export function shrinkRecord(record: Readonly<Record<string, unknown>>, maxBytes: number): Record<string, unknown> {
  if (jsonBytes(record) <= maxBytes) return record;
  // What was too long holds all that a shorter one does: of a large record only the first try costs what it is long.
  let source = capRecord(record, Math.max(maxBytes, 1));
  const cap = greatest(maxBytes - 1, (middle) => {
    const capped = capRecord(source, middle);
    if (jsonBytes(capped) <= maxBytes) return true;
    source = capped;
    return false;
  });
  return capRecord(source, cap);
}

function capRecord(record: Readonly<Record<string, unknown>>, cap: number): Record<string, unknown> {
  const others = new Set(Object.keys(record).filter((key) => !names.has(key)).slice(0, Math.max(cap, 24)));
  const entries = Object.entries(record).filter(([key]) => names.has(key) || others.has(key));
  return Object.fromEntries(
    entries.map(([key, value]) => [firstCodePoints(key, maxNameChars), capValue(value, names.has(key) ? maxNameChars : cap)]),
  );
}

function capValue(value: unknown, cap: number): unknown {
  if (typeof value === "string") return firstCodePoints(value, cap);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, cap).map((item) => capValue(item, cap));
  const entries = Object.entries(value).slice(0, cap);
  return Object.fromEntries(entries.map(([key, item]) => [firstCodePoints(key, maxNameChars), capValue(item, cap)]));
}
