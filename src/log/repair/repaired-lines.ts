import { createHash } from "node:crypto";
import { serializeEvent, isEventLine, type AgentLogEvent, type AnyLogEvent } from "../../schema/event.js";
import { parseJson } from "../../schema/parse-json.js";
import { formatTime, parseTime } from "../../schema/time.js";
import type { Fields } from "../check/line-facts.js";
import { textOfStart } from "../cut-utf8.js";
import { leadingSeq } from "../line-fields.js";

/** What a repair made of a log's lines. */
export interface RepairedCounts {
  events: number;
  /** Runs of lines that could not be read: each became a `parse_warning`. */
  warnings: number;
  /** Events that stood twice, word for word but for number and time. */
  dropped: number;
  renumbered: number;
}

const longestKeptBytes = 64 * 1024;
const uniqueNames = ["origin", "key"] as const;

/** Makes good lines of a log's lines, one after the other: numbered without gaps, none unreadable and, where that is asked for, none doubled. */
export class RepairedLines {
  readonly counts: RepairedCounts = { events: 0, warnings: 0, dropped: 0, renumbered: 0 };
  readonly #seen = { origin: new Map<string, string>(), key: new Map<string, string>() };
  readonly #sessionId: string;
  readonly #dropsDoubled: boolean;
  #nextSeq: number | undefined;
  #last: AnyLogEvent | undefined;
  /** Lines that could not be read since the last event, and the first of them. */
  #unread: { lines: number; bytes: number; raw: string } | undefined;

  /** @param options.dropsDoubled Keeps each origin and key, and a digest of its event, in memory. */
  constructor(sessionId: string, options: { dropsDoubled: boolean }) {
    this.#sessionId = sessionId;
    this.#dropsDoubled = options.dropsDoubled;
  }

  /** @returns The lines to write for one line, without newlines. */
  take(bytes: Buffer): string[] {
    const text = bytes.toString("utf8");
    if (text.trim() === "") return [];
    const value = parseJson(text);
    if (!isEventLine(value)) {
      const known = (this.#unread ??= { lines: 0, bytes: 0, raw: textOfStart(bytes, longestKeptBytes) });
      known.lines += 1;
      known.bytes += bytes.length;
      return [];
    }
    return [...this.#warning(value), ...this.#event(value, bytes, text)];
  }

  /** @returns The lines to write when there are no more. */
  end(): string[] {
    return this.#warning(undefined);
  }

  #event(event: AnyLogEvent, bytes: Buffer, text: string): string[] {
    const doubled = this.#dropsDoubled ? this.#doubledNames(event) : [];
    if (doubled === "all") {
      this.counts.dropped += 1;
      return [];
    }
    this.counts.events += 1;
    this.#last = event;
    const seq = this.#number(event.seq);
    if (seq === event.seq && doubled.length === 0) return [text];
    if (seq !== event.seq) this.counts.renumbered += 1;
    return [doubled.length === 0 && leadingSeq(bytes, 0) >= 0 ? text.replace(/\d+/, String(seq)) : JSON.stringify({ ...without(event, doubled), seq })];
  }

  /** Names of the event that stand before. `all`: on an event that says the same. Another event keeps all but the name. */
  #doubledNames(event: AnyLogEvent): readonly string[] | "all" {
    const named = uniqueNames.filter((name) => typeof event[name] === "string");
    if (named.length === 0) return [];
    const { seq: _seq, ts: _ts, ...said } = event as unknown as Fields;
    const digest = digestOf(JSON.stringify(said));
    const doubled = named.filter((name) => this.#seen[name].has(event[name] as string));
    if (doubled.some((name) => this.#seen[name].get(event[name] as string) === digest)) return "all";
    for (const name of named) if (!doubled.includes(name)) this.#seen[name].set(event[name] as string, digest);
    return doubled;
  }

  #number(wished: number): number {
    const seq = (this.#nextSeq ??= Math.min(Math.max(wished, 0), 1));
    this.#nextSeq += 1;
    return seq;
  }

  /** In place of what could not be read. @param next The event that follows: it knows whose log it is where none stands before. */
  #warning(next: AnyLogEvent | undefined): string[] {
    const unread = this.#unread;
    if (!unread) return [];
    this.#unread = undefined;
    this.counts.warnings += 1;
    const near = this.#last ?? next;
    const message = `${unread.lines} unreadable lines of ${unread.bytes} bytes stood here; the file as it was lies beside the log`;
    return [
      serializeEvent({
        seq: this.#number(1),
        ts: formatTime(parseTime(String(near?.ts)) ?? 0),
        provider: near?.provider ?? "unknown",
        wrapper_session_id: near?.wrapper_session_id ?? this.#sessionId,
        provider_session_id: near?.provider_session_id ?? null,
        source_kind: "wrapper",
        completeness: (near as AgentLogEvent | undefined)?.completeness ?? "partial",
        type: "parse_warning",
        message,
        raw: unread.raw,
      }),
    ];
  }
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64").slice(0, 22);
}

function without(event: AnyLogEvent, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !names.includes(name)));
}
