import type { RequestId, RpcMessage } from "./json-rpc.js";
import type { RpcError } from "./rpc-error.js";

/** A request that came and is not answered. */
export class OpenRequest {
  #cancelledFor: Error | undefined;
  /** Made when it is asked for: most calls are over before anybody listens, and it costs as much as all else that is made for one. */
  #abort: AbortController | undefined;

  get isCancelled(): boolean {
    return this.#cancelledFor !== undefined;
  }

  /** Aborted, with the reason of `cancel`, when the request is cancelled. */
  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      if (this.#cancelledFor) this.#abort.abort(this.#cancelledFor);
    }
    return this.#abort.signal;
  }

  /** From now on nobody waits for its answer. */
  cancel(reason: Error): void {
    this.#cancelledFor ??= reason;
    this.#abort?.abort(reason);
  }
}

export interface OpenRequestsOptions {
  /** Resolves when the stream takes more. */
  send: (message: RpcMessage) => Promise<void>;
  /** What the client is told of what went wrong. */
  errorOf: (error: unknown) => RpcError;
}

/** The requests of a client that are being answered, by id. */
export class OpenRequests {
  readonly #options: OpenRequestsOptions;
  readonly #open = new Map<RequestId, OpenRequest>();

  constructor(options: OpenRequestsOptions) {
    this.#options = options;
  }

  has(id: RequestId): boolean {
    return this.#open.has(id);
  }

  /**
   * Sends the result that `work` gives, or its error; nothing where the request is cancelled meanwhile, nor where there is no result:
   * then the answer comes from elsewhere.
   */
  async answer(id: RequestId, work: (request: OpenRequest) => Promise<Readonly<Record<string, unknown>> | undefined>): Promise<void> {
    const { send, errorOf } = this.#options;
    const request = new OpenRequest();
    this.#open.set(id, request);
    try {
      const result = await work(request);
      if (result && !request.isCancelled) await send({ jsonrpc: "2.0", id, result });
    } catch (error) {
      if (request.isCancelled) return;
      const { code, message, data } = errorOf(error);
      await send({ jsonrpc: "2.0", id, error: { code, message, ...(data !== undefined && { data }) } });
    } finally {
      // A client may give an id again that is still in use.
      if (this.#open.get(id) === request) this.#open.delete(id);
    }
  }

  /** @param reason As the client words it. @returns False where that request is none of these. */
  cancel(id: RequestId, reason: unknown): boolean {
    const request = this.#open.get(id);
    request?.cancel(new Error(String(reason ?? "cancelled")));
    return request !== undefined;
  }

  cancelAll(reason: string): void {
    for (const request of this.#open.values()) request.cancel(new Error(reason));
  }
}
