import type { AnyLogEvent } from "../../schema/event.js";
import type { LogLine } from "../../schema/ports.js";
import type { Verdict } from "./event-filter.js";
import { toolId, toolName, type CallPlace } from "./event-view.js";

/** One event that a page may show. */
export interface WalkItem<Content> {
  event: AnyLogEvent;
  content: Content;
}

/** Lines between two shown events that are not shown themselves. */
export interface Gap {
  hidden: Record<string, number>;
  lines: number;
  minSeq: number;
  maxSeq: number;
}

export interface WalkOptions<Content> {
  /** `forward`: the lines come in log order; `backward`: last one first. */
  direction: "forward" | "backward";
  judge: (event: AnyLogEvent) => Verdict;
  /** Events wanted. */
  limit: number;
  /** Events of more bytes than this are not gathered. */
  maxBytes: number;
  /** What of an event is shown, and about how many bytes of JSON that takes. */
  content: (event: AnyLogEvent) => { content: Content; bytes: number };
}

/** How many lines that are not shown are looked at behind a full page, to tell whether there is more to show. */
const lookAheadLines = 5_000;
/**
 * Of events that share one number, so many times the bytes of a page are gathered. A view's size is told too high, threefold at most: what is left
 * out of such a run had no place in a page that starts with it either.
 */
const pagesOfOneSeq = 4;
/** Under this name `hidden` counts events that share the number of a shown one and have no place beside it. */
export const sameSeq = "same_seq";

/**
 * Lines of a log as they are met on the way from a named place, up to the first shown event that the page cannot hold.
 * `gaps[i]` lies before `items[i]`; the last gap lies behind the last item. `more`: something to show lies behind that, or may lie there.
 */
export class LineWalk<Content> {
  readonly items: WalkItem<Content>[] = [];
  readonly gaps: Gap[] = [emptyGap()];
  /** Calls met so far, by tool_id. */
  readonly calls = new Map<string, CallPlace[]>();
  more = false;
  readonly #options: WalkOptions<Content>;
  #bytes = 0;
  #lineEdge: number | undefined;
  #itemEdge: number | undefined;

  constructor(options: WalkOptions<Content>) {
    this.#options = options;
  }

  /**
   * Takes the next line.
   * @returns Whether another one is wanted.
   */
  take({ event }: LogLine): boolean {
    const verdict = this.#options.judge(event);
    const splitsEqualSeqs = this.#reaches(this.#lineEdge, event.seq);
    if (this.#isFull && verdict === "shown" && !splitsEqualSeqs) {
      this.more = true;
      return false;
    }
    this.#lineEdge = this.#further(this.#lineEdge, event.seq);
    noteCall(this.calls, event);
    if (verdict !== "shown") this.#skip(event, verdict);
    else if (this.#hasNoRoom && this.#reaches(this.#itemEdge, event.seq)) this.#skip(event, { hidden: sameSeq });
    else this.#push(event);
    if (this.#isFull && this.lastGap.lines >= lookAheadLines && !splitsEqualSeqs) this.more = true;
    return !this.more;
  }

  /** The gap behind the last item. */
  get lastGap(): Gap {
    return this.gaps.at(-1) ?? emptyGap();
  }

  get #isFull(): boolean {
    return this.items.length >= this.#options.limit || this.#bytes > this.#options.maxBytes;
  }

  get #hasNoRoom(): boolean {
    return this.#bytes > pagesOfOneSeq * this.#options.maxBytes;
  }

  /**
   * Foreign writers may give one number to two lines. A page must not end between them: the next one starts behind the last line with that number.
   */
  #reaches(edge: number | undefined, seq: number): boolean {
    if (edge === undefined) return false;
    return this.#options.direction === "forward" ? seq <= edge : seq >= edge;
  }

  #further(edge: number | undefined, seq: number): number {
    if (edge === undefined) return seq;
    return this.#options.direction === "forward" ? Math.max(edge, seq) : Math.min(edge, seq);
  }

  #push(event: AnyLogEvent): void {
    const { content, bytes } = this.#options.content(event);
    this.items.push({ event, content });
    this.#itemEdge = this.#further(this.#itemEdge, event.seq);
    this.gaps.push(emptyGap());
    this.#bytes += bytes;
  }

  #skip(event: AnyLogEvent, verdict: Verdict): void {
    const gap = this.lastGap;
    gap.lines += 1;
    gap.minSeq = Math.min(gap.minSeq, event.seq);
    gap.maxSeq = Math.max(gap.maxSeq, event.seq);
    if (typeof verdict === "object") gap.hidden[verdict.hidden] = (gap.hidden[verdict.hidden] ?? 0) + 1;
  }
}

/** Notes where a call stands, for the results that answer it. */
export function noteCall(calls: Map<string, CallPlace[]>, event: AnyLogEvent): void {
  if (event.type !== "tool_call") return;
  const id = toolId(event);
  if (id === undefined) return;
  const places = calls.get(id) ?? [];
  places.push({ seq: event.seq, tool: toolName(event) });
  calls.set(id, places);
}

/** The nearest call before `seq` among `places`. */
export function callBefore(places: readonly CallPlace[] | undefined, seq: number): CallPlace | undefined {
  let nearest: CallPlace | undefined;
  for (const place of places ?? []) {
    if (place.seq < seq && (nearest === undefined || place.seq > nearest.seq)) nearest = place;
  }
  return nearest;
}

function emptyGap(): Gap {
  return { hidden: Object.create(null) as Record<string, number>, lines: 0, minSeq: Infinity, maxSeq: -Infinity };
}
