import type { AnyLogEvent } from "../../src/schema/event.js";
import type { LogLine } from "../../src/schema/ports.js";

/** A log line of session `s`, with what `fields` says. */
export function logLine(seq: number, fields: Record<string, unknown>): LogLine {
  const event = {
    seq,
    ts: new Date(Date.UTC(2026, 0, 5, 10, 0, seq)).toISOString(),
    provider: "claude",
    wrapper_session_id: "s",
    provider_session_id: null,
    source_kind: "provider_file",
    completeness: "full",
    ...fields,
  } as unknown as AnyLogEvent;
  return { seq, offsetBytes: seq * 1000, raw: JSON.stringify(event), event };
}

/** Lines of one session as the log gives them, by the words of `LogPort`. */
export function linesInMemory(lines: readonly LogLine[]) {
  return {
    *forward(_sessionId: string, afterSeq: number): Iterable<LogLine> {
      const last = lines.findLastIndex((line) => line.seq <= afterSeq);
      yield* lines.slice(last + 1);
    },
    *backward(_sessionId: string, beforeSeq: number): Iterable<LogLine> {
      const first = lines.findIndex((line) => line.seq >= beforeSeq);
      yield* (first === -1 ? [...lines] : lines.slice(0, first)).reverse();
    },
  };
}
