import { splitLines } from "../io/lines.js";
import { LogCompleteness, reopeningTypes, type AnyLogEvent } from "../schema/event.js";
import { lesserCompleteness } from "./completeness.js";
import { leadingSeq, leadingType, lineKeys, parseLine } from "./line-fields.js";

/** The last `session_ended` of a log. */
export interface LogEnd {
  seq: number;
  ts: string;
  synthetic: boolean;
}

const newline = 10;
const endedMark = Buffer.from('"type":"session_ended"');
const startedMark = Buffer.from('"type":"session_started"');

/**
 * What the lines of a log say of it as a whole. Takes in runs of whole lines, in order, and parses few of them:
 * those that may start or end the session, and the last of each run.
 */
export class LogScan {
  /** Bytes taken in: the end of the last whole line. */
  sizeBytes = 0;
  /** Greatest seq; -1 before the first line. */
  maxSeq = -1;
  /** Of the first line that has one. */
  provider: string | undefined;
  /** Of the last line of a run that has one. */
  providerSessionId: string | null = null;
  /** The least that was seen. */
  completeness: LogCompleteness | undefined;
  /** Set while the session is ended: no session_started, message or tool event stands after its last `session_ended`. */
  end: LogEnd | undefined;
  startedByProvider = false;
  /** `origin` → seq of the first event that has it; loaded on demand. */
  origins: Map<string, number> | undefined;
  /** `key` → seq, as `origins`. */
  keys: Map<string, number> | undefined;

  /** Takes in whole lines that follow those before. `chunk` ends behind a newline. */
  takeChunk(chunk: Buffer): void {
    const end = this.#takeHead(chunk);
    this.#takeLines(chunk.subarray(0, end));
    this.sizeBytes += chunk.length;
  }

  /** Takes in events that were just written, without reading them back. @param bytes Length of their lines. */
  takeEvents(events: readonly AnyLogEvent[], bytes: number): void {
    for (const event of events) {
      this.maxSeq = Math.max(this.maxSeq, event.seq);
      this.provider ??= event.provider;
      this.#takeTurn(event);
      if (event.origin !== undefined && this.origins) remember(this.origins, event.origin, event.seq);
      if (event.key !== undefined && this.keys) remember(this.keys, event.key, event.seq);
    }
    const last = events.at(-1);
    if (last) this.#takeIdentity(last);
    this.sizeBytes += bytes;
  }

  /** Loads `origins` or `keys` from the lines that were taken in so far. */
  loadKeys(which: "origins" | "keys", chunks: Iterable<Buffer>): void {
    this[which] = new Map();
    for (const chunk of chunks) {
      for (const { start, end } of splitLines(chunk).lines) {
        const line = chunk.subarray(start, end);
        const seq = leadingSeq(chunk, start);
        this.#takeKeys(line, seq >= 0 ? seq : (parseLine(line)?.seq ?? 0));
      }
    }
  }

  /** Head of the last line that can be read. @returns The end of that line: broken ones behind it count for nothing. */
  #takeHead(chunk: Buffer): number {
    let end = chunk.length;
    while (end > 0) {
      const start = end >= 2 ? chunk.lastIndexOf(newline, end - 2) + 1 : 0;
      const event = parseLine(chunk.subarray(start, end));
      if (event) {
        this.#takeIdentity(event);
        return end;
      }
      end = start;
    }
    return 0;
  }

  #takeIdentity(event: AnyLogEvent): void {
    if (typeof event.provider_session_id === "string") this.providerSessionId = event.provider_session_id;
    const completeness = LogCompleteness.safeParse(event.completeness).data;
    if (completeness) this.completeness = this.completeness ? lesserCompleteness(this.completeness, completeness) : completeness;
  }

  #takeLines(chunk: Buffer): void {
    let nextEnded = chunk.indexOf(endedMark);
    let nextStarted = chunk.indexOf(startedMark);
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const isCandidate = (nextEnded >= 0 && nextEnded < end) || (nextStarted >= 0 && nextStarted < end);
      this.#takeLine(chunk, { start, end, isCandidate });
      if (nextEnded >= 0 && nextEnded < end) nextEnded = chunk.indexOf(endedMark, end);
      if (nextStarted >= 0 && nextStarted < end) nextStarted = chunk.indexOf(startedMark, end);
      start = end + 1;
    }
  }

  #takeLine(chunk: Buffer, { start, end, isCandidate }: { start: number; end: number; isCandidate: boolean }): void {
    let seq = leadingSeq(chunk, start);
    const isOdd = seq < 0 || seq > this.maxSeq + 1;
    if (isOdd || isCandidate || this.provider === undefined) {
      // A jump may be the digits of a broken line: only a line that can be read counts.
      const event = start === end ? undefined : parseLine(chunk.subarray(start, end));
      if (!event) return;
      seq = event.seq;
      if (typeof event.provider === "string") this.provider ??= event.provider;
      this.#takeTurn(event);
    } else if (this.end && reopeningTypes.has(leadingType(chunk.subarray(start, end)))) {
      this.end = undefined;
    }
    this.maxSeq = Math.max(this.maxSeq, seq);
    if (this.origins || this.keys) this.#takeKeys(chunk.subarray(start, end), seq);
  }

  #takeTurn(event: AnyLogEvent): void {
    if (event.type === "session_ended") {
      this.end = { seq: event.seq, ts: event.ts, synthetic: (event as { synthetic?: unknown }).synthetic === true };
    } else if (reopeningTypes.has(event.type)) {
      this.end = undefined;
    }
    if (event.type === "session_started" && event.origin !== undefined) this.startedByProvider = true;
  }

  #takeKeys(line: Buffer, seq: number): void {
    const { origin, key } = lineKeys(line);
    if (origin !== undefined && this.origins) remember(this.origins, origin, seq);
    if (key !== undefined && this.keys) remember(this.keys, key, seq);
  }
}

function remember(map: Map<string, number>, name: string, seq: number): void {
  if (!map.has(name)) map.set(name, seq);
}
