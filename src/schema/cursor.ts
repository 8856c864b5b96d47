import { createHash } from "node:crypto";
import { parseJson } from "./parse-json.js";
import { isSameMoment } from "./time.js";

/** A span of time as a walk's first question gave it, and when the walk began; milliseconds since the epoch. */
export interface WalkTimes {
  beganMs: number;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
}

/** A place in a walk as the text that answers hold. */
export function encodeCursor(cursor: object): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** What a cursor's text holds; undefined where it is none. */
export function cursorValue(text: string): unknown {
  return parseJson(Buffer.from(text, "base64url").toString("utf8"));
}

/** 16 characters that tell two questions apart. @param asked JSON values. */
export function digestOfAsked(asked: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(asked)).digest("base64url").slice(0, 16);
}

/** Whether a question is of the times that the walk began with: those that were given as ages have moved on since. */
export function isOfSameTimes(walk: WalkTimes, asked: { sinceMs?: number; untilMs?: number }, nowMs: number): boolean {
  const elapsedMs = nowMs - walk.beganMs;
  return isSameMoment(walk.sinceMs, asked.sinceMs, elapsedMs) && isSameMoment(walk.untilMs, asked.untilMs, elapsedMs);
}
