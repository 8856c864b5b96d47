import type { AgentLogEvent } from "../schema/event.js";
import { mapStrings } from "./map-strings.js";

/**
 * The event with U+FFFD for each half of a surrogate pair. JSON can hold them, as `\ud83d`, but other programs' parsers
 * (serde_json among them) refuse the whole line then.
 * @param line The event as JSON. Where that holds none, the event is given back as it is.
 */
export function wellFormed(event: AgentLogEvent, line: string): AgentLogEvent {
  return line.includes("\\ud") ? (mapStrings(JSON.parse(line), (text) => Buffer.from(text).toString()) as AgentLogEvent) : event;
}
