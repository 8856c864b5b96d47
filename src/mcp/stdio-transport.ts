import type { Readable, Writable } from "node:stream";
import { cancelledId, isCall, isObject, isRequest, isRequestId, isRpcMessage, type RequestId, type RpcMessage } from "./json-rpc.js";
import { type Message, MessageSplitter } from "./message-splitter.js";
import { requestIdFromEnds } from "./request-id.js";
import { rpcCodes } from "./rpc-error.js";

const maxMessageBytes = 10 * 1024 * 1024;
const stopReadingAtBytes = 4 * 1024 * 1024;
const mostGathered = 64 * 1024;

function idOf(value: unknown): RequestId | undefined {
  return isObject(value) && isRequestId(value["id"]) ? value["id"] : undefined;
}

/** Who is told of what comes. */
export interface TransportEvents {
  onMessage: (message: RpcMessage) => void;
  /** No message will come any more, and requests wait for their answers: those that nothing else would end are to be answered now. */
  onInputEnd: () => void;
  /** Called once. */
  onClose: () => void;
}

/**
 * JSON-RPC, one message a line, on two streams.
 * A message that is too long, no JSON or no JSON-RPC is answered with an error and the connection lives on. The end of `input` ends it, once
 * the requests that had come are answered or `graceMs` (default 700) have passed; so does an error of `output`, which is then never written to again.
 * While a client leaves over 4 MiB unread, nothing more is read from it.
 */
export class StdioTransport {
  #events: TransportEvents | undefined;

  readonly #input: Readable;
  readonly #output: Writable;
  readonly #graceMs: number;
  readonly #splitter: MessageSplitter;
  /** Requests that came and are not answered. */
  readonly #open = new Set<RequestId>();
  #graceTimer: NodeJS.Timeout | undefined;
  #drained: PromiseWithResolvers | undefined;
  /** What is kept back until `#flush` fires, so that answers to calls that came together leave together: as one text, which costs a third of as many. */
  #gathered = "";
  #flush: NodeJS.Immediate | undefined;
  #ended = false;
  #closed = false;

  constructor(input: Readable, output: Writable, options: { maxMessageBytes?: number; graceMs?: number } = {}) {
    this.#input = input;
    this.#output = output;
    this.#graceMs = options.graceMs ?? 700;
    this.#splitter = new MessageSplitter(options.maxMessageBytes ?? maxMessageBytes);
  }

  start(events: TransportEvents): void {
    this.#events = events;
    this.#output.on("error", this.#onOutputError);
    this.#output.on("drain", this.#onDrain);
    this.#output.on("close", this.#finish);
    this.#input.on("error", this.#onInputEnd);
    this.#input.on("end", this.#onInputEnd);
    this.#input.on("close", this.#onInputEnd);
    this.#input.on("data", this.#onData);
  }

  /** Resolves when the stream takes more; at once where it does so already, or is gone. */
  send(message: RpcMessage): Promise<void> {
    if (!isCall(message) && message.id !== undefined) this.#open.delete(message.id);
    const sent = this.#write(message);
    if (this.#ended && this.#open.size === 0) this.#finish();
    return sent;
  }

  async close(): Promise<void> {
    this.#finish();
  }

  readonly #onData = (chunk: Buffer | string): void => {
    for (const message of this.#splitter.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk)) {
      if (this.#closed) return;
      this.#receive(message);
    }
  };

  readonly #onInputEnd = (): void => {
    if (this.#ended || this.#closed) return;
    this.#ended = true;
    const rest = this.#splitter.rest();
    if (rest) this.#receive(rest);
    if (this.#open.size === 0) return this.#finish();
    this.#graceTimer = setTimeout(this.#finish, this.#graceMs);
    this.#events?.onInputEnd();
  };

  readonly #onOutputError = (): void => this.#finish();

  readonly #onDrain = (): void => {
    this.#drained?.resolve();
    this.#drained = undefined;
    if (!this.#closed) this.#input.resume();
  };

  readonly #flushNow = (): void => {
    if (!this.#flush) return;
    clearImmediate(this.#flush);
    this.#flush = undefined;
    const text = this.#gathered;
    this.#gathered = "";
    if (text !== "" && this.#isWritable()) this.#put(text);
  };

  readonly #finish = (): void => {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#graceTimer);
    this.#flushNow();
    this.#input.off("data", this.#onData);
    this.#input.pause();
    this.#drained?.resolve();
    this.#events?.onClose();
  };

  #receive(message: Message): void {
    if ("oversized" in message) {
      const { bytes, head, tail } = message.oversized;
      this.#refuse(rpcCodes.invalidRequest, `Message of ${bytes} bytes is too long`, requestIdFromEnds(head.toString(), tail.toString()));
      return;
    }
    const text = message.line.toString();
    if (text.trim() === "") return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#refuse(rpcCodes.parseError, "Parse error: the line is no JSON", undefined);
      return;
    }
    if (!isRpcMessage(value)) {
      this.#refuse(rpcCodes.invalidRequest, "Invalid request: the line is no JSON-RPC 2.0 message", idOf(value));
      return;
    }
    this.#deliver(value);
  }

  #deliver(message: RpcMessage): void {
    if (isRequest(message)) this.#open.add(message.id);
    // A cancelled request gets no answer.
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) this.#open.delete(cancelled);
    this.#events?.onMessage(message);
  }

  /** An error whose request cannot be told has no `id`: MCP, unlike JSON-RPC, allows no null there. */
  #refuse(code: number, message: string, id: RequestId | undefined): void {
    void this.#write({ jsonrpc: "2.0", ...(id !== undefined && { id }), error: { code, message } });
  }

  /** One write of the system for each answer costs as much as all the rest of a small call. Where nothing else is under way there is nothing to gather. */
  #write(message: RpcMessage): Promise<void> {
    if (this.#closed || !this.#isWritable()) return Promise.resolve();
    const text = `${JSON.stringify(message)}\n`;
    if (!this.#flush && this.#open.size === 0) {
      this.#put(text);
    } else {
      this.#gathered += text;
      this.#flush ??= setImmediate(this.#flushNow);
      if (this.#gathered.length > mostGathered) this.#flushNow();
    }
    return this.#drained?.promise ?? Promise.resolve();
  }

  #put(text: string): void {
    if (this.#output.write(text)) return;
    if (this.#output.writableLength > stopReadingAtBytes) this.#input.pause();
    this.#drained ??= deferred();
  }

  #isWritable(): boolean {
    return !this.#output.destroyed && !this.#output.writableEnded;
  }
}

interface PromiseWithResolvers {
  promise: Promise<void>;
  resolve: () => void;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function deferred(): PromiseWithResolvers {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
