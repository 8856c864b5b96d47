import type { AnyLogEvent } from "../../schema/event.js";
import type { Mask } from "../../schema/ports.js";
import type { Detail } from "./event-filter.js";
import { eventBody, eventView, shorterBody, type CallPlace, type EventBody } from "./event-view.js";
import { maskRecord } from "./mask-strings.js";
import { jsonBytes, shrinkRecord } from "./shrink.js";

/** What of an event is shown: a view's text, or with detail `full` the line as it was logged, masked inside its strings. */
export type EventContent = { body: EventBody } | { line: Record<string, unknown> };

/** About the bytes that a view takes beside its text. */
const viewBytes = 60;

/** @returns The content, and about how many bytes of JSON it takes. */
export function eventContent(
  event: AnyLogEvent,
  { detail, mask, maxChars }: { detail: Detail; mask: Mask; maxChars: number },
): { content: EventContent; bytes: number } {
  if (detail === "full") {
    const line = maskRecord(event as unknown as Record<string, unknown>, mask);
    return { content: { line }, bytes: jsonBytes(line) };
  }
  const body = eventBody(event, { mask, maxChars });
  return { content: { body }, bytes: jsonBytes(body.text) + viewBytes };
}

/** The content as it stands in an answer. */
export function shownEvent(
  event: AnyLogEvent,
  content: EventContent,
  place: { call?: CallPlace | undefined; showTime: boolean },
): Record<string, unknown> {
  return "line" in content ? content.line : { ...eventView(event, content.body, place) };
}

/** Content of about `maxBytes` at most; of a line, `truncated` tells how many bytes it lost. */
export function shorterContent(content: EventContent, maxBytes: number): EventContent {
  // A code point takes at least one byte, so this never cuts what would have fitted.
  if ("body" in content) return { body: shorterBody(content.body, maxBytes) };
  const bytes = jsonBytes(content.line);
  if (bytes <= maxBytes) return content;
  const before = content.line["truncated"];
  const truncated = typeof before === "number" ? before : 0;
  const line = shrinkRecord({ ...content.line, truncated: truncated + bytes }, maxBytes);
  return { line: { ...line, truncated: truncated + bytes - jsonBytes(line) } };
}
