import { randomUUID } from "node:crypto";
import type { FirstAnswers } from "./first-answers.js";
import { cancelledId, isCall, isRequest, type RequestId, type RpcMessage } from "./json-rpc.js";
import type { McpServer } from "./legacy/legacy-server.js";
import { isModern } from "./modern/revision.js";
import type { ModernServer } from "./modern/modern-server.js";
import type { StdioTransport } from "./stdio-transport.js";

/** Makes each era's server when its first message comes: a client of one era loads nothing of the other. */
export interface EraServers {
  legacy(): Promise<McpServer>;
  modern(): Promise<ModernServer>;
}

export interface EraEvents {
  /** The client has taken the answer to `initialize`, or the first request without one has come. May be called again. */
  onInitialized: () => void;
  onClosed: () => void;
  onError: (error: unknown) => void;
}

/**
 * Gives each message of a client to the server of its era: requests that name their revision in `_meta`, as those since 2026-07-28 do, and what cancels
 * them, to the modern one; all else, `initialize` first, to the one of the revisions before. Both may be spoken on one connection.
 * While neither is loaded, `first` answers what it can; a handshake that it answered is done again with the server once that is there.
 */
export class EraRouter {
  readonly #transport: StdioTransport;
  readonly #servers: EraServers;
  readonly #first: FirstAnswers | undefined;
  readonly #events: EraEvents;
  /** What comes before the server of its era is there waits for it, in order. */
  #legacy: Promise<McpServer> | undefined;
  #modern: Promise<ModernServer> | undefined;
  #legacyServer: McpServer | undefined;
  #modernServer: ModernServer | undefined;
  /** Of the handshake that `first` answered, until the legacy server has been through it. */
  #handshakeId: RequestId | undefined;
  #handshake: RpcMessage[] = [];
  /** No client's request has it. */
  readonly #rehearsalId = `rehearsal-${randomUUID()}`;

  constructor(transport: StdioTransport, { first, ...servers }: EraServers & { first?: FirstAnswers | undefined }, events: EraEvents) {
    this.#transport = transport;
    this.#servers = servers;
    this.#first = first;
    this.#events = events;
  }

  start(): void {
    this.#transport.start({
      onMessage: (message) => this.#route(message),
      onInputEnd: () => {
        this.#modern?.then((server) => server.endStreams()).catch((error: unknown) => this.#events.onError(error));
      },
      onClose: () => {
        this.#legacyServer?.closed();
        this.#events.onClosed();
      },
    });
  }

  /** Sends what a server says. */
  send(message: RpcMessage): Promise<void> {
    if (!isCall(message) && message.id === this.#rehearsalId) return Promise.resolve();
    if (this.#handshakeId === undefined || isCall(message) || message.id !== this.#handshakeId) return this.#transport.send(message);
    // Its client has that answer.
    this.#handshakeId = undefined;
    return Promise.resolve();
  }

  /** Loads the server of a client whose handshake was answered without it. */
  async load(): Promise<void> {
    if (this.#handshake.length > 0) await this.#loadLegacy();
  }

  /** Tells a client with a handshake what its user can act on; one without has no place for it. */
  warn(message: string): void {
    this.#legacyServer?.warn(message);
  }

  /** Begins to tell a client with a handshake of new sessions. */
  async announceNewSessions(): Promise<void> {
    await this.#legacyServer?.announceNewSessions();
  }

  /** Has the server of a client with a handshake take a small call, whose answer is sent to nobody: its first takes several times as long as later ones. */
  rehearse(): void {
    this.#legacyServer?.receive({ jsonrpc: "2.0", id: this.#rehearsalId, method: "tools/call", params: { name: "list_sessions", arguments: { limit: 1 } } });
  }

  /** Ends what the modern server has under way, then the connection. */
  async close(): Promise<void> {
    await this.#modernServer?.close();
    await this.#transport.close();
  }

  #route(message: RpcMessage): void {
    if (isCall(message) && message.method === "notifications/initialized") this.#events.onInitialized();
    if (this.#isAnsweredFirst(message)) return;
    const isOfModern = this.#isModern(message);
    const taken = isOfModern ? this.#toModern(message) : this.#toLegacy(message);
    taken.catch((error: unknown) => this.#events.onError(error));
  }

  #isAnsweredFirst(message: RpcMessage): boolean {
    if (this.#legacy || this.#modern || !isCall(message)) return false;
    if (!isRequest(message)) {
      const isOfHandshake = this.#handshake.length > 0 && message.method === "notifications/initialized";
      if (isOfHandshake) this.#handshake.push(message);
      return isOfHandshake;
    }
    const isHandshake = message.method === "initialize";
    const result = isHandshake && this.#handshake.length > 0 ? undefined : this.#first?.resultFor(message);
    if (!result) return false;
    if (isHandshake) {
      this.#handshakeId = message.id;
      this.#handshake.push(message);
    }
    this.#transport.send({ jsonrpc: "2.0", id: message.id, result }).catch((error: unknown) => this.#events.onError(error));
    if (isModern(message)) this.#events.onInitialized();
    return true;
  }

  #isModern(message: RpcMessage): boolean {
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) return this.#modernServer?.has(cancelled) ?? this.#modern !== undefined;
    return isCall(message) && isModern(message);
  }

  async #toModern(message: RpcMessage): Promise<void> {
    if (!this.#modern) {
      this.#modern = this.#servers.modern();
      this.#modernServer = await this.#modern;
      this.#events.onInitialized();
    }
    (this.#modernServer ?? (await this.#modern)).receive(message);
  }

  async #toLegacy(message: RpcMessage): Promise<void> {
    (this.#legacyServer ?? (await this.#loadLegacy())).receive(message);
  }

  async #loadLegacy(): Promise<McpServer> {
    this.#legacy ??= this.#servers.legacy().then((server) => {
      this.#legacyServer = server;
      for (const message of this.#handshake.splice(0)) server.receive(message);
      return server;
    });
    return this.#legacy;
  }
}
