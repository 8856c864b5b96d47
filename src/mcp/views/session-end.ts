import { reopeningTypes } from "../../schema/event.js";
import type { LogLine } from "../../schema/ports.js";

/** Whether a session has ended: no start, message or tool event stands after its last `session_ended`. Takes its lines last one first. */
export function isEnded(lastFirst: Iterable<LogLine>): boolean {
  for (const { event } of lastFirst) {
    if (event.type === "session_ended") return true;
    if (reopeningTypes.has(event.type)) return false;
  }
  return false;
}
