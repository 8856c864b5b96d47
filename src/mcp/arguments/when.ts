import { CoreError } from "../../errors.js";
import { parseWhen } from "../../schema/time.js";
import { shortText } from "./short-text.js";

const forms = "RFC 3339, YYYY-MM-DD, or an age (30m, 2h, 3d, 1w)";

/** `since` as an argument. */
export const sinceArg = shortText(64).optional().describe(`Not before: ${forms}`);
/** `until` as an argument. */
export const untilArg = shortText(64).optional().describe("Not after: same forms");

/**
 * @param name Name of the argument, for the error.
 * @returns Milliseconds since the epoch; undefined where nothing was given.
 * @throws {CoreError} `INVALID_ARGUMENT`.
 */
export function whenArgument(name: string, value: string | undefined, { nowMs }: { nowMs: number }): number | undefined {
  if (value === undefined) return undefined;
  const ms = parseWhen(value.trim(), nowMs);
  if (ms !== undefined) return ms;
  throw new CoreError("INVALID_ARGUMENT", `${name} ${JSON.stringify(value)} is no time. Give ${forms}.`);
}
