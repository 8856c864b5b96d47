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

/**
 * Answers what is offered to the clients of all revisions. Not by the SDK, which holds each message to half a dozen schemas, the result
 * among them: for a small call that is twice the work of all the rest.
 */
export class LegacyRequests {
  readonly #server: Server;
  readonly #options: LegacyRequestsOptions;
  readonly #requests: ReadonlyMap<string, OfferedRequest>;
  readonly #open: OpenRequests;
  readonly #roots: ClientRoots;

  constructor(server: Server, options: LegacyRequestsOptions) {
    const { host, offered, send } = options;
    this.#server = server;
    this.#options = options;
    this.#requests = offeredRequests(host, offered);
    this.#open = new OpenRequests({ send, errorOf: (error) => (error instanceof RpcError ? error : internalRpcError(error, host.onInternal)) });
    this.#roots = new ClientRoots(server);
    server.setNotificationHandler(RootsListChangedNotificationSchema, () => this.#roots.forget());
  }

  /** Takes a request of these, or the cancelling of one. @returns False for any other message. */
  take(message: RpcMessage): boolean {
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) return this.#open.cancel(cancelled, isCall(message) ? message.params?.["reason"] : undefined);
    const offered = isRequest(message) ? this.#requests.get(message.method) : undefined;
    if (!offered || !isRequest(message)) return false;
    this.#open.answer(message.id, (request) => this.#answer(message, offered, request)).catch((error: unknown) => this.#options.host.onInternal("answer", error));
    return true;
  }

  /** Ends all: the client is gone. */
  close(): void {
    this.#open.cancelAll("The connection is closed");
  }

  async #answer({ method, params }: RpcRequest, offered: OfferedRequest, request: OpenRequest): Promise<Record<string, unknown>> {
    const result = await offered.answer(params, this.#callOf(params, request));
    if (method === "resources/list") this.#options.onListed();
    return result;
  }

  /** Who calls is asked when a tool needs it: a client that does not wait for the answer to its `initialize` is known by then. */
  #callOf(params: RpcRequest["params"], request: OpenRequest): Call {
    const meta = params?.["_meta"] as Call["meta"];
    const server = this.#server;
    return {
      meta,
      get clientName() {
        return server.getClientVersion()?.name;
      },
      firstRoot: () => this.#roots.first(),
      get signal() {
        return request.signal;
      },
      progress: callProgress((progress) => this.#tell(progress, { progressToken: meta?.["progressToken"], request })),
    };
  }

  #tell(progress: Progress, { progressToken, request }: { progressToken: unknown; request: OpenRequest }): void {
    if (!isRequestId(progressToken) || request.isCancelled) return;
    const { host, send } = this.#options;
    send({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken, ...progress } }).catch((error: unknown) => host.onInternal("progress", error));
  }
}
