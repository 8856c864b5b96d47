import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { tempDir } from "../helpers/temp-dir.js";
import type { CommandLine } from "./planted-home.js";

interface Message {
  id?: string | number;
  method?: string;
  params?: { _meta?: { progressToken?: string | number; [subscriptionId]?: string | number }; progressToken?: string | number };
}

const subscriptionId = "io.modelcontextprotocol/subscriptionId";
/** Name of the process that answers what belongs to no HTTP session: that of the revisions without a handshake. */
const withoutSession = "";

/**
 * Serves a stdio server as streamable HTTP on loopback, for clients that speak nothing else; one process for each HTTP session, and one for all requests of none. It ends with the test.
 * What it does is transport only: no message is made, changed or kept back by it.
 * @returns The URL to connect to.
 */
export async function bridgeToHttp([command, ...args]: CommandLine): Promise<string> {
  const sessions = new Map<string, Session>();
  const env = { PATH: process.env["PATH"] ?? "", HOME: tempDir() };
  const start = (): Session => new Session(spawn(command, args, { env, cwd: env.HOME }));
  const http = createServer((request, response) => {
    // A body that is no JSON, or a stream that broke: the client sees the connection break, and its scenario fails.
    answer(request, response, { sessions, start }).catch((error: unknown) => response.destroy(error as Error));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(async () => {
    http.closeAllConnections();
    http.close();
    await Promise.all([...sessions.values()].map((session) => session.end()));
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
}

interface Sessions {
  sessions: Map<string, Session>;
  start: () => Session;
}

async function answer(request: IncomingMessage, response: ServerResponse, { sessions, start }: Sessions): Promise<void> {
  const message = request.method === "POST" ? ((await json(request)) as Message) : undefined;
  const asked = request.headers["mcp-session-id"];
  const isStateless = asked === undefined && request.headers["mcp-protocol-version"] === "2026-07-28" && message !== undefined;
  const id = isStateless ? withoutSession : message?.method === "initialize" ? randomUUID() : String(asked);
  if ((isStateless && !sessions.has(id)) || (message?.method === "initialize" && !isStateless)) sessions.set(id, start());
  const session = sessions.get(id);
  if (session === undefined) {
    response.writeHead(asked === undefined ? 400 : 404).end();
    return;
  }
  if (!isStateless) response.setHeader("mcp-session-id", id);
  if (message !== undefined) session.send(message, response);
  else if (request.method === "GET") session.listen(response);
  else {
    await session.end();
    sessions.delete(id);
    response.writeHead(200).end();
  }
}

/** One process of the server and the open streams of its client. */
class Session {
  readonly #child: ChildProcessWithoutNullStreams;
  /** Streams of requests that are not answered. */
  readonly #asking = new Map<string | number, { stream: ServerResponse; progressToken: string | number | undefined }>();
  /** The stream of what answers no request, and what came before it was opened. */
  #listening: ServerResponse | undefined;
  #early: string[] = [];

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#child.stdin.on("error", () => undefined);
    this.#child.stderr.resume();
    createInterface(this.#child.stdout).on("line", (line) => this.#deliver(line));
  }

  /** Hands a message to the server; a request's stream stays open until its answer. */
  send(message: Message, response: ServerResponse): void {
    const { id, method, params } = message;
    if (id !== undefined && method !== undefined) {
      this.#asking.set(id, { stream: openStream(response), progressToken: params?._meta?.progressToken });
      // Whoever hangs up before the answer cancels.
      response.on("close", () => this.#asking.delete(id) && this.#tell({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } }));
    } else {
      response.writeHead(202).end();
    }
    this.#tell(message);
  }

  #tell(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  listen(response: ServerResponse): void {
    this.#listening = openStream(response);
    for (const line of this.#early.splice(0)) say(this.#listening, line);
  }

  /** Ends the process as a client does; resolves when it has ended. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
  }

  #deliver(line: string): void {
    const { id, method, params } = JSON.parse(line) as Message;
    if (method === undefined && id !== undefined) {
      const stream = this.#asking.get(id)?.stream;
      this.#asking.delete(id);
      if (stream) say(stream, line).end();
      return;
    }
    const token = method === "notifications/progress" ? params?.progressToken : undefined;
    const subscription = this.#asking.get(params?._meta?.[subscriptionId] ?? "");
    const asking = subscription ?? [...this.#asking.values()].find(({ progressToken }) => token !== undefined && progressToken === token);
    const stream = asking?.stream ?? this.#listening;
    if (stream) say(stream, line);
    else this.#early.push(line);
  }
}

function openStream(response: ServerResponse): ServerResponse {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.flushHeaders();
  return response;
}

function say(stream: ServerResponse, line: string): ServerResponse {
  stream.write(`event: message\ndata: ${line}\n\n`);
  return stream;
}
