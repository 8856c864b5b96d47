import type { LogLine } from "../../schema/ports.js";

/** Kinds that say that a session goes on, even after an end. */
const goingOn = new Set(["session_started", "user_message", "assistant_message", "reasoning", "tool_call", "tool_result"]);

/** Whether a session has ended: no start, message or tool event stands after its last `session_ended`. Takes its lines last one first. */
export function isEnded(lastFirst: Iterable<LogLine>): boolean {
  for (const { event } of lastFirst) {
    if (event.type === "session_ended") return true;
    if (goingOn.has(event.type)) return false;
  }
  return false;
}
