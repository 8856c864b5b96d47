import type { EventPage } from "../../schema/answers/event-page.js";
import { element } from "./element.js";
import { ListPane } from "./list-pane.js";
import { type Place, Router } from "./router.js";
import { SessionPane } from "./session-pane.js";
import type { Source } from "./source.js";

/** The page: the list beside a session where there is room for both, else one of them. */
export class Page {
  readonly #source: Source;
  readonly #router: Router;
  readonly #list: ListPane;
  readonly #main = element("div", { class: "main" });
  #session: SessionPane | undefined;
  #unwatch: (() => void) | undefined;

  /** @param options.hasAddress Whether the address bar is the page's own. */
  constructor(source: Source, { hasAddress }: { hasAddress: boolean }) {
    this.#source = source;
    this.#router = new Router({ hasAddress, onMove: (place) => void this.show(place) });
    this.#list = new ListPane(source, this.#router);
    document.body.replaceChildren(this.#list.node, this.#main);
    document.body.classList.toggle("no-list", !source.canCall);
    document.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** Begins with the place that the address names. */
  async start(): Promise<void> {
    await Promise.all([this.#list.refresh(), this.show(this.#router.addressed)]);
  }

  /** Shows a place. */
  async show({ sessionId, seq }: Place): Promise<void> {
    document.body.classList.toggle("has-session", sessionId !== undefined);
    this.#list.mark(sessionId);
    if (sessionId === undefined) return this.#showNone();
    if (this.#session?.sessionId === sessionId) return seq === undefined ? undefined : this.#session.goTo(seq);
    await this.#newSession(sessionId).open(seq);
  }

  /** Shows the page that a call of `read_session` answered. */
  async showAnswer(page: EventPage): Promise<void> {
    const { session_id: sessionId } = page.session;
    if (this.#source.canCall) {
      await this.show({ sessionId, ...(page.events[0] && { seq: (page.events.at(-1) ?? page.events[0]).seq }) });
      return this.#list.refresh();
    }
    document.body.classList.add("has-session");
    this.#newSession(sessionId).showPage(page);
  }

  /** Says something instead of a session. */
  say(text: string): void {
    document.body.classList.add("has-session");
    this.#session?.close();
    this.#session = undefined;
    this.#main.replaceChildren(element("p", { class: "empty", role: "status" }, text));
  }

  #newSession(sessionId: string): SessionPane {
    this.#leave();
    const session = new SessionPane(this.#source, sessionId, {
      onTitle: (title) => (document.title = `${title} – session-log`),
      onSessions: () => this.#list.changed(),
    });
    this.#session = session;
    const back = this.#router.link({}, { class: "back" }, "‹ Sessions");
    this.#main.replaceChildren(...(this.#source.canCall ? [back] : []), session.node);
    return session;
  }

  #showNone(): void {
    this.#leave();
    document.title = "session-log";
    this.#main.replaceChildren(element("p", { class: "empty" }, "Choose a session to read it, or press / to search them all."));
    this.#unwatch = this.#source.watch(undefined, () => this.#list.changed());
  }

  #leave(): void {
    this.#session?.close();
    this.#session = undefined;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    this.#list.focusSearch();
  }
}
