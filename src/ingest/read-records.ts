import type { ByteSource } from "../io/byte-source.js";
import type { ParseResult, ParsedEvent, Provider } from "../providers/provider.js";

/** Bytes of a line that are kept in the warning about it. */
const keptBytes = 1024;

export interface ReadLimits {
  /** Bytes read at a time; 512 KiB where absent: all that they give is held until it is written. */
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

/** Where reading begins, and how. */
export interface ReadFrom {
  state: unknown;
  offsetBytes: number;
  /** No more will come: see `Provider.parse`. */
  final: boolean;
  /** One JSON text: it is read at once. */
  isDocument?: boolean;
}

/**
 * Reads and parses content from `from.offsetBytes` to its end, one batch a chunk. A line that is longer than a chunk makes the chunk grow.
 * What is left at the end (half a line) stays unread for the next time.
 */
export function* readRecords(source: ByteSource, provider: Provider, from: ReadFrom, limits: ReadLimits = {}): Generator<RecordBatch, void> {
  const { chunkBytes = 1 << 19, maxLineBytes = 64 << 20 } = limits;
  const leastBytes = from.isDocument ? maxLineBytes : chunkBytes;
  let { state, offsetBytes } = from;
  let sizeBytes = leastBytes;
  for (;;) {
    const chunk = source.readAt(offsetBytes, sizeBytes);
    const atEnd = chunk.length < sizeBytes || offsetBytes + chunk.length >= source.endBytes;
    const parsed = atEnd || !from.isDocument ? provider.parse(state, chunk, { final: from.final && atEnd }) : undefined;
    const consumedBytes = parsed?.consumedBytes ?? 0;
    state = parsed?.state ?? state;
    offsetBytes += consumedBytes;
    const { events = [], agents = [] } = parsed ?? {};
    if (consumedBytes > 0 || events.length > 0 || atEnd) yield { state, events, agents, offsetBytes, bytes: consumedBytes, isLast: atEnd };
    if (atEnd) return;
    if (consumedBytes > 0) {
      sizeBytes = leastBytes;
    } else if (sizeBytes < maxLineBytes) {
      sizeBytes = Math.min(sizeBytes * 2, maxLineBytes);
    } else {
      const behind = from.isDocument ? endOf(source, offsetBytes + chunk.length) : endOfLine(source, offsetBytes + chunk.length, chunkBytes);
      if (behind === undefined) return;
      yield { state, events: [tooLong(chunk, offsetBytes, behind)], agents: [], offsetBytes: behind, bytes: behind - offsetBytes, isLast: false };
      offsetBytes = behind;
      sizeBytes = leastBytes;
    }
  }
}

/** Offset behind the newline that ends a line, or undefined where it has not come yet. */
function endOfLine(source: ByteSource, fromBytes: number, chunkBytes: number): number | undefined {
  for (let at = fromBytes; ; ) {
    const chunk = source.readAt(at, chunkBytes);
    const newline = chunk.indexOf(10);
    if (newline >= 0) return at + newline + 1;
    if (chunk.length < chunkBytes) return undefined;
    at += chunk.length;
  }
}

function endOf(source: ByteSource, fromBytes: number): number {
  return Math.max(fromBytes, Number.isFinite(source.endBytes) ? source.endBytes : fromBytes);
}

function tooLong(chunk: Buffer, offsetBytes: number, behind: number): ParsedEvent {
  return {
    origin: `line@${offsetBytes}/0`,
    offsetBytes,
    kind: {
      type: "parse_warning",
      message: `A record of ${behind - offsetBytes} bytes was passed over`,
      raw: chunk.subarray(0, keptBytes).toString("utf8"),
    },
  };
}
