import { element } from "./element.js";

/** What the page shows. */
export interface Place {
  /** The list alone where absent. */
  sessionId?: string;
  /** The event to show in the middle. */
  seq?: number;
}

/** Where the page is; with `hasAddress` it stands in the address too, so that a place can be kept, reloaded and gone back to. */
export class Router {
  readonly #hasAddress: boolean;
  readonly #onMove: (place: Place) => void;

  constructor({ hasAddress, onMove }: { hasAddress: boolean; onMove: (place: Place) => void }) {
    this.#hasAddress = hasAddress;
    this.#onMove = onMove;
    if (hasAddress) addEventListener("hashchange", () => onMove(placeOf(location.hash)));
  }

  /** The place that the address names. */
  get addressed(): Place {
    return this.#hasAddress ? placeOf(location.hash) : {};
  }

  go(place: Place): void {
    if (!this.#hasAddress) this.#onMove(place);
    else if (hashOf(place) === location.hash) this.#onMove(place);
    else location.hash = hashOf(place);
  }

  /** Something to click that leads to a place. A page that a host holds has no address of its own: a link would leave it. */
  link(place: Place, attributes: { class: string; [attribute: string]: unknown }, ...children: readonly (Node | string | undefined)[]): HTMLElement {
    if (this.#hasAddress) return element("a", { ...attributes, href: hashOf(place), onclick: (event: MouseEvent) => this.#follow(event, place) }, ...children);
    return element("button", { ...attributes, type: "button", onclick: () => this.go(place) }, ...children);
  }

  /** A link to where the page is already leads there again. */
  #follow(event: MouseEvent, place: Place): void {
    if (hashOf(place) !== location.hash || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#onMove(place);
  }
}

function hashOf({ sessionId, seq }: Place): string {
  if (sessionId === undefined) return "#/";
  return `#/session/${encodeURIComponent(sessionId)}${seq === undefined ? "" : `/${seq}`}`;
}

function placeOf(hash: string): Place {
  const [, id, seq] = /^#\/session\/([A-Za-z0-9._-]+)(?:\/(\d+))?$/.exec(hash) ?? [];
  return { ...(id !== undefined && { sessionId: id }), ...(seq !== undefined && { seq: Number(seq) }) };
}
