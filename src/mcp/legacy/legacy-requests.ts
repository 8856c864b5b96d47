import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { RootsListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import type { Call } from "../call-context.js";
import { callProgress } from "../call-progress.js";
import { internalRpcError } from "../error-result.js";
import type { Host } from "../host.js";
import { cancelledId, isCall, isRequest, isRequestId, type RpcMessage, type RpcRequest } from "../json-rpc.js";
import { type OpenRequest, OpenRequests, type OpenRequestsOptions } from "../open-requests.js";
import { type Offered, type OfferedRequest, offeredRequests } from "../requests.js";
import { RpcError } from "../rpc-error.js";
import type { Progress } from "../tool.js";
import { ClientRoots } from "./roots.js";

export interface LegacyRequestsOptions {
  host: Host;
  offered: Offered;
  send: OpenRequestsOptions["send"];
  /** The client is shown the list of resources. */
  onListed: () => void;
}

/** What is known of the client, and how it is told something. */
interface Caller {
  clientName(): string | undefined;
  firstRoot(): Promise<string | undefined>;
  notify(method: string, params: Readonly<Record<string, unknown>>): void;
}

/**
 * Answers what is offered to the clients of all revisions. Not by the SDK, which holds each message to half a dozen schemas, the result
 * among them: for a small call that is twice the work of all the rest.
 */
export class LegacyRequests {
  readonly #onListed: () => void;
  readonly #onInternal: Host["onInternal"];
  readonly #requests: ReadonlyMap<string, OfferedRequest>;
  readonly #open: OpenRequests;
  readonly #caller: Caller;

  constructor(server: Server, { host, offered, send, onListed }: LegacyRequestsOptions) {
    const roots = new ClientRoots(server);
    server.setNotificationHandler(RootsListChangedNotificationSchema, () => roots.forget());
    this.#onListed = onListed;
    this.#onInternal = host.onInternal;
    this.#caller = {
      clientName: () => server.getClientVersion()?.name,
      firstRoot: () => roots.first(),
      notify: (method, params) => void send({ jsonrpc: "2.0", method, params }).catch((error: unknown) => host.onInternal("progress", error)),
    };
    this.#requests = offeredRequests(host, offered);
    this.#open = new OpenRequests({ send, errorOf: (error) => (error instanceof RpcError ? error : internalRpcError(error, host.onInternal)) });
  }

  /** Takes a request of these, or the cancelling of one. @returns False for any other message. */
  take(message: RpcMessage): boolean {
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) return this.#open.cancel(cancelled, isCall(message) ? message.params?.["reason"] : undefined);
    const offered = isRequest(message) ? this.#requests.get(message.method) : undefined;
    if (!offered || !isRequest(message)) return false;
    this.#open.answer(message.id, (request) => this.#answer(message, offered, request)).catch((error: unknown) => this.#onInternal("answer", error));
    return true;
  }

  /** Ends all: the client is gone. */
  close(): void {
    this.#open.cancelAll("The connection is closed");
  }

  async #answer({ method, params }: RpcRequest, offered: OfferedRequest, request: OpenRequest): Promise<Readonly<Record<string, unknown>>> {
    const result = await offered.answer(params, new LegacyCall(params, request, this.#caller));
    if (method === "resources/list") this.#onListed();
    return result;
  }
}

/** One call, and who calls. That is asked when a tool needs it: a client that does not wait for the answer to its `initialize` is known by then. */
class LegacyCall implements Call {
  readonly meta: Call["meta"];
  readonly #caller: Caller;
  readonly #request: OpenRequest;
  #tell: Call["progress"] | undefined;

  constructor(params: RpcRequest["params"], request: OpenRequest, caller: Caller) {
    this.meta = params?.["_meta"] as Call["meta"];
    this.#caller = caller;
    this.#request = request;
  }

  get clientName(): string | undefined {
    return this.#caller.clientName();
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  firstRoot(): Promise<string | undefined> {
    return this.#caller.firstRoot();
  }

  progress(progress: Progress): void {
    const progressToken = this.meta?.["progressToken"];
    if (!isRequestId(progressToken)) return;
    this.#tell ??= callProgress((told) => {
      if (!this.#request.isCancelled) this.#caller.notify("notifications/progress", { progressToken, ...told });
    });
    this.#tell(progress);
  }
}
