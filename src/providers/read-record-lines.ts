import type { JsonObject } from "./json.js";
import { readLine } from "./line-values.js";
import { recordLines } from "./record-lines.js";

/** One JSON object of a file of records, its text, and the place of its first byte. */
export interface PlacedRecord {
  value: JsonObject;
  text: string;
  offsetBytes: number;
}

/** A line that is not one whole record, and why. What could be read of it has been given before. */
export interface PlacedProblem {
  problem: string;
  text: string;
  offsetBytes: number;
}

export interface RecordLineReader {
  /** Whether an object found behind broken text is a record, and not a part of one. */
  isRecord(value: JsonObject): boolean;
  onRecord(record: PlacedRecord): void;
  onProblem(problem: PlacedProblem): void;
  /** Lines that are not even looked at. */
  isPassedOver?(line: Buffer): boolean;
}

/**
 * Gives the records on the whole lines of a chunk to `reader`, in order.
 * @param offsetBytes Place of the chunk in its file. @param final Half a line at the end counts if it is a JSON object.
 * @returns Bytes that are dealt with.
 */
export function readRecordLines(chunk: Buffer, { offsetBytes, final }: { offsetBytes: number; final: boolean }, reader: RecordLineReader): number {
  const { lines, consumedBytes } = recordLines(chunk, { final });
  for (const { start, end } of lines) {
    const bytes = chunk.subarray(start, end);
    if (!reader.isPassedOver?.(bytes)) readOneLine(bytes, offsetBytes + start, reader);
  }
  return consumedBytes;
}

function readOneLine(bytes: Buffer, offsetBytes: number, reader: RecordLineReader): void {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  const { values, problem } = readLine(text, (value) => reader.isRecord(value));
  for (const { value, text: recordText, start } of values) {
    const place = start === 0 ? offsetBytes : offsetBytes + Buffer.byteLength(text.slice(0, start));
    reader.onRecord({ value, text: recordText, offsetBytes: place });
  }
  if (problem !== undefined) reader.onProblem({ problem, text, offsetBytes });
}
