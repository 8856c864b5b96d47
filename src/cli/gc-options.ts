import { parseWhen } from "../schema/time.js";
import type { Given } from "./given.js";
import { UsageError } from "./usage-error.js";

export interface GcCommandOptions {
  /** An age: sessions without an event since. */
  olderThan?: string;
  /** A whole id, or a prefix that fits one. */
  session?: string;
  /** Removes without asking. */
  yes: boolean;
  json: boolean;
}

/** These mean another session from one moment to the next. */
const moving = new Set(["latest", "current", "previous"]);

/** @throws {UsageError} unless there is one of `--older-than` and `--session`, and it can be understood. */
export function gcOptions(given: Given): GcCommandOptions {
  const [olderThan, session] = [given.text("older-than"), given.text("session")];
  if ((olderThan === undefined) === (session === undefined)) throw new UsageError("gc needs one of --older-than AGE and --session ID");
  if (olderThan !== undefined) beforeMs(olderThan, given.surroundings.nowMs);
  if (session !== undefined && moving.has(session.toLowerCase())) throw new UsageError(`--session "${session}" may mean another session a moment later: give an id`);
  return { ...(olderThan !== undefined && { olderThan }), ...(session !== undefined && { session }), yes: given.isSet("yes"), json: given.isSet("json") };
}

/** The moment that an age means. @throws {UsageError} where it is none. */
export function beforeMs(olderThan: string, nowMs: number): number {
  const ms = parseWhen(olderThan, nowMs);
  if (ms === undefined) throw new UsageError(`--older-than "${olderThan}" is no age: give one such as 30d, 12w, or a date`);
  return ms;
}
