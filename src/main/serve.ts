import type { Readable, Writable } from "node:stream";
import { EraRouter } from "../mcp/era-router.js";
import { FirstAnswers, type ServerCard } from "../mcp/first-answers.js";
import type { Host } from "../mcp/host.js";
import { StdioTransport } from "../mcp/stdio-transport.js";
import type { Services } from "../mcp/tool.js";
import type { RpcMessage } from "../mcp/json-rpc.js";
import type { RemovalPort, SearchPort } from "../schema/ports.js";

/** The parts behind the server, and what only its owner may do with them. */
export interface OpenServices extends Services {
  readonly search: SearchPort;
  readonly removal: RemovalPort;
  /** Begins to import and follow native logs in the background, where that is wanted. @returns Resolves once what is derived has taken in the logs that were there. */
  startBackground(): Promise<void>;
  /** Finalizes and closes all, at most in about a second. `reason` stands in the logs of sessions that nobody ended. */
  close(reason: string): Promise<void>;
}

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

/** Opens the parts behind the server once, at the first call. */
class LazyServices {
  readonly #options: ServeOptions;
  #opened: Promise<OpenServices> | undefined;
  #stopped = false;

  constructor(options: ServeOptions) {
    this.#options = options;
  }

  get(): Promise<OpenServices> {
    if (this.#stopped && !this.#opened) return Promise.reject(new Error("The server stops"));
    this.#opened ??= this.#options.open(this.#options.warn).catch((error: unknown) => {
      this.#options.warn(error instanceof Error ? error.message : String(error));
      this.#options.exit(1);
      throw error;
    });
    return this.#opened;
  }

  async close(reason: string): Promise<void> {
    this.#stopped = true;
    await (await this.#opened)?.close(reason);
  }
}

/**
 * Serves MCP on two streams until the client goes, and ends the process then.
 * Nothing behind the server is loaded before `initialize` has been answered.
 */
export function serve(options: ServeOptions): Serving {
  const warn = (message: string): void => {
    options.warn(message);
    router.warn(message);
  };
  const lazy = new LazyServices({ ...options, warn });
  const transport = new StdioTransport(options.input, options.output);
  let stopping = false;
  let inBackground = false;

  /** The parts behind the server, with the background begun: whoever asks first need not wait for its time. */
  const services = async (): Promise<OpenServices> => {
    const open = await lazy.get();
    if (stopping || inBackground) return open;
    inBackground = true;
    const derived = open.startBackground();
    if (options.rehearses) derived.then(rehearsal).catch((error: unknown) => options.host.onInternal("rehearsal", error));
    router.announceNewSessions().catch((error: unknown) => options.host.onInternal("announce", error));
    return open;
  };
  const host: Host = { ...options.host, services };
  const stopped = new AbortController();
  const rehearsal = async (): Promise<void> => {
    const [{ rehearse }, { offered }] = await Promise.all([import("../mcp/rehearsal.js"), import("../mcp/offered.js")]);
    await rehearse(offered.tools, host, stopped.signal);
  };
  const { version } = options.host;
  const wire = { send: (message: RpcMessage) => router.send(message), close: () => transport.close() };
  const router = new EraRouter(
    transport,
    {
      first: options.tools && new FirstAnswers({ version, tools: options.tools }),
      async legacy() {
        const [{ createLegacyServer }, { offered }] = await Promise.all([import("../mcp/legacy/legacy-server.js"), import("../mcp/offered.js")]);
        return createLegacyServer(host, offered, wire);
      },
      async modern() {
        const [{ ModernServer }, { offered }] = await Promise.all([import("../mcp/modern/modern-server.js"), import("../mcp/offered.js")]);
        return new ModernServer(host, offered, wire);
      },
    },
    {
      onInitialized: () => later(backgroundAfterInitializedMs),
      onClosed: () => stop("The server stopped: its client closed the connection"),
      onError: (error) => options.host.onInternal("message", error),
    },
  );
  const later = (delayMs: number): void => {
    const begin = async (): Promise<unknown> => {
      if (stopping || inBackground) return;
      await router.load();
      return services();
    };
    setTimeout(() => void begin().catch((error: unknown) => options.host.onInternal("start", error)), delayMs).unref();
  };
  const stop = (reason: string, code = 0): void => {
    if (stopping) return;
    stopping = true;
    stopped.abort(new Error("The server stops"));
    setTimeout(() => options.exit(code), stopWithinMs);
    void router
      .close()
      .then(() => lazy.close(reason))
      .catch((error: unknown) => options.host.onInternal("stop", error))
      .then(() => untilFlushed(options.output))
      .then(() => options.exit(code));
  };

  router.start();
  later(backgroundAfterStartMs);
  return { stop };
}
