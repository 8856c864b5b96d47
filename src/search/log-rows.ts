import { closeSync, fstatSync } from "node:fs";
import { lineChunks, type LineChunk } from "../io/lines.js";
import { openIfThere } from "../io/open-if-there.js";
import { fieldsOf } from "../log/event-fields.js";
import { parseLine } from "../log/line-fields.js";
import { isSameLog, markOf } from "../log/log-mark.js";
import { refOf } from "../log/log-place.js";
import { eventTexts } from "./event-texts.js";
import { takeEvent, emptyRowState, type EventKind, type RowState } from "./row-state.js";
import type { SessionRow } from "./session-rows.js";
import type { TextBytes } from "./text-bytes.js";

const newline = 10;

/** One event that has text. */
export interface EventRow {
  offsetBytes: number;
  ms: number;
  kind: EventKind;
  /** Its texts as the index takes them. */
  text: Uint8Array;
  /** Keys of the files that its tool read or changed. */
  files: readonly string[];
}

/** What a log has more than was known of it, or the first part of that: what is to be written of it. */
export interface LogRows {
  base: SessionRow;
  /** Read from its first byte: what is known of it is dropped. */
  fromStart: boolean;
  indexedBytes: number;
  sizeBytes: number;
  inode: number;
  mtimeMs: number;
  mark: string;
  /** 0 once it is read to its end; a half line there waits, and does not count. */
  pendingBytes: number;
  state: RowState;
  rows: EventRow[];
}

/**
 * Reads on in a log from where `base` stands, from its start where the file is another one.
 * @param options.mostBytes Stops after the run of lines in which so many have been read.
 * @param options.textBytes Holds the texts of the rows.
 * @returns Undefined where there is no file.
 * @throws The system error where the file cannot be read.
 */
export function readRows(base: SessionRow, { mostBytes, textBytes }: { mostBytes: number; textBytes: TextBytes }): LogRows | undefined {
  const fd = openIfThere(refOf(base).path);
  if (fd === undefined) return undefined;
  try {
    const stats = fstatSync(fd);
    const goesOn = isSameLog(fd, stats, base);
    const state = goesOn ? structuredClone(base.state) : emptyRowState();
    const rows: EventRow[] = [];
    const fromByte = goesOn ? base.indexedBytes : 0;
    let [indexedBytes, isWhole] = [fromByte, true];
    for (const chunk of lineChunks(fd, { fromByte, toByte: stats.size, reuse: true })) {
      takeChunk(chunk, { state, rows, textBytes });
      indexedBytes = chunk.offsetBytes + chunk.bytes.length;
      isWhole = indexedBytes - fromByte < mostBytes;
      if (!isWhole) break;
    }
    const file = { indexedBytes, sizeBytes: stats.size, inode: stats.ino, mtimeMs: stats.mtimeMs, mark: markOf(fd, indexedBytes) };
    return { base, fromStart: !goesOn, ...file, pendingBytes: isWhole ? 0 : stats.size - indexedBytes, state, rows };
  } finally {
    closeSync(fd);
  }
}

function takeChunk({ offsetBytes, bytes }: LineChunk, { state, rows, textBytes }: { state: RowState; rows: EventRow[]; textBytes: TextBytes }): void {
  let start = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    const event = parseLine(bytes.subarray(start, end));
    if (event) {
      const { ms, kind, files } = takeEvent(state, event);
      const texts = eventTexts(fieldsOf(event));
      if (texts.length > 0) rows.push({ offsetBytes: offsetBytes + start, ms, kind, text: textBytes.add(texts), files });
    }
    start = end + 1;
  }
}
