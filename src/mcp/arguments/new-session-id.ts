import { CoreError } from "../../errors.js";
import type { Mask } from "../../schema/ports.js";
import { isSessionId } from "../../schema/session-id.js";

/**
 * Refuses an id that cannot name a session of ours.
 * @param name Name of the argument, for the error.
 * @throws {CoreError} `INVALID_ARGUMENT`.
 */
export function checkSessionId(name: string, id: string | undefined): void {
  if (id === undefined || isSessionId(id)) return;
  throw new CoreError(
    "INVALID_ARGUMENT",
    `${name} ${JSON.stringify(id.slice(0, 140))} cannot name a session. Give 1 to 128 of A-Z a-z 0-9 . _ -, the first a letter or digit, the last no dot, and no reserved name (latest, current, previous, a device name).`,
  );
}

/**
 * Refuses a name that holds a secret: names are shown in lists, errors and URIs, where masked they would name nothing.
 * @throws {CoreError} `INVALID_ARGUMENT`.
 */
export function checkNoSecret(name: string, value: string | undefined, mask: Mask): void {
  if (value === undefined || mask(value) === value) return;
  throw new CoreError("INVALID_ARGUMENT", `${name} looks like a secret, and would be shown wherever the session is named. Give another one.`);
}
