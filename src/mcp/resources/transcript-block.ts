import type { AnyLogEvent } from "../../schema/event.js";
import type { Mask } from "../../schema/ports.js";
import { parseTime } from "../../schema/time.js";
import { cutText } from "../views/cut-text.js";
import { eventText } from "../views/event-text.js";
import { fenced, headingName } from "./fence.js";

const maxTextChars = 16_000;

type Fields = Readonly<Record<string, unknown>>;

/** Who or what speaks, for the kinds that a transcript shows. */
const speakers: Readonly<Record<string, (fields: Fields, named: (name: unknown) => string) => string>> = {
  session_started: (fields) => (fields["resumed"] === true ? "Session goes on" : "Session starts"),
  user_message: () => "User",
  assistant_message: () => "Assistant",
  reasoning: () => "Assistant thinks",
  tool_call: (fields, named) => `Calls${named(fields["tool_name"]) || " a tool"}`,
  tool_result: (fields, named) => `${fields["success"] === false ? "Failure" : "Result"}${named(fields["tool_name"])}`,
  permission: (fields, named) => `Permission ${fields["granted"] === true ? "granted" : "denied"}${named(fields["tool_name"])}`,
  user_event: (fields, named) => `Note${named(fields["level"])}`,
  stderr: () => "Standard error",
  session_result: () => "Result of the session",
  session_cleared: () => "Session cleared",
  session_ended: (fields) => (fields["success"] === false ? "Session ends in failure" : "Session ends"),
  usage_limit_hit: () => "Usage limit hit",
  usage_limit_resumed: () => "Resumed after a usage limit",
  usage_limit_resume_failed: () => "Resume after a usage limit failed",
};

/** Whether the transcript shows this event; bookkeeping of providers and writers it leaves out. */
export function isTold(event: AnyLogEvent): boolean {
  return Object.hasOwn(speakers, event.type);
}

/** Who or what speaks in an event, in our own words; an event of another kind is called by that. Names are masked. */
export function speakerOf(event: AnyLogEvent, mask: Mask): string {
  const named = (name: unknown): string => headingName(typeof name === "string" ? mask(name) : name);
  const speaker = speakers[event.type]?.(event as unknown as Fields, named) ?? (named(event.type).trim() || "An event");
  return event.agent_id == null ? speaker : `${speaker} · sub-agent${named(event.agent_id)}`;
}

/** The time of an event for a heading: ` · YYYY-MM-DD HH:MM:SS`, UTC; empty where it cannot be read. */
export function clock(ts: string): string {
  const ms = parseTime(ts);
  return ms === undefined ? "" : ` · ${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}`;
}

function textBlock(recorded: string): string {
  const { text, cut } = cutText(recorded, maxTextChars);
  return `${fenced(text)}${cut > 0 ? `\n${cut} more characters are left out.\n` : ""}`;
}

/** One event of `isTold`, for people: a heading of our own words, and what was recorded as a block below it. */
export function transcriptBlock(event: AnyLogEvent, mask: Mask): string {
  const text = eventText(event, mask);
  return `### ${speakerOf(event, mask)}${clock(event.ts)}\n\n${text === "" ? "" : `${textBlock(text)}\n`}`;
}
