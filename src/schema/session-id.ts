import { CoreError } from "../errors.js";

const shape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const reserved = new Set(["latest", "current", "previous"]);
const windowsDevice = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** Whether `id` may name a session of ours, and so a file. Ids are compared without case: see `foldSessionId`. */
export function isSessionId(id: string): boolean {
  return shape.test(id) && !id.endsWith(".") && !reserved.has(id.toLowerCase()) && !windowsDevice.test(id);
}

/**
 * @returns `id` itself.
 * @throws {CoreError} `INVALID_ARGUMENT`, before any path is built from it.
 */
export function requireSessionId(id: string, argument = "session_id"): string {
  if (isSessionId(id)) return id;
  throw new CoreError(
    "INVALID_ARGUMENT",
    `${argument} ${JSON.stringify(id.slice(0, 140))} cannot name a session. Give 1 to 128 of A-Z a-z 0-9 . _ -, the first a letter or digit, the last no dot, and no reserved name (latest, current, previous, a device name).`,
  );
}

/** The form in which session ids are compared. */
export function foldSessionId(id: string): string {
  return id.toLowerCase();
}
