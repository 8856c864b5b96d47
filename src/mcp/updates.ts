import type { CataloguePort } from "../schema/ports.js";
import { ListChanges } from "./list-changes.js";
import { Subscriptions } from "./subscriptions.js";

/** Sends the notifications about resources; each resolves when the stream takes more. */
export interface UpdateSender {
  updated(uri: string): Promise<void>;
  listChanged(): Promise<void>;
}

/** What the server tells of its own accord: changed resources, and new ones. */
export class Updates {
  readonly subscriptions: Subscriptions;
  readonly #send: UpdateSender;
  readonly #options: { onError: (error: unknown) => void };
  #listChanges: ListChanges | undefined;
  #closed = false;

  constructor(send: UpdateSender, options: { onError: (error: unknown) => void }) {
    this.#send = send;
    this.#options = options;
    this.subscriptions = new Subscriptions((uri) => send.updated(uri), options);
  }

  /** Tells of new sessions from now on. Later calls change nothing. @param listed Gives the URIs that `resources/list` shows. */
  listenTo(catalogue: CataloguePort, listed: () => readonly string[]): void {
    if (this.#closed) return;
    this.#listChanges ??= new ListChanges(
      {
        onChange: (listener) => catalogue.onChange(listener),
        isHistory: (sessionId) => catalogue.get(sessionId)?.backfilled ?? true,
        listed,
      },
      () => this.#send.listChanged(),
      this.#options,
    );
  }

  /** The client was shown the list of resources. */
  listShown(): void {
    this.#listChanges?.shown();
  }

  close(): void {
    this.#closed = true;
    this.subscriptions.close();
    this.#listChanges?.close();
  }
}
