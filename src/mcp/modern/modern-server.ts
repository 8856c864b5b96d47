import type { Call } from "../call-context.js";
import { callProgress } from "../call-progress.js";
import { internalRpcError } from "../error-result.js";
import type { Host } from "../host.js";
import { cancelledId, isRequest, type RequestId, type RpcMessage, type RpcRequest } from "../json-rpc.js";
import { type OpenRequest, OpenRequests } from "../open-requests.js";
import { checkedParams, offeredRequests, type Offered, type OfferedRequest } from "../requests.js";
import { ResourceRequests } from "../resource-requests.js";
import { listedEntries } from "../resources/catalogue.js";
import type { ResourceWatch } from "../resources/resource.js";
import { invalidParams, RpcError, rpcCodes } from "../rpc-error.js";
import type { Progress } from "../tool.js";
import { senderOf, type Sender } from "./envelope.js";
import { ListenParams, ListenStream } from "./listen-stream.js";
import { discovered, stamped } from "./results.js";
import { metaKeys } from "./revision.js";

/*
 * The revision 2026-07-28, which has no handshake: each request names its revision and its sender. It is spoken by this layer of ours and not by the
 * SDK's successor: that would be a second SDK in the bundle (its server takes ten times the code of this folder, with schemas of its own for each
 * message) beside the one for the revisions before, and would not know our way to gather updates. A client of either era loads only its own half.
 */

export interface ModernServerOptions {
  /** Resolves when the stream takes more. */
  send: (message: RpcMessage) => Promise<void>;
}

/** Answers the requests of clients that speak without a handshake. */
export class ModernServer {
  readonly #host: Host;
  readonly #offered: Offered;
  readonly #requests: ReadonlyMap<string, OfferedRequest>;
  readonly #resources: ResourceRequests;
  readonly #send: ModernServerOptions["send"];
  readonly #open: OpenRequests;
  readonly #streams = new Map<RequestId, ListenStream>();
  #streamsEnd = false;

  constructor(host: Host, offered: Offered, { send }: ModernServerOptions) {
    this.#host = host;
    this.#offered = offered;
    this.#requests = offeredRequests(host, offered);
    this.#resources = new ResourceRequests(host, offered.resources);
    this.#send = send;
    this.#open = new OpenRequests({ send, errorOf: (error) => this.#errorOf(error) });
  }

  /** Whether it is answering that request. */
  has(id: RequestId): boolean {
    return this.#open.has(id) || this.#streams.has(id);
  }

  /** Takes a request of this era, or the cancelling of one. */
  receive(message: RpcMessage): void {
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) this.#cancel(cancelled, message);
    else if (isRequest(message)) {
      this.#open.answer(message.id, (request) => this.#answer(message, request)).catch((error: unknown) => this.#host.onInternal("answer", error));
    }
  }

  /** Ends all. */
  async close(): Promise<void> {
    this.#open.cancelAll("The server stops");
    await this.endStreams();
  }

  /** Ends the streams, and those that are yet to begin, with their result: that is how clients learn that no more comes. */
  async endStreams(): Promise<void> {
    this.#streamsEnd = true;
    const { version } = this.#host;
    const ends = [...this.#streams.keys()].map((id) => {
      this.#endStream(id);
      return this.#send({ jsonrpc: "2.0", id, result: stamped("subscriptions/listen", {}, { version, meta: { [metaKeys.subscriptionId]: id } }) });
    });
    await Promise.all(ends);
  }

  #cancel(id: RequestId, message: RpcMessage): void {
    const params = "params" in message ? message.params : undefined;
    this.#open.cancel(id, params?.["reason"]);
    this.#endStream(id);
  }

  #endStream(id: RequestId): void {
    this.#streams.get(id)?.close();
    this.#streams.delete(id);
  }

  /** @returns Undefined for a stream, which is answered when it ends. */
  async #answer({ id, method, params }: RpcRequest, request: OpenRequest): Promise<Record<string, unknown> | undefined> {
    const sender = senderOf(params);
    if (method === "subscriptions/listen") return void (await this.#listen(id, params, request));
    const result = method === "server/discover" ? discovered(this.#offered.tools.map(({ name }) => name)) : await this.#requestOf(method).answer(params, this.#callOf(sender, request));
    if (method === "resources/list") for (const stream of this.#streams.values()) stream.listShown();
    return stamped(method, result, this.#host);
  }

  #requestOf(method: string): OfferedRequest {
    const request = this.#requests.get(method);
    if (!request) throw new RpcError(rpcCodes.methodNotFound, `Method not found: ${JSON.stringify(method.slice(0, 100))}`);
    return request;
  }

  async #listen(id: RequestId, params: unknown, request: OpenRequest): Promise<void> {
    const { notifications } = checkedParams(ListenParams, params);
    const watches = await this.#watchesOf(notifications.resourceSubscriptions ?? []);
    const services = await this.#host.services();
    const stream = new ListenStream(id, {
      send: (method, told) => this.#send({ jsonrpc: "2.0", method, params: told }),
      onError: (error) => this.#host.onInternal("update", error),
    });
    if (request.isCancelled) return;
    this.#streams.set(id, stream);
    const { resources } = this.#offered;
    try {
      await stream.begin(notifications, { services, watches, listed: () => listedEntries(resources, { ...services, mask: this.#host.mask }).map(({ uri }) => uri) });
    } catch (error) {
      // It is answered with the error, whatever that is; at the end of all streams it would be answered again.
      this.#endStream(id);
      throw error;
    }
    if (this.#streamsEnd) await this.endStreams();
  }

  /** One for each URI that is there: the acknowledgement tells the client of which it will not hear. */
  async #watchesOf(uris: readonly string[]): Promise<Map<string, ResourceWatch>> {
    const watches = new Map<string, ResourceWatch>();
    for (const uri of uris) {
      try {
        await this.#resources.watch(uri, (watch) => watches.set(uri, watch()));
      } catch (error) {
        if (!(error instanceof RpcError) || error.code !== rpcCodes.resourceNotFound) throw error;
      }
    }
    return watches;
  }

  #callOf({ meta, clientName, progressToken }: Sender, request: OpenRequest): Call {
    const tell = ({ progress, total, message }: Progress): void => {
      if (progressToken === undefined || request.isCancelled) return;
      const told = { progressToken, progress, ...(total !== undefined && { total }), ...(message !== undefined && { message }) };
      this.#send({ jsonrpc: "2.0", method: "notifications/progress", params: told }).catch((error: unknown) => this.#host.onInternal("progress", error));
    };
    return {
      meta,
      clientName,
      // Roots are asked for by answering that input is wanted; the working folder does for what they are needed here.
      firstRoot: () => Promise.resolve(undefined),
      get signal() {
        return request.signal;
      },
      progress: callProgress(tell),
    };
  }

  #errorOf(error: unknown): RpcError {
    const told = error instanceof RpcError ? error : internalRpcError(error, this.#host.onInternal);
    // This era has no code of its own for a resource that is not there.
    return told.code === rpcCodes.resourceNotFound ? invalidParams(told.message, told.data) : told;
  }
}
