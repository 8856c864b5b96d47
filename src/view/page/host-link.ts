import { SourceError } from "./source.js";

type Params = Readonly<Record<string, unknown>>;
type Message = { jsonrpc: "2.0"; id?: string | number; method?: string; params?: Params; result?: unknown; error?: { message?: unknown } };

/** What the host tells, and asks; a request is answered with what its listener gives. */
export type HostListeners = Readonly<Record<string, (params: Params) => unknown>>;

/** JSON-RPC by postMessage with the window that holds this one, as MCP Apps (SEP-1865) speak it. */
export class HostLink {
  readonly #listeners: HostListeners;
  readonly #open = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 1;

  constructor(listeners: HostListeners) {
    this.#listeners = listeners;
    addEventListener("message", (event) => {
      // Other windows may write here as well.
      if (event.source === parent) this.#receive(event.data as Message);
    });
  }

  /** @throws {SourceError} with the host's message. */
  request(method: string, params: Params): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#post({ jsonrpc: "2.0", id, method, params });
    });
  }

  notify(method: string, params: Params): void {
    this.#post({ jsonrpc: "2.0", method, params });
  }

  #post(message: Message): void {
    // Which origin holds the page, it is not told; nothing that it sends is a secret to its host.
    parent.postMessage(message, "*");
  }

  #receive(message: Message): void {
    if (typeof message !== "object" || message === null || message.jsonrpc !== "2.0") return;
    if (message.method !== undefined) this.#serve(message, message.method);
    else if (typeof message.id === "number") this.#settle(message, message.id);
  }

  #settle({ result, error }: Message, id: number): void {
    const request = this.#open.get(id);
    this.#open.delete(id);
    if (error) request?.reject(new SourceError(typeof error.message === "string" ? error.message : "The host refused."));
    else request?.resolve(result);
  }

  #serve({ id, params = {} }: Message, method: string): void {
    const listener = Object.hasOwn(this.#listeners, method) ? this.#listeners[method] : undefined;
    const result = listener?.(params);
    if (id === undefined) return;
    if (listener) this.#post({ jsonrpc: "2.0", id, result: result ?? {} });
    else parent.postMessage({ jsonrpc: "2.0", id, error: { code: -32601, message: `Method not found: ${method}` } }, "*");
  }
}
