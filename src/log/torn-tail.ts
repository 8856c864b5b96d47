import { readFully } from "../io/lines.js";
import { sleepSync } from "../io/retry.js";
import type { EventDraft } from "../schema/event.js";
import { textOfStart } from "./cut-utf8.js";
import { parseLine } from "./line-fields.js";

const longestKeptBytes = 64 * 1024;
/** More than any line of ours: it is cut off unread. */
const longestReadBytes = 64 * 1024 * 1024;
const settleMs = 50;
const newline = 10;

/** What to do about bytes behind the last newline. */
export type TornTail =
  /** It is whole but for its newline. */
  | { kind: "close"; bytes: Buffer }
  /** It is cut off; `warning` says so in the log. `raw`: what stood there, its first 64 KB. */
  | { kind: "cut"; raw: string; warning: EventDraft }
  /** Its writer, or another, was still at it. */
  | { kind: "moved" };

/**
 * Looks at the unfinished last line of a log, under the log's lock. Waits for 50 ms where it cannot be read:
 * a writer that takes no lock may be in the midst of it.
 * @param place.start End of the last whole line. @param place.end Size of the file.
 * @param sizeNow Size of the file at the time of the call.
 */
export function examineTornTail(fd: number, place: { start: number; end: number }, sizeNow: () => number): TornTail {
  const bytes = readTail(fd, place);
  if (bytes.includes(newline)) return { kind: "moved" };
  if (parseLine(bytes)) return { kind: "close", bytes };
  sleepSync(settleMs);
  if (sizeNow() !== place.end) return { kind: "moved" };
  const length = place.end - place.start;
  const raw = textOfStart(bytes, longestKeptBytes);
  const message = `Torn last line: ${length} bytes without a newline could not be read and were cut off`;
  return { kind: "cut", raw, warning: { sourceKind: "wrapper", kind: { type: "parse_warning", message, raw } } };
}

function readTail(fd: number, { start, end }: { start: number; end: number }): Buffer {
  const length = end - start;
  const buffer = Buffer.alloc(length > longestReadBytes ? longestKeptBytes + 4 : length);
  return buffer.subarray(0, readFully(fd, buffer, start));
}
