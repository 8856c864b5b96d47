import type { Readable, Writable } from "node:stream";
import { EraRouter, type EraServers } from "../mcp/era-router.js";
import { FirstAnswers, type ServerCard } from "../mcp/first-answers.js";
import type { Host } from "../mcp/host.js";
import { StdioTransport } from "../mcp/stdio-transport.js";
import type { RpcMessage } from "../mcp/json-rpc.js";
import { LazyServices } from "./lazy-services.js";
import type { OpenServices } from "./open-services.js";

/** What `serve` is given of the process and its surroundings. */
export interface ServeOptions {
  host: Omit<Host, "services">;
  /** Whether the reading tools are called once when nobody waits, so that the first call of a client is fast. */
  rehearses: boolean;
  /** As built beside the program; without them nothing is answered before the server is loaded. */
  tools?: ServerCard["tools"] | undefined;
  /** Makes the parts behind the server; called once. A failure ends the process. @param warn Told of what was put right or left out; ids and paths only. */
  open(warn: (message: string) => void): Promise<OpenServices>;
  input: Readable;
  output: Writable;
  warn(message: string): void;
  exit(code: number): void;
}

/** How to end what `serve` began. */
export interface Serving {
  /** Ends the process within its time, with `code` 0 where nothing else is given. Later calls change nothing. */
  stop(reason: string, code?: number): void;
}

/** The first answers come before anything is loaded; a client that says nothing does not hold the import up for long. */
const backgroundAfterInitializedMs = 100;
const backgroundAfterStartMs = 1000;
/** With the time that the transport gives to open requests this stays under 2 s. */
const stopWithinMs = 1200;

function untilFlushed(output: Writable): Promise<void> {
  if (output.destroyed || output.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    output.write("", () => resolve());
  });
}

/**
 * Serves MCP on two streams until the client goes, and ends the process then.
 * Nothing behind the server is loaded before `initialize` has been answered.
 */
export function serve(options: ServeOptions): Serving {
  const server = new Server(options);
  server.start();
  return server;
}

/** One server, from its first message to the end of its process. */
class Server implements Serving {
  readonly #options: ServeOptions;
  readonly #host: Host;
  readonly #lazy: LazyServices;
  readonly #transport: StdioTransport;
  readonly #router: EraRouter;
  readonly #stopped = new AbortController();
  #inBackground = false;

  constructor(options: ServeOptions) {
    this.#options = options;
    this.#host = { ...options.host, services: () => this.#services() };
    this.#lazy = new LazyServices({ ...options, warn: (message) => this.#warn(message) });
    this.#transport = new StdioTransport(options.input, options.output);
    this.#router = new EraRouter(this.#transport, this.#eras(), {
      onInitialized: () => this.#beginIn(backgroundAfterInitializedMs),
      onClosed: () => this.stop("The server stopped: its client closed the connection"),
      onError: (error) => options.host.onInternal("message", error),
    });
  }

  start(): void {
    this.#router.start();
    this.#beginIn(backgroundAfterStartMs);
  }

  stop(reason: string, code = 0): void {
    if (this.#isStopping) return;
    const { host, output, exit } = this.#options;
    this.#stopped.abort(new Error("The server stops"));
    setTimeout(() => exit(code), stopWithinMs);
    void this.#router
      .close()
      .then(() => this.#lazy.close(reason))
      .catch((error: unknown) => host.onInternal("stop", error))
      .then(() => untilFlushed(output))
      .then(() => exit(code));
  }

  get #isStopping(): boolean {
    return this.#stopped.signal.aborted;
  }

  #warn(message: string): void {
    this.#options.warn(message);
    this.#router.warn(message);
  }

  /** Each era's server is loaded when a client of it speaks. */
  #eras(): EraServers & { first: FirstAnswers | undefined } {
    const { tools, host } = this.#options;
    const wire = { send: (message: RpcMessage) => this.#router.send(message), close: () => this.#transport.close() };
    return {
      first: tools && new FirstAnswers({ version: host.version, tools }),
      legacy: async () => {
        const [{ createLegacyServer }, { offered }] = await Promise.all([import("../mcp/legacy/legacy-server.js"), import("../mcp/offered.js")]);
        return createLegacyServer(this.#host, offered, wire);
      },
      modern: async () => {
        const [{ ModernServer }, { offered }] = await Promise.all([import("../mcp/modern/modern-server.js"), import("../mcp/offered.js")]);
        return new ModernServer(this.#host, offered, wire);
      },
    };
  }

  /** The parts behind the server, with the background begun: whoever asks first need not wait for its time. */
  async #services(): Promise<OpenServices> {
    const open = await this.#lazy.get();
    if (this.#isStopping || this.#inBackground) return open;
    const { rehearses, host } = this.#options;
    this.#inBackground = true;
    const derived = open.startBackground();
    if (rehearses) derived.then(() => this.#rehearse()).catch((error: unknown) => host.onInternal("rehearsal", error));
    this.#router.announceNewSessions().catch((error: unknown) => host.onInternal("announce", error));
    return open;
  }

  async #rehearse(): Promise<void> {
    const [{ rehearse }, { offered }] = await Promise.all([import("../mcp/rehearsal.js"), import("../mcp/offered.js")]);
    await rehearse(offered.tools, this.#host, this.#stopped.signal);
    if (!this.#isStopping) this.#router.rehearse();
  }

  /** Begins the background after that time, unless a call did before. */
  #beginIn(delayMs: number): void {
    setTimeout(() => void this.#begin().catch((error: unknown) => this.#options.host.onInternal("start", error)), delayMs).unref();
  }

  async #begin(): Promise<void> {
    if (this.#isStopping || this.#inBackground) return;
    await this.#router.load();
    await this.#services();
  }
}
