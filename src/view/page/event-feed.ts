import type { EventPage, EventView } from "../../schema/answers/event-page.js";
import type { Source } from "./source.js";

/** Which events are shown. */
export interface EventChoice {
  /** Kinds; absent: those that `read_session` shows by itself. */
  types?: readonly string[];
  /** An agent, `main` or `all`. */
  agent: string;
  /** Only what failed. */
  errorsOnly: boolean;
}

export type ReadPlace = { from: "start" | "end" } | { after_seq: number } | { before_seq: number } | { around_seq: number };

/** A piece of a session's log. */
export interface Slice {
  events: EventView[];
  /** The lines that were looked through, shown or not; undefined where there was none. */
  firstSeq: number | undefined;
  lastSeq: number | undefined;
  moreBefore: boolean;
  moreAfter: boolean;
  session: EventPage["session"];
}

const pageEvents = 60;
const pageBytes = 200_000;
/** More of a text is read when somebody asks for it. */
const maxChars = 3000;

/** Kinds that may tell of a failure. */
const failureTypes = ["tool_result", "stderr", "parse_warning", "usage_limit_hit", "usage_limit_resume_failed"];
/** Most of what is read through goes: many at a time, and little of each. */
const failureReads = { limit: 400, chars: 400 };
const enoughFailures = 15;
/** So many pages are looked through before something is shown, if only how far it has come. */
const failurePages = 12;

/** Reads the events of one session piece by piece, by choice. */
export class EventFeed {
  readonly #source: Source;
  readonly #sessionId: string;
  readonly #choice: EventChoice;

  constructor(source: Source, sessionId: string, choice: EventChoice) {
    this.#source = source;
    this.#sessionId = sessionId;
    this.#choice = choice;
  }

  /** @throws {SourceError} */
  async read(place: ReadPlace): Promise<Slice> {
    return this.#choice.errorsOnly ? this.#failures(place) : this.#slice(place, this.#choice.types);
  }

  async #slice(place: ReadPlace, types: readonly string[] | undefined, { limit, chars } = { limit: pageEvents, chars: maxChars }): Promise<Slice> {
    const page = await this.#source.call("read_session", {
      session_id: this.#sessionId, ...place, ...(types && { types }), agent: this.#choice.agent, limit, max_chars_per_event: chars, max_bytes: pageBytes,
    });
    return sliceOf(page);
  }

  /** No tool looks for failures alone: results are read through for them, away from the place. */
  async #failures(place: ReadPlace): Promise<Slice> {
    let slice = await this.#slice(place, failureTypes, failureReads);
    const failed = { ...slice, events: slice.events.filter(isFailure) };
    const isBackward = "before_seq" in place || ("from" in place && place.from === "end");
    for (let pages = 1; pages < failurePages && failed.events.length < enoughFailures; pages += 1) {
      const next = isBackward ? slice.moreBefore && slice.firstSeq : slice.moreAfter && slice.lastSeq;
      if (typeof next !== "number") break;
      slice = await this.#slice(isBackward ? { before_seq: next } : { after_seq: next }, failureTypes, failureReads);
      const found = slice.events.filter(isFailure);
      if (isBackward) Object.assign(failed, { events: [...found, ...failed.events], firstSeq: slice.firstSeq, moreBefore: slice.moreBefore });
      else Object.assign(failed, { events: [...failed.events, ...found], lastSeq: slice.lastSeq, moreAfter: slice.moreAfter });
    }
    return failed;
  }
}

/** Whether an event tells of something that went wrong. */
export function isFailure({ type, ok }: EventView): boolean {
  return type === "tool_result" ? ok === false : failureTypes.includes(type);
}

/** A page as it was answered. */
export function sliceOf(page: EventPage): Slice {
  return {
    events: page.events,
    firstSeq: page.first_seq,
    lastSeq: page.last_seq,
    moreBefore: page.has_more_before === true,
    moreAfter: page.has_more_after === true,
    session: page.session,
  };
}
