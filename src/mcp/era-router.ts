import { cancelledId, isCall, type RpcMessage } from "./json-rpc.js";
import type { McpServer } from "./legacy/legacy-server.js";
import { isModern } from "./modern/envelope.js";
import type { ModernServer } from "./modern/modern-server.js";
import type { StdioTransport } from "./stdio-transport.js";

/** Makes each era's server when its first message comes: a client of one era loads nothing of the other. */
export interface EraServers {
  legacy(): Promise<McpServer>;
  modern(): Promise<ModernServer>;
}

export interface EraEvents {
  /** The client has taken the answer to `initialize`, or the first request without one has come. */
  onInitialized: () => void;
  onClosed: () => void;
  onError: (error: unknown) => void;
}

/**
 * Gives each message of a client to the server of its era: requests that name their revision in `_meta`, as those since 2026-07-28 do, and what cancels
 * them, to the modern one; all else, `initialize` first, to the one of the revisions before. Both may be spoken on one connection.
 */
export class EraRouter {
  readonly #transport: StdioTransport;
  readonly #servers: EraServers;
  readonly #events: EraEvents;
  /** What comes before the server of its era is there waits for it, in order. */
  #legacy: Promise<McpServer> | undefined;
  #modern: Promise<ModernServer> | undefined;
  #legacyServer: McpServer | undefined;
  #modernServer: ModernServer | undefined;

  constructor(transport: StdioTransport, servers: EraServers, events: EraEvents) {
    this.#transport = transport;
    this.#servers = servers;
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

  /** Tells a client with a handshake what its user can act on; one without has no place for it. */
  warn(message: string): void {
    this.#legacyServer?.warn(message);
  }

  /** Begins to tell a client with a handshake of new sessions. */
  async announceNewSessions(): Promise<void> {
    await this.#legacyServer?.announceNewSessions();
  }

  /** Ends what the modern server has under way, then the connection. */
  async close(): Promise<void> {
    await this.#modernServer?.close();
    await this.#transport.close();
  }

  #route(message: RpcMessage): void {
    const isOfModern = this.#isModern(message);
    const taken = isOfModern ? this.#toModern(message) : this.#toLegacy(message);
    taken.catch((error: unknown) => this.#events.onError(error));
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
    if (!this.#legacy) {
      this.#legacy = this.#servers.legacy();
      this.#legacyServer = await this.#legacy;
    }
    (this.#legacyServer ?? (await this.#legacy)).receive(message);
  }
}
