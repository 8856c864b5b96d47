import type { EventPage } from "../../schema/answers/event-page.js";
import { element } from "./element.js";
import { EventChoiceBar } from "./event-choice.js";
import { EventFeed, type ReadPlace, sliceOf } from "./event-feed.js";
import { sessionFacts, type SessionHead, sessionTitle } from "./session-head.js";
import { type Source, SourceError } from "./source.js";
import { Timeline } from "./timeline.js";
import { wholeLine, wholeView } from "./whole-event.js";

export interface SessionPaneOptions {
  onTitle(title: string): void;
  /** The list of sessions changed. */
  onSessions(): void;
}

/** One session: what it is, the choice of its events, and they. */
export class SessionPane {
  readonly node = element("main", { class: "session", "aria-label": "Session" });
  readonly sessionId: string;
  readonly #source: Source;
  readonly #head = element("header", {});
  readonly #choice: EventChoiceBar;
  readonly #place = element("div", { class: "place" });
  readonly #options: SessionPaneOptions;
  #timeline: Timeline | undefined;
  #unwatch: (() => void) | undefined;

  constructor(source: Source, sessionId: string, options: SessionPaneOptions) {
    this.#source = source;
    this.sessionId = sessionId;
    this.#options = options;
    this.#choice = new EventChoiceBar(() => void this.#renew({ from: "end" }));
    const jump = (name: string, from: "start" | "end") => element("button", { type: "button", onclick: () => void this.#timeline?.open({ from }) }, name);
    const bar = element("div", { class: "bar" }, this.#choice.node, element("div", { class: "jump" }, jump("Start", "start"), jump("End", "end")));
    this.node.append(this.#head, ...(source.canCall ? [bar] : []), this.#place);
  }

  /** Opens the session, at an event or at its end, and follows it. */
  async open(seq: number | undefined): Promise<void> {
    this.#follow();
    const opened = this.#renew(seq === undefined ? { from: "end" } : { around_seq: seq });
    await Promise.all([opened, this.#showHead(), this.#offerAgents()]);
  }

  /** Goes to an event of this session. */
  async goTo(seq: number): Promise<void> {
    await this.#timeline?.open({ around_seq: seq });
  }

  /** Shows a page that was handed over, where nothing more can be asked for. */
  showPage(page: EventPage): void {
    this.#fillHead(page.session);
    this.#newTimeline().show({ ...sliceOf(page), moreBefore: false, moreAfter: false }, { from: "start" });
  }

  close(): void {
    this.#unwatch?.();
    this.#timeline?.close();
  }

  #newTimeline(): Timeline {
    this.#timeline?.close();
    const { canCall } = this.#source;
    const feed = new EventFeed(this.#source, this.sessionId, this.#choice.choice);
    this.#timeline = new Timeline({
      read: (place) => feed.read(place),
      loadWhole: canCall ? (seq) => wholeView(this.#source, this.sessionId, seq) : undefined,
      loadInput: canCall ? async (seq) => (await wholeLine(this.#source, this.sessionId, seq))?.["input"] : undefined,
    });
    this.#place.replaceChildren(this.#timeline.node);
    return this.#timeline;
  }

  #renew(place: ReadPlace): Promise<void> {
    return this.#newTimeline().open(place);
  }

  #follow(): void {
    this.#unwatch = this.#source.watch(this.sessionId, (change) => {
      if (change === "session") return void this.#timeline?.grown();
      void this.#showHead();
      this.#options.onSessions();
    });
  }

  async #showHead(): Promise<void> {
    await this.#unlessRefused(async () => {
      const { session } = await this.#source.call("read_session", { session_id: this.sessionId, limit: 0 });
      this.#fillHead(session);
    });
  }

  #fillHead(session: SessionHead): void {
    const title = sessionTitle(session);
    this.#head.replaceChildren(element("h1", { dir: "auto" }, title), sessionFacts(session));
    this.#options.onTitle(title);
  }

  async #offerAgents(): Promise<void> {
    await this.#unlessRefused(async () => {
      const { groups } = await this.#source.call("session_stats", { session_id: this.sessionId, group_by: "agent", limit: 50 });
      this.#choice.offerAgents(groups.map(({ key }) => key));
    });
  }

  async #unlessRefused(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (this.#head.childElementCount === 0) this.#head.replaceChildren(element("p", { class: "failure", role: "alert" }, error.message));
    }
  }
}
