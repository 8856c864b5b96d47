import type { ServerResponse } from "node:http";
import type { ViewData } from "./view-data.js";

/** Several changes within this time are told as one. */
const gatherMs = 150;
/** A connection that is gone is found out at the latest then. */
const aliveEveryMs = 15_000;

/** Tells a page, as server-sent events, that its session (`session`) or the list (`sessions`) changed: names only, what changed it asks for. */
export class ChangeStream {
  readonly #response: ServerResponse;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #alive: NodeJS.Timeout;
  readonly #unwatch: (() => void)[] = [];

  constructor(response: ServerResponse, data: ViewData, { sessionId }: { sessionId: string | undefined }) {
    this.#response = response;
    // Watched before the head is sent: a session that is not there is answered as an error.
    if (sessionId !== undefined) this.#unwatch.push(data.watchSession(sessionId, () => this.#changed("session")));
    this.#unwatch.push(data.watchSessions(() => this.#changed("sessions")));
    response.writeHead(200, { "content-type": "text/event-stream" });
    // What came between the page's reading and this moment.
    this.#tell("session");
    this.#alive = setInterval(() => response.write(":\n\n"), aliveEveryMs);
    response.on("close", () => this.#close());
  }

  #changed(name: string): void {
    if (this.#timers.has(name)) return;
    this.#timers.set(name, setTimeout(() => this.#tell(name), gatherMs));
  }

  #tell(name: string): void {
    this.#timers.delete(name);
    // A page that reads nothing is told once when it does again: what is not written is not kept.
    if (this.#response.writableNeedDrain) this.#response.once("drain", () => this.#changed(name));
    else this.#response.write(`event: ${name}\ndata: \n\n`);
  }

  #close(): void {
    clearInterval(this.#alive);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const unwatch of this.#unwatch) unwatch();
  }
}
