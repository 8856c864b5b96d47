import type { SessionList } from "../../schema/answers/session-list.js";
import { element } from "./element.js";
import type { Router } from "./router.js";
import { searchRows } from "./search-rows.js";
import type { SessionHead } from "./session-head.js";
import { sessionRows } from "./session-rows.js";
import { type Source, SourceError } from "./source.js";
import { amount } from "./times.js";

const pageSessions = 50;
const maxBytes = 200_000;
/** Somebody types on. */
const typingMs = 200;
const refreshMs = 800;

/** The list of sessions, and what a search of them finds. */
export class ListPane {
  readonly node: HTMLElement;
  readonly #source: Source;
  readonly #router: Router;
  readonly #query = element("input", { type: "search", placeholder: "Search all that was said and done", "aria-label": "Search", maxlength: 500, spellcheck: "false", autocomplete: "off" });
  readonly #provider = element("select", { "aria-label": "Provider" }, element("option", { value: "" }, "All providers"));
  readonly #within = element("input", { type: "checkbox", id: "within" });
  readonly #withinLabel = element("label", { class: "within", for: "within", hidden: true }, this.#within, "In this session only");
  readonly #rows = element("div", { class: "rows" });
  readonly #note = element("p", { class: "note", role: "status" });
  readonly #more = element("button", { type: "button", class: "more", hidden: true, onclick: () => void this.#nextSessions() }, "Show more");
  #sessions: SessionHead[] = [];
  #cursor: string | undefined;
  #currentId: string | undefined;
  /** Answers to what was asked before are late. */
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: Source, router: Router) {
    this.#source = source;
    this.#router = router;
    for (const [field, event] of [[this.#query, "input"], [this.#provider, "change"], [this.#within, "change"]] as const) field.addEventListener(event, () => this.#soon(typingMs));
    const brand = router.link({}, { class: "brand" }, "session-log");
    this.node = element("nav", { class: "list", "aria-label": "Sessions" }, element("header", {}, element("div", { class: "top" }, brand, this.#provider), this.#query, this.#withinLabel), element("div", { class: "scroll" }, this.#note, this.#rows, this.#more));
  }

  /** Reads what is to be shown. */
  async refresh(): Promise<void> {
    const mine = (this.#asked += 1);
    const query = this.#query.value.trim();
    try {
      await (query === "" ? this.#showSessions(mine) : this.#showHits(query, mine));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (mine === this.#asked) this.#say(error.message);
    }
  }

  /** The sessions changed; hits of a search stay until something else is asked. */
  changed(): void {
    if (this.#query.value.trim() === "" && this.#timer === undefined) this.#soon(refreshMs);
  }

  /** Marks the session that is shown. */
  mark(sessionId: string | undefined): void {
    this.#currentId = sessionId;
    this.#withinLabel.hidden = sessionId === undefined;
    if (sessionId === undefined) this.#within.checked = false;
    for (const row of this.#rows.querySelectorAll<HTMLElement>("[data-session]")) row.toggleAttribute("aria-current", row.dataset["session"] === sessionId);
  }

  focusSearch(): void {
    this.#query.focus();
    this.#query.select();
  }

  #soon(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.refresh();
    }, delayMs);
  }

  #list(cursor: string | undefined): Promise<SessionList> {
    const provider = this.#provider.value;
    return this.#source.call("list_sessions", { limit: pageSessions, include_children: true, max_bytes: maxBytes, ...(provider && { provider }), ...(cursor !== undefined && { cursor }) });
  }

  async #showSessions(mine: number): Promise<void> {
    const { sessions, total, next_cursor: cursor } = await this.#list(undefined);
    if (mine !== this.#asked) return;
    // What was read behind the first page stays; what moved to the top does not stand there twice.
    const ids = new Set(sessions.map(({ session_id: id }) => id));
    const rest = this.#sessions.slice(pageSessions).filter(({ session_id: id }) => !ids.has(id));
    this.#sessions = [...sessions, ...rest];
    if (rest.length === 0) this.#cursor = cursor;
    this.#showRows(total);
  }

  async #nextSessions(): Promise<void> {
    const mine = this.#asked;
    const { sessions, total, next_cursor: cursor } = await this.#list(this.#cursor);
    if (mine !== this.#asked) return;
    const known = new Set(this.#sessions.map(({ session_id: id }) => id));
    this.#sessions.push(...sessions.filter(({ session_id: id }) => !known.has(id)));
    this.#cursor = cursor;
    this.#showRows(total);
  }

  #showRows(total: number): void {
    this.#offerProviders();
    this.#rows.replaceChildren(...sessionRows(this.#sessions, { router: this.#router, currentId: this.#currentId }));
    this.#say(total === 0 ? "No sessions yet. They appear here as agents write them." : "");
    this.#more.hidden = this.#cursor === undefined;
  }

  #offerProviders(): void {
    const offered = new Set([...this.#provider.options].map(({ value }) => value));
    for (const provider of new Set(this.#sessions.map(({ provider: own }) => own ?? ""))) {
      if (!offered.has(provider)) this.#provider.append(element("option", { value: provider }, provider));
    }
  }

  async #showHits(query: string, mine: number): Promise<void> {
    const provider = this.#provider.value;
    const found = await this.#source.call("search_sessions", {
      query, limit: 50, include_current: true, max_bytes: maxBytes, ...(provider && { provider }), ...(this.#within.checked && this.#currentId !== undefined && { session_id: this.#currentId }),
    });
    if (mine !== this.#asked) return;
    this.#sessions = [];
    this.#rows.replaceChildren(...searchRows(found, { router: this.#router, query }));
    this.#more.hidden = true;
    const many = `${found.total_is_exact ? "" : "more than "}${amount(found.total)}`;
    this.#say(found.total === 0 ? "Nothing found. All words have to occur in one event; end one with * for a beginning." : found.hits.length < found.total ? `The newest ${found.hits.length} of ${many} places` : `${many} ${found.total === 1 ? "place" : "places"}`);
  }

  #say(text: string): void {
    this.#note.textContent = text;
    this.#note.hidden = text === "";
  }
}
