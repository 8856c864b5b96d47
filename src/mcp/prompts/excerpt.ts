import type { AnyLogEvent } from "../../schema/event.js";
import type { Mask } from "../../schema/ports.js";
import { fenced } from "../resources/fence.js";
import { clock, speakerOf } from "../resources/transcript-block.js";
import { firstCodePoints, lastCodePoints } from "../views/cut-text.js";
import { eventText } from "../views/event-text.js";

/** Where an event is cited: `session_id#seq`, with the shortest id that names its session. */
export function citation(shortId: string, seq: number): string {
  return `${shortId}#${seq}`;
}

/** The begin of a text tells what it is, its end how it came out: so much is the begin's. */
const headPart = 1 / 3;
const gap = "\n…\n";

/** About `maxBytes` of a text: its begin and its end, with `…` where the middle is missing. No code point is split. */
export function bothEnds(text: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  const points = Math.floor((maxBytes * text.length) / bytes);
  const head = Math.floor(points * headPart);
  return `${firstCodePoints(text, head)}${gap}${lastCodePoints(text, points - head)}`;
}

/** Recorded text as a code block of about `maxBytes`; empty for none. */
export function recorded(text: string, maxBytes: number): string {
  return text === "" ? "" : fenced(bothEnds(text, maxBytes));
}

/** An event: where it stands, who speaks and when; below it what it says, masked and cut to about `maxBytes`, as a code block. */
export function excerpt(event: AnyLogEvent, { shortId, mask, maxBytes }: { shortId: string; mask: Mask; maxBytes: number }): string {
  return `${citation(shortId, event.seq)} ${speakerOf(event, mask)}${clock(event.ts)}\n${recorded(eventText(event, mask).trim(), maxBytes)}`;
}
