import { setImmediate as turn } from "node:timers/promises";
import type { LineChunk } from "../io/lines.js";
import { fieldsOf, textOrNull } from "../log/event-fields.js";
import { leadingType, parseLine } from "../log/line-fields.js";
import { refOf } from "../log/log-place.js";
import type { SearchQuery } from "../schema/ports.js";
import { foldSessionId } from "../schema/session-id.js";
import { parseTime } from "../schema/time.js";
import { chunksBackward, ScanBuffer } from "./backward-chunks.js";
import { NewestCandidates, type HitPlace } from "./candidate.js";
import { eventTexts } from "./event-texts.js";
import type { Found } from "./finder.js";
import type { ByteNeedle } from "./byte-needle.js";
import { lineStarts } from "./needle-lines.js";
import { kindOf, type EventKind } from "./row-state.js";
import type { SearchFilter } from "./search-filter.js";
import type { IndexedLog } from "./session-rows.js";

/** Whether an event matches, by its texts. */
export interface EventMatcher {
  /** One of them stands in each line that matches; undefined: any line may match. */
  needles: readonly ByteNeedle[] | undefined;
  matches(texts: readonly string[]): boolean;
}

export interface LogScanOptions {
  matcher: EventMatcher;
  filter: SearchFilter;
  /** The session's log, the one with the newest event first; those of which something is not taken in before all. */
  sessions: readonly IndexedLog[];
  /** Kind of an event as the index has it: the tool of a result that does not name it. */
  kindAt(session: IndexedLog, offsetBytes: number): EventKind | undefined;
  /** Places of the events that are asked for, by row of their session; undefined: any. */
  places: ReadonlyMap<number, ReadonlySet<number>> | undefined;
  limit: number;
  after: HitPlace | undefined;
  signal: AbortSignal | undefined;
  onProgress: SearchQuery["onProgress"];
}

const unknownKind: EventKind = { type: "tool_result", tool: "", toolKind: "", own: false };
const sliceMs = 10;
const newline = 10;

/** Looks through logs, newest first, for events that match; stops when no event before can be among the newest. */
export class LogScan {
  readonly #options: LogScanOptions;
  readonly #newest: NewestCandidates;
  readonly #buffer = new ScanBuffer();
  #total = 0;
  #excluded = 0;
  #sliceEndsAt = performance.now() + sliceMs;

  constructor(options: LogScanOptions) {
    this.#options = options;
    this.#newest = new NewestCandidates({ most: options.limit, after: options.after });
  }

  async run(): Promise<Found> {
    let totalIsExact = true;
    const { sessions, onProgress } = this.#options;
    for (const [logs, session] of sessions.entries()) {
      onProgress?.({ logs, logsTotal: sessions.length });
      if (newestPossible(session) < this.#newest.oldestMs()) {
        totalIsExact = false;
        break;
      }
      totalIsExact = (await this.#scan(session)) && totalIsExact;
    }
    return { candidates: this.#newest.sorted(), total: this.#total, totalIsExact, excluded: this.#excluded };
  }

  /** @returns False where it stopped before the log's first line. */
  async #scan(session: IndexedLog): Promise<boolean> {
    const { sinceMs = -Infinity } = this.#options.filter;
    for (const chunk of chunksBackward(refOf(session).path, this.#buffer)) {
      this.#takeChunk(session, chunk);
      // Also behind the last chunk: most logs have no other, and there may be thousands of them.
      if (await this.#gaveWay()) this.#options.signal?.throwIfAborted();
      if (chunk.offsetBytes === 0) break;
      const newestBefore = newestBeforeChunk(session, chunk);
      if (newestBefore < sinceMs) break;
      if (newestBefore < this.#newest.oldestMs()) return false;
    }
    return true;
  }

  #takeChunk(session: IndexedLog, { offsetBytes, bytes }: LineChunk): void {
    const places = this.#options.places && (this.#options.places.get(session.n) ?? new Set());
    for (const start of lineStarts(bytes, this.#options.matcher.needles)) {
      if (places && !places.has(offsetBytes + start)) continue;
      this.#takeLine(session, { offsetBytes: offsetBytes + start, bytes: bytes.subarray(start, bytes.indexOf(newline, start)) });
    }
  }

  #takeLine(session: IndexedLog, { offsetBytes, bytes }: LineChunk): void {
    const { matcher, filter } = this.#options;
    // Most lines are of a kind that is asked for; where they are not, a look is cheaper than parsing them.
    if (!filter.asksForType(leadingType(bytes))) return;
    const event = parseLine(bytes);
    if (!event) return;
    const fields = fieldsOf(event);
    const ms = parseTime(textOrNull(fields["ts"]) ?? "") ?? 0;
    if (ms < (filter.sinceMs ?? -Infinity) || ms > (filter.untilMs ?? Infinity)) return;
    const kind = kindOf(fields) ?? this.#options.kindAt(session, offsetBytes) ?? unknownKind;
    if (!filter.asksFor(kind) || !matcher.matches(eventTexts(fields))) return;
    if (filter.leavesOut(kind) || session.n === filter.asking?.n) {
      this.#excluded += 1;
    } else {
      this.#total += 1;
      this.#newest.add({ ms, idKey: foldSessionId(session.id), offsetBytes, tool: kind.tool });
    }
  }

  async #gaveWay(): Promise<boolean> {
    if (performance.now() < this.#sliceEndsAt) return false;
    await turn();
    this.#sliceEndsAt = performance.now() + sliceMs;
    return true;
  }
}

/** Greatest time that an event of the log may have. */
function newestPossible(session: IndexedLog): number {
  return session.pendingBytes > 0 ? Infinity : session.lastMs;
}

/** Greatest time that an event before a run of lines may have: times step back by no more than they ever did in this log. */
function newestBeforeChunk(session: IndexedLog, { bytes }: LineChunk): number {
  if (session.pendingBytes > 0) return Infinity;
  const first = parseLine(bytes.subarray(0, bytes.indexOf(newline)));
  const ms = first && parseTime(textOrNull(fieldsOf(first)["ts"]) ?? "");
  return ms === undefined ? Infinity : ms + session.setbackMs;
}
