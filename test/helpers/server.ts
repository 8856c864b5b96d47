import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { onTestFinished } from "vitest";
import { tempDir } from "./temp-dir.js";
import { waitFor } from "./wait-for.js";

/** The built command. */
export const serverPath = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface ServerOptions {
  /** Flags behind `--home`; `--no-import` by default, so that nothing but the test writes. */
  args?: readonly string[];
  /** Added to an environment that holds PATH and HOME only. */
  env?: Readonly<Record<string, string>>;
  /** Home of the logs; a new empty folder by default. */
  home?: string;
  /** Home of the user, and working folder; a new empty folder by default. */
  userHome?: string;
  /** A command and its arguments that run the server, such as a tracer. */
  under?: readonly string[];
}

interface Launch {
  command: string;
  args: string[];
  env: Record<string, string>;
  home: string;
  cwd: string;
}

function launch({ args = ["--no-import"], env = {}, home, userHome, under = [] }: ServerOptions): Launch {
  if (!existsSync(serverPath)) throw new Error("There is no dist/main.js: run npm run build:js first");
  const cwd = userHome ?? tempDir();
  const dir = home ?? join(tempDir(), "home");
  mkdirSync(cwd, { recursive: true });
  const [command = "", ...before] = [...under, process.execPath];
  return { command, args: [...before, serverPath, "--home", dir, ...args], env: { PATH: process.env["PATH"] ?? "", HOME: cwd, ...env }, home: dir, cwd };
}

export interface ConnectedServer {
  client: Client;
  /** Home of the logs. */
  home: string;
  /** Home of the user, and working folder of the server. */
  cwd: string;
  pid: number;
  /** What the server wrote to stderr so far. */
  stderr(): string;
  /** The structured result of a tool. @throws {Error} with the text of an error result. */
  call(name: string, args?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** The text of an error result. @throws {Error} where the call went well. */
  failure(name: string, args?: Record<string, unknown>): Promise<string>;
}

/** Starts the built server in homes of its own, with the SDK's client on real pipes; both end with the test. */
export async function connectServer(options: ServerOptions & { client?: Client } = {}): Promise<ConnectedServer> {
  const { command, args, env, home, cwd } = launch(options);
  const transport = new StdioClientTransport({ command, args, env, cwd, stderr: "pipe" });
  let stderr = "";
  transport.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const client = options.client ?? new Client({ name: "test", version: "1.0.0" });
  await client.connect(transport);
  onTestFinished(() => client.close());
  const result = async (name: string, toolArguments: Record<string, unknown>) => {
    const answer = await client.callTool({ name, arguments: toolArguments });
    return { isError: answer.isError === true, structured: answer.structuredContent, text: (answer.content as { text: string }[])[0]?.text ?? "" };
  };
  return {
    client,
    home,
    cwd,
    pid: transport.pid ?? 0,
    stderr: () => stderr,
    async call(name, toolArguments = {}) {
      const { isError, structured, text } = await result(name, toolArguments);
      if (isError) throw new Error(text);
      return structured as Record<string, unknown>;
    },
    async failure(name, toolArguments = {}) {
      const { isError, text } = await result(name, toolArguments);
      if (!isError) throw new Error(`${name} went well: ${text}`);
      return text;
    },
  };
}

export interface RawServer {
  child: ChildProcessWithoutNullStreams;
  home: string;
  /** Writes one message as a line. */
  send(message: unknown): void;
  /** Lines on stdout so far, parsed. @throws {SyntaxError} where one is no JSON. */
  messages(): Record<string, unknown>[];
  /** Waits for the message with that id. */
  answer(id: unknown): Promise<Record<string, unknown>>;
  /** Does `initialize` and says `initialized`. */
  initialize(clientInfo?: { name: string; version: string }): Promise<Record<string, unknown>>;
  stderr(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  exited: Promise<number | string>;
}

/** Starts the built server with its plain streams, for what no client would do; it ends with the test. */
export function spawnServer(options: ServerOptions = {}): RawServer {
  const { command, args, env, home, cwd } = launch(options);
  const child = spawn(command, args, { env, cwd });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on("error", () => undefined);
  const exited = new Promise<number | string>((resolve) => child.on("exit", (code, signal) => resolve(code ?? signal ?? "unknown")));
  const messages = () =>
    stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const send = (message: unknown): void => void child.stdin.write(`${JSON.stringify(message)}\n`);
  const answer = (id: unknown) => waitFor(`answer ${String(id)}; stderr: ${stderr}`, () => messages().find((message) => message["id"] === id));
  return {
    child,
    home,
    send,
    messages,
    answer,
    exited,
    stderr: () => stderr,
    async initialize(clientInfo = { name: "test", version: "1" }) {
      send({ jsonrpc: "2.0", id: "init", method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo } });
      const first = await answer("init");
      send({ jsonrpc: "2.0", method: "notifications/initialized" });
      return first;
    },
  };
}
