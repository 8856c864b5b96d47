import type { EventView } from "../../schema/answers/event-page.js";
import { element } from "./element.js";
import { eventContent, eventRow } from "./event-row.js";
import type { ReadPlace, Slice } from "./event-feed.js";
import { SourceError } from "./source.js";
import { ToolFold, type ToolFoldOptions } from "./tool-fold.js";

export interface TimelineOptions extends ToolFoldOptions {
  /** @throws {SourceError} */
  read(place: ReadPlace): Promise<Slice>;
}

/** So many rows stand in the page at most; what lies farther is read again when somebody goes there. */
const maxRows = 400;
const nearEndPx = 120;
/** The next piece is read before somebody comes to it. */
const ahead = "900px";

/** The events of a session as rows, of which the page holds a window that moves with whoever reads. */
export class Timeline {
  readonly node: HTMLElement;
  readonly #options: TimelineOptions;
  readonly #rows = element("ol", { class: "events" });
  readonly #before = element("p", { class: "edge" });
  readonly #after = element("p", { class: "edge" });
  readonly #newer: HTMLButtonElement;
  readonly #observer: IntersectionObserver;
  readonly #folds = new Map<number, ToolFold>();
  /** Results that came before their call, by the call's seq. */
  readonly #orphans = new Map<number, EventView>();
  #firstSeq = 0;
  #lastSeq = -1;
  #moreBefore = false;
  #moreAfter = false;
  /** Reads that go on or wait. */
  #busy = 0;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;
  #isChanged = false;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#newer = element("button", { type: "button", class: "newer", hidden: true, onclick: () => void this.open({ from: "end" }) }, "Newer events ↓");
    this.node = element("div", { class: "timeline", tabindex: 0, role: "region", "aria-label": "Events" }, this.#before, this.#rows, this.#after, this.#newer);
    this.#observer = new IntersectionObserver((entries) => this.#onEdge(entries), { root: this.node, rootMargin: `${ahead} 0px` });
    this.node.addEventListener("scroll", () => this.#showNewer());
  }

  /** Shows another part of the session. @param place For `around_seq`, that event stands in the middle. */
  async open(place: ReadPlace): Promise<void> {
    await this.#reading(async () => this.show(await this.#options.read(place), place));
  }

  /** Shows a part that was read already. */
  show(slice: Slice, place: ReadPlace): void {
    this.#folds.clear();
    this.#orphans.clear();
    this.#rows.replaceChildren();
    this.#firstSeq = slice.firstSeq ?? 0;
    this.#lastSeq = slice.lastSeq ?? -1;
    this.#moreBefore = slice.moreBefore;
    this.#moreAfter = slice.moreAfter;
    this.#rows.append(...this.#rowsOf(slice.events));
    this.#showEdges();
    if ("around_seq" in place) this.#point(place.around_seq);
    else this.node.scrollTop = "from" in place && place.from === "end" ? this.node.scrollHeight : 0;
    this.#showNewer();
  }

  /** The log has grown: what is new is shown where its end is. */
  async grown(): Promise<void> {
    this.#isChanged = true;
    if (this.#busy === 0) await this.#reading(() => Promise.resolve());
  }

  close(): void {
    this.#closed = true;
    this.#observer.disconnect();
  }

  /** One read after the other; whatever grew meanwhile is read after it. */
  #reading(work: () => Promise<void>): Promise<void> {
    this.#busy += 1;
    this.node.setAttribute("aria-busy", "true");
    this.#turn = this.#turn.then(() => this.#readNow(work));
    return this.#turn;
  }

  async #readNow(work: () => Promise<void>): Promise<void> {
    try {
      if (!this.#closed) await work();
      while (this.#isChanged && !this.#closed) {
        this.#isChanged = false;
        if (!this.#moreAfter) await this.#later({ isLive: true });
      }
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.#after.replaceChildren(element("span", { class: "failure", role: "alert" }, error.message));
    } finally {
      this.#busy -= 1;
      if (this.#busy === 0) this.node.removeAttribute("aria-busy");
      this.#observeEdges();
    }
  }

  #onEdge(entries: readonly IntersectionObserverEntry[]): void {
    const seen = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target);
    if (this.#busy > 0 || this.#closed) return;
    if (this.#moreAfter && seen.includes(this.#after)) void this.#reading(() => this.#later({ isLive: false }));
    else if (this.#moreBefore && seen.includes(this.#before)) void this.#reading(() => this.#earlier());
  }

  /** An edge that stays in sight would not be told of a second time. */
  #observeEdges(): void {
    this.#observer.disconnect();
    if (this.#closed) return;
    if (this.#moreBefore) this.#observer.observe(this.#before);
    if (this.#moreAfter) this.#observer.observe(this.#after);
  }

  async #earlier(): Promise<void> {
    const slice = await this.#options.read({ before_seq: this.#firstSeq });
    this.#keepingPlace(() => {
      this.#rows.prepend(...this.#rowsOf(slice.events));
      this.#moreBefore = slice.moreBefore;
      this.#firstSeq = slice.firstSeq ?? this.#firstSeq;
      this.#adopt();
      this.#trim("last");
      this.#showEdges();
    });
  }

  async #later({ isLive }: { isLive: boolean }): Promise<void> {
    const slice = await this.#options.read({ after_seq: this.#lastSeq });
    const follows = isLive && this.#isNearEnd();
    this.#keepingPlace(() => {
      const rows = this.#rowsOf(slice.events);
      if (isLive) for (const row of rows) row.classList.add("new");
      this.#rows.append(...rows);
      this.#moreAfter = slice.moreAfter;
      this.#lastSeq = slice.lastSeq ?? this.#lastSeq;
      this.#trim("first");
      this.#showEdges();
    });
    if (follows) this.node.scrollTop = this.node.scrollHeight;
    else if (isLive && slice.events.length > 0) this.#newer.hidden = false;
  }

  #rowsOf(events: readonly EventView[]): HTMLLIElement[] {
    const rows: HTMLLIElement[] = [];
    for (const event of events) {
      const call = event.type === "tool_result" && event.of !== undefined ? this.#folds.get(event.of) : undefined;
      if (call) call.addResult(event);
      else rows.push(eventRow(event, this.#contentOf(event)));
    }
    return rows;
  }

  #contentOf(event: EventView): HTMLElement {
    if (event.type !== "tool_call" && event.type !== "tool_result") return eventContent(event, { load: this.#options.loadWhole });
    const fold = new ToolFold(event, this.#options);
    if (event.type === "tool_call") this.#folds.set(event.seq, fold);
    else if (event.of !== undefined) this.#orphans.set(event.of, event);
    return fold.node;
  }

  /** Gives results that stand alone to their calls, which have come now. */
  #adopt(): void {
    for (const [call, result] of this.#orphans) {
      const fold = this.#folds.get(call);
      if (!fold) continue;
      fold.addResult(result);
      this.#row(result.seq)?.remove();
      this.#orphans.delete(call);
    }
  }

  #row(seq: number): HTMLElement | undefined {
    return this.#rows.querySelector<HTMLElement>(`[data-seq="${seq}"]`) ?? this.#rows.querySelector<HTMLElement>(`[data-result="${seq}"]`)?.closest("li") ?? undefined;
  }

  /** Takes rows away at one side, where there are too many. */
  #trim(side: "first" | "last"): void {
    while (this.#rows.childElementCount > maxRows) {
      const row = side === "first" ? this.#rows.firstElementChild : this.#rows.lastElementChild;
      const seq = Number((row as HTMLElement).dataset["seq"]);
      row?.remove();
      this.#folds.delete(seq);
      if (side === "first") [this.#firstSeq, this.#moreBefore] = [seq + 1, true];
      else [this.#lastSeq, this.#moreAfter] = [seq - 1, true];
    }
  }

  /** What is read stays where it is while rows come and go above it. */
  #keepingPlace(change: () => void): void {
    const { top } = this.node.getBoundingClientRect();
    const anchor = [...this.#rows.children].find((row) => row.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (anchor?.isConnected) this.node.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  #isNearEnd(): boolean {
    return !this.#moreAfter && this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < nearEndPx;
  }

  #showNewer(): void {
    if (this.#moreAfter) this.#newer.hidden = false;
    else if (this.#isNearEnd()) this.#newer.hidden = true;
  }

  #showEdges(): void {
    const isEmpty = this.#rows.childElementCount === 0;
    this.#before.textContent = this.#moreBefore ? "Earlier events …" : isEmpty ? "" : "Begin of the session";
    this.#after.textContent = this.#moreAfter ? "Later events …" : isEmpty && !this.#moreBefore ? "No event of this choice" : "";
  }

  /** Brings an event into the middle and marks it. */
  #point(seq: number): void {
    const row = this.#row(seq);
    if (!row) return;
    const fold = row.querySelector("details");
    if (fold) fold.open = true;
    row.classList.add("pointed");
    row.scrollIntoView({ block: "center" });
  }
}
