import type { AgentLogEvent } from "../schema/event.js";
import { cutLength } from "./cut-utf8.js";
import { mapStrings } from "./map-strings.js";

/** Longest string of an event in a log, in bytes of UTF-8. */
export const longestStringBytes = 1024 * 1024;

/** A line with no more UTF-16 units than this holds no string that is too long. */
export const unitsBelowLimit = Math.floor(longestStringBytes / 3);

/**
 * The event with each string cut to 1 MiB at a code point, wherever in it the string stands; `truncated` counts the bytes cut.
 * The event itself is left as it is, and is given back where nothing was cut.
 */
export function boundStrings(event: AgentLogEvent): AgentLogEvent {
  const tally = { cutBytes: 0 };
  const bounded = mapStrings(event, (text) => boundString(text, tally)) as AgentLogEvent;
  if (tally.cutBytes === 0) return event;
  return { ...bounded, truncated: (event.truncated ?? 0) + tally.cutBytes };
}

function boundString(text: string, tally: { cutBytes: number }): string {
  if (text.length <= unitsBelowLimit) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= longestStringBytes) return text;
  const kept = cutLength(bytes, longestStringBytes);
  tally.cutBytes += bytes.length - kept;
  return bytes.toString("utf8", 0, kept);
}
