import { CoreError } from "../errors.js";
import { isSessionId } from "../schema/session-id.js";

/**
 * @returns `id` itself.
 * @throws {CoreError} `INVALID_ARGUMENT` where it cannot name a session, before any path is built from it.
 */
export function requireSessionId(id: string, argument = "session_id"): string {
  if (isSessionId(id)) return id;
  throw new CoreError(
    "INVALID_ARGUMENT",
    `${argument} ${JSON.stringify(id.slice(0, 140))} cannot name a session. Give 1 to 128 of A-Z a-z 0-9 . _ -, the first a letter or digit, the last no dot, and no reserved name (latest, current, previous, a device name).`,
  );
}
