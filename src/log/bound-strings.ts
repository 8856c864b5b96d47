import type { AgentLogEvent } from "../schema/event.js";
import { cutLength } from "./cut-utf8.js";
import { mapStrings } from "./map-strings.js";

/** Longest string of an event in a log, in bytes of UTF-8. */
export const longestStringBytes = 1024 * 1024;

/** A line with no more UTF-16 units than this holds no string that is too long. */
export const unitsBelowLimit = Math.floor(longestStringBytes / 3);

/**
 * The event with each string cut to `maxBytes` (1 MiB by default) at a code point, wherever in it the string stands; `truncated` counts the bytes cut.
 * The event itself is left as it is, and is given back where nothing was cut.
 */
export function boundStrings(event: AgentLogEvent, maxBytes = longestStringBytes): AgentLogEvent {
  const tally = { cutBytes: 0 };
  const bounded = mapStrings(event, (text) => boundString(text, maxBytes, tally)) as AgentLogEvent;
  if (tally.cutBytes === 0) return event;
  return { ...bounded, truncated: (event.truncated ?? 0) + tally.cutBytes };
}

function boundString(text: string, maxBytes: number, tally: { cutBytes: number }): string {
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const kept = cutLength(bytes, maxBytes);
  tally.cutBytes += bytes.length - kept;
  return bytes.toString("utf8", 0, kept);
}
