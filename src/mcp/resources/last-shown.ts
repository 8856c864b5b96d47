import { CoreError } from "../../errors.js";
import type { AnyLogEvent } from "../../schema/event.js";
import type { LogLine } from "../../schema/ports.js";
import { isShown, type ResourceContext } from "./resource.js";

/** A text that tells one line of a log from another. */
export function linePlace({ seq, offsetBytes }: LogLine): string {
  return `${seq}@${offsetBytes}`;
}

/** What `read` gives, or undefined where the session is no more. */
export function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CoreError) || error.code !== "SESSION_NOT_FOUND") throw error;
    return undefined;
  }
}

function lastPlace(lines: Iterable<LogLine>, counts: (event: AnyLogEvent) => boolean): string {
  for (const line of lines) {
    if (counts(line.event)) return linePlace(line);
  }
  return "empty";
}

/** Place of the last line that `counts` (any but heartbeats); `gone` where the log is no more. Reads backwards, no further than that line. */
export function lastShown(sessionId: string, { logs }: ResourceContext, counts: (event: AnyLogEvent) => boolean = isShown): string {
  return ifThere(() => lastPlace(logs.backward(sessionId, Number.POSITIVE_INFINITY), counts)) ?? "gone";
}
