import { closeSync, fstatSync } from "node:fs";
import { lineChunks } from "../io/lines.js";
import { openIfThere } from "../io/open-if-there.js";
import { parseLine } from "../log/line-fields.js";
import { isSameLog, markOf } from "../log/log-mark.js";
import type { LogRef } from "../log/log-place.js";
import type { AnyLogEvent } from "../schema/event.js";
import { fieldsOf, timeOf } from "../log/event-fields.js";
import { foldInto, stateBefore } from "./fold-event.js";
import { collectFacts, noFacts, type SessionFacts } from "./session-facts.js";
import type { SessionRow } from "./session-rows.js";
import type { SessionState } from "./session-state.js";
import type { FoldedLog } from "./session-table.js";
import { StatsFold } from "./stats-fold.js";

/** One offset of the sparse map stands for about so many lines. */
const linesPerOffset = 256;
const newline = 10;

/** Takes the lines of one log, in order, from where the catalogue stands or from the first. */
export class LogFold {
  state: SessionState | undefined;
  readonly facts: SessionFacts = noFacts();
  readonly stats: StatsFold;
  readonly offsets: [seq: number, offsetBytes: number][] = [];

  /** @param base What is gone on from; undefined before the first line. */
  constructor(base: Pick<SessionRow, "state" | "openStats"> | undefined) {
    this.state = base && { ...base.state };
    this.stats = new StatsFold(base?.openStats);
  }

  /** @param offsetBytes Start of the line, where it is known. */
  take(event: AnyLogEvent, offsetBytes: number | undefined): void {
    const ms = timeOf(fieldsOf(event));
    collectFacts(this.facts, this.state, event);
    this.stats.take(event, { ms, workspace: this.state?.workspace ?? null });
    this.state ??= stateBefore(event);
    foldInto(this.state, event, ms);
    if (offsetBytes === undefined || this.state.lines <= this.state.mappedLines + linesPerOffset) return;
    this.state.mappedLines = this.state.lines;
    this.offsets.push([event.seq, offsetBytes]);
  }
}

/**
 * Reads what a log has more than `base` knows, all of it where the file is another one than `base` knew.
 * Gives way (`yield`) after each chunk. A half line at the end waits.
 * @returns Undefined where there is no file, or no event in it.
 * @throws The system error where the file cannot be read.
 */
export function* foldLog(log: LogRef, base: SessionRow | undefined): Generator<undefined, FoldedLog | undefined> {
  const fd = openIfThere(log.path);
  if (fd === undefined) return undefined;
  try {
    const stats = fstatSync(fd);
    const goesOn = base !== undefined && base.logsDir === log.logsDir && isSameLog(fd, stats, base);
    const fold = new LogFold(goesOn ? base : undefined);
    const indexedBytes = yield* takeLines(fd, { fromByte: goesOn ? base.indexedBytes : 0, toByte: stats.size }, fold);
    if (!fold.state) return undefined;
    return {
      base,
      fromStart: !goesOn,
      id: log.id,
      logsDir: log.logsDir,
      indexedBytes,
      sizeBytes: stats.size,
      inode: stats.ino,
      mtimeMs: stats.mtimeMs,
      mark: markOf(fd, indexedBytes),
      markBytes: indexedBytes,
      state: fold.state,
      facts: fold.facts,
      stats: fold.stats.sums(),
      offsets: fold.offsets,
    };
  } finally {
    closeSync(fd);
  }
}

function* takeLines(fd: number, range: { fromByte: number; toByte: number }, fold: LogFold): Generator<undefined, number> {
  let consumed = range.fromByte;
  for (const { offsetBytes, bytes } of lineChunks(fd, { ...range, reuse: true })) {
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      const event = parseLine(bytes.subarray(start, end));
      if (event) fold.take(event, offsetBytes + start);
      start = end + 1;
    }
    consumed = offsetBytes + bytes.length;
    yield;
  }
  return consumed;
}
