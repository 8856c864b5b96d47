import { closeSync, fstatSync } from "node:fs";
import { lineChunks, linesBackward, linesForward, readFully, type Line } from "../io/lines.js";
import { openRegular } from "../io/regular-file.js";
import { isEventLine } from "../schema/event.js";
import type { LogLine } from "../schema/ports.js";
import { leadingSeq, parseLine } from "./line-fields.js";
import { LogScan } from "./log-scan.js";
import { parseJson } from "../schema/parse-json.js";

const newline = 10;

/**
 * A place in a log, for a start near a seq: an offset of a line's start that is at or before the line after `seq` (`Infinity`: the last such place known).
 * Undefined where none is known, and for logs whose seqs do not ascend from line to line.
 */
export type SeqOffset = (seq: number) => number | undefined;

/**
 * Lines after the last one whose seq is at most `afterSeq` (negative: all), in log order; lazily. Blank and broken lines are passed over.
 * With a place to start from only what follows it is read; without one the log is searched from its end.
 * @throws The system error where the log cannot be read.
 */
export function* forwardLines(path: string, afterSeq: number, seqOffset?: SeqOffset): Generator<LogLine> {
  const hint = afterSeq < 0 ? 0 : usableOffset(path, seqOffset?.(afterSeq));
  const fromByte = hint ?? endOfLastUpTo(path, afterSeq);
  for (const line of linesForward(path, { fromByte })) {
    const logLine = afterSeq >= 0 && isUpTo(line, afterSeq) ? undefined : toLogLine(line);
    if (logLine && (afterSeq < 0 || logLine.seq > afterSeq)) yield logLine;
  }
}

/**
 * Lines before the first one whose seq is at least `beforeSeq` (`Infinity`: all), last one first; lazily.
 * With a place to start from only what follows it is searched for that line; without one the log is searched from its start.
 * @throws The system error where the log cannot be read.
 */
export function* backwardLines(path: string, beforeSeq: number, seqOffset?: SeqOffset): Generator<LogLine> {
  const range = beforeSeq === Infinity ? {} : { endByte: startOfFirstFrom(path, beforeSeq, seqOffset) };
  for (const line of linesBackward(path, range)) {
    const logLine = toLogLine(line);
    if (logLine) yield logLine;
  }
}

/** Greatest seq of a log, -1 where it is empty. Without a place to start from the whole log is read. */
export function greatestSeq(path: string, seqOffset?: SeqOffset): number {
  const fd = openRegular(path);
  try {
    const scan = new LogScan();
    const fromByte = usableOffset(path, seqOffset?.(Infinity)) ?? 0;
    for (const { bytes } of lineChunks(fd, { fromByte, reuse: true })) scan.takeChunk(bytes);
    return scan.maxSeq < 0 && fromByte > 0 ? greatestSeq(path) : scan.maxSeq;
  } finally {
    closeSync(fd);
  }
}

function toLogLine({ offsetBytes, bytes }: Line): LogLine | undefined {
  if (bytes.length === 0) return undefined;
  const raw = bytes.toString("utf8");
  const event = parseJson(raw);
  return isEventLine(event) ? { seq: event.seq, offsetBytes, raw, event } : undefined;
}

/** Whether the line starts with a seq of at most `seq`; false also where it must be parsed to know. */
function isUpTo({ bytes }: Line, seq: number): boolean {
  const own = leadingSeq(bytes, 0);
  return own >= 0 && own <= seq;
}

/** Digits alone may be those of a broken line: a line that is to count as a bound must be readable. */
function endOfLastUpTo(path: string, seq: number): number {
  for (const { offsetBytes, bytes } of linesBackward(path)) {
    if (leadingSeq(bytes, 0) > seq) continue;
    const event = parseLine(bytes);
    if (event && event.seq <= seq) return offsetBytes + bytes.length + 1;
  }
  return 0;
}

function startOfFirstFrom(path: string, seq: number, seqOffset: SeqOffset | undefined): number {
  const fromByte = usableOffset(path, seqOffset?.(seq - 1)) ?? 0;
  let end = fromByte;
  for (const line of linesForward(path, { fromByte })) {
    if (!isUpTo(line, seq - 1)) {
      const event = parseLine(line.bytes);
      if (event && event.seq >= seq) return line.offsetBytes;
    }
    end = line.offsetBytes + line.bytes.length + 1;
  }
  return end;
}

/** The place, where the log (still) has a line's start there. */
function usableOffset(path: string, offsetBytes: number | undefined): number | undefined {
  if (offsetBytes === undefined || offsetBytes === 0) return offsetBytes;
  const fd = openRegular(path);
  try {
    const before = Buffer.alloc(1);
    const isStart = offsetBytes <= fstatSync(fd).size && readFully(fd, before, offsetBytes - 1) === 1 && before[0] === newline;
    return isStart ? offsetBytes : undefined;
  } finally {
    closeSync(fd);
  }
}
