import { readFully } from "../io/lines.js";
import type { ParseResult, ParsedEvent, Provider } from "../providers/provider.js";

/** Bytes of a line that are kept in the warning about it. */
const keptBytes = 1024;

export interface ReadLimits {
  /** Bytes read at a time; 1 MiB where absent. */
  chunkBytes?: number;
  /** A longer line is passed over with a `parse_warning`; 64 MiB where absent. */
  maxLineBytes?: number;
}

/** What one stretch of a file gave. */
export interface RecordBatch {
  state: unknown;
  events: ParsedEvent[];
  agents: ParseResult<unknown>["agents"];
  /** Where the next stretch begins: all before it is dealt with. */
  offsetBytes: number;
  bytes: number;
  /** Nothing more is to be read for now. */
  isLast: boolean;
}

/**
 * Reads and parses a file from `offsetBytes` up to `endBytes`, one batch a chunk. A line that is longer than a chunk makes the chunk grow.
 * What is left at the end (half a line) stays unread for the next time.
 * @param from.final No more will come: see `Provider.parse`.
 */
export function* readRecords(
  fd: number,
  provider: Provider,
  from: { state: unknown; offsetBytes: number; endBytes: number; final: boolean },
  { chunkBytes = 1 << 20, maxLineBytes = 64 << 20 }: ReadLimits = {},
): Generator<RecordBatch, void> {
  let { state, offsetBytes } = from;
  let sizeBytes = chunkBytes;
  for (;;) {
    const chunk = readAt(fd, offsetBytes, Math.min(sizeBytes, from.endBytes - offsetBytes));
    const atEnd = offsetBytes + chunk.length >= from.endBytes || chunk.length === 0;
    const parsed = provider.parse(state, chunk, { final: from.final && atEnd });
    state = parsed.state;
    const consumed = parsed.consumedBytes > 0 || parsed.events.length > 0;
    offsetBytes += parsed.consumedBytes;
    if (consumed || atEnd) yield { state, events: parsed.events, agents: parsed.agents, offsetBytes, bytes: parsed.consumedBytes, isLast: atEnd };
    if (atEnd) return;
    if (parsed.consumedBytes > 0) {
      sizeBytes = chunkBytes;
    } else if (sizeBytes < maxLineBytes) {
      sizeBytes = Math.min(sizeBytes * 2, maxLineBytes);
    } else {
      const behind = endOfLine(fd, offsetBytes + chunk.length, from.endBytes, chunkBytes);
      if (behind === undefined) return;
      yield { state, events: [tooLong(chunk, offsetBytes, behind)], agents: [], offsetBytes: behind, bytes: behind - offsetBytes, isLast: false };
      offsetBytes = behind;
      sizeBytes = chunkBytes;
    }
  }
}

/** Up to `length` bytes; fewer where the file ends before. */
export function readAt(fd: number, offsetBytes: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(Math.max(0, length));
  return buffer.subarray(0, readFully(fd, buffer, offsetBytes));
}

/** Offset behind the newline that ends a line, or undefined where it has not come yet. */
function endOfLine(fd: number, fromBytes: number, endBytes: number, chunkBytes: number): number | undefined {
  for (let at = fromBytes; at < endBytes; ) {
    const chunk = readAt(fd, at, Math.min(chunkBytes, endBytes - at));
    if (chunk.length === 0) return undefined;
    const newline = chunk.indexOf(10);
    if (newline >= 0) return at + newline + 1;
    at += chunk.length;
  }
  return undefined;
}

function tooLong(chunk: Buffer, offsetBytes: number, behind: number): ParsedEvent {
  return {
    origin: `line@${offsetBytes}/0`,
    offsetBytes,
    kind: {
      type: "parse_warning",
      message: `A line of ${behind - offsetBytes} bytes was passed over`,
      raw: chunk.subarray(0, keptBytes).toString("utf8"),
    },
  };
}
