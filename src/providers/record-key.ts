import { createHash } from "node:crypto";
import type { BoundedMap } from "./bounded-map.js";

const idShape = /^[A-Za-z0-9._:-]{1,128}$/;
const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a record's id can stand in an `origin`: 1 to 128 of `A-Z a-z 0-9 . _ : -`. Placeholders of redacted files cannot. */
export function isRecordId(id: unknown): id is string {
  return typeof id === "string" && idShape.test(id);
}

/** Whether `id` has the canonical shape of a UUID, and so is unique in the world. */
export function isUuid(id: string): boolean {
  return uuidShape.test(id);
}

/** The first 12 hex digits of the SHA-256 of `text`. */
export function shortHash(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/**
 * Key of a record without an id: the hash of its line, with `~n` for the n-th equal line (n ≥ 2) of its file.
 * @param counts How often each line came so far; counted up here.
 */
export function lineKey(line: string | Buffer, counts: BoundedMap<number>): string {
  const hash = shortHash(line);
  const times = (counts.get(hash) ?? 0) + 1;
  counts.set(hash, times);
  return times === 1 ? hash : `${hash}~${times}`;
}

/** A UUID-shaped id that is the same for the same `text` (version 8, from its SHA-256). */
export function derivedUuid(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
