import { splitLines } from "../io/lines.js";
import { jsonObject } from "./json.js";

/** A line of a chunk, as byte positions in it; `end` is behind its last byte and before its newline. */
export interface LineRange {
  start: number;
  end: number;
}

/**
 * The whole lines of a chunk. Half a line at its end is left for later; with `final` it counts if it is a JSON object.
 * @returns `consumedBytes`: what the lines take up, newlines included.
 */
export function recordLines(chunk: Buffer, { final }: { final: boolean }): { lines: LineRange[]; consumedBytes: number } {
  const { lines, consumedBytes } = splitLines(chunk);
  const nothingMore = !final || consumedBytes === chunk.length || jsonObject(chunk.toString("utf8", consumedBytes)) === undefined;
  if (nothingMore) return { lines, consumedBytes };
  lines.push({ start: consumedBytes, end: chunk.length });
  return { lines, consumedBytes: chunk.length };
}
