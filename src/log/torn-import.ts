import { closeSync, statSync, truncateSync } from "node:fs";
import { linesBackward, readFully } from "../io/lines.js";
import { openRegular, regularStat } from "../io/regular-file.js";
import { logLock } from "./log-lock.js";
import { examineTornTail } from "./torn-tail.js";

const newline = 10;
const lineStart = '{"seq":';
const nativeKinds = new Set(["backfill", "provider_file", "provider_log"]);

/**
 * Cuts off half a line that a killed import left, without the warning that `LogFile` gives for any other: the record stands in its native file,
 * and whoever imports is about to write its event whole. Half a line of another writer is left to `LogFile`.
 * @throws {CoreError} `LOCK_TIMEOUT`, `LOG_IO`. System errors of the file as they are.
 */
export function cutTornImport(path: string): void {
  const stats = regularStat(path);
  if (!stats || stats.size === 0 || endsInNewline(path, stats.size)) return;
  logLock(path).withLock(() => {
    const place = { start: endOfLastLine(path), end: statSync(path).size };
    if (place.start < place.end && isTornImport(path, place)) truncateSync(path, place.start);
  });
}

function isTornImport(path: string, place: { start: number; end: number }): boolean {
  const fd = openRegular(path);
  try {
    const tail = examineTornTail(fd, place, () => statSync(path).size);
    return tail.kind === "cut" && isOfImport(tail.raw);
  } finally {
    closeSync(fd);
  }
}

/** A line of ours that was torn before it could say where it comes from says nothing at all. */
function isOfImport(raw: string): boolean {
  if (!raw.startsWith(lineStart) && !lineStart.startsWith(raw)) return false;
  const kind = /"source_kind":"([a-z_]+)"/.exec(raw.slice(0, 2048))?.[1];
  return kind === undefined || nativeKinds.has(kind);
}

function endsInNewline(path: string, sizeBytes: number): boolean {
  const fd = openRegular(path);
  try {
    const last = Buffer.alloc(1);
    readFully(fd, last, sizeBytes - 1);
    return last[0] === newline;
  } finally {
    closeSync(fd);
  }
}

function endOfLastLine(path: string): number {
  for (const { offsetBytes, bytes } of linesBackward(path)) return offsetBytes + bytes.length + 1;
  return 0;
}
