import type { ToolAnswers } from "../schema/answers/tool-answers.js";
import type { CataloguePort, IngestPort, LogPort, Mask, RemovalPort, SearchPort } from "../schema/ports.js";
import type { HealthPort } from "../schema/health.js";
import type { ClientPlaces } from "./clients/clients.js";
import type { ConfigFiles } from "./clients/config-files.js";
import type { Installation } from "./clients/launch.js";
import type { CommonOptions } from "./common-options.js";
import type { Argument, Flag } from "./flag.js";
import type { Given } from "./given.js";
import type { Terminal } from "./terminal.js";

/** The parts of a home. */
export interface CommandServices {
  readonly logs: LogPort;
  readonly catalogue: CataloguePort;
  readonly search: SearchPort;
  readonly ingest: IngestPort;
  readonly removal: RemovalPort;
}

/** Calls one of the server's tools that read; a failure is thrown as `CoreError`. @param options.onProgress Told how far a long call is. */
export type CallTool = <Name extends keyof ToolAnswers>(name: Name, args: Readonly<Record<string, unknown>>, options?: { onProgress?: (progress: { progress: number; total?: number }) => void }) => Promise<ToolAnswers[Name]>;

/** What a command may use; `main` makes one for each run. Nothing is opened before it is asked for. */
export interface CommandContext {
  readonly common: CommonOptions;
  readonly terminal: Terminal;
  /** Aborted by SIGINT or SIGTERM, from the moment on that it was first asked for. */
  readonly signal: AbortSignal;
  /** Takes secrets out of recorded text; with `--show-secrets` it gives the text back as it is. */
  readonly mask: Mask;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Asks the one at the terminal, for a yes or no; undefined where nobody is there. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Opens the home, once; it is closed when the command is over. @param options.imports Whether native logs may be taken in. */
  services(options: { imports: boolean }): Promise<CommandServices>;
  /** What agents are told of this home; masked. Nothing is imported. */
  readonly callTool: CallTool;
  /** Has the home followed as a server does: native logs are taken in while the command runs, unless the home is only to be read. */
  follow(): Promise<void>;
  /** Serves the page of `view` on loopback. @param options.port 0 for any that is free. @throws {CoreError} `INVALID_ARGUMENT` where the port is taken. */
  startView(options: { port: number }): Promise<{ url: string; close(): Promise<void> }>;
  /** Opens a link in the user's browser; where nothing can, nothing happens. */
  openLink(url: string): Promise<void>;
  /** Shows a text, through a pager where people read it on a terminal. */
  page(text: string): Promise<void>;
  /** What verifies and mends the home. @param options.writes Whether anything may be changed: without it not even modes are narrowed. */
  health(options: { writes: boolean }): Promise<HealthPort>;
  /** Serves MCP on stdin and stdout until the client goes. */
  serve(options: { imports: boolean }): Promise<void>;
  /** What `config` needs to know of this installation, and of the clients'. */
  readonly installation: Installation;
  readonly places: ClientPlaces;
  /** Version of Node. */
  readonly nodeVersion: string;
  configFiles(): Promise<ConfigFiles>;
}

/** A command, as data: its help, its completions and its part of the README are made from it. What runs is loaded by `run`. */
export interface Command<Options = unknown> {
  readonly name: string;
  /** What it does, as one line without a full stop. */
  readonly summary: string;
  /** What else is to be said, in its own help; lines are wrapped. */
  readonly about?: string;
  readonly args: readonly Argument[];
  /** Its own flags, beside those that every command takes. */
  readonly flags: readonly Flag[];
  /** What stands behind `session-log-mcp`, and what that does. */
  readonly examples: readonly (readonly [string, string])[];
  /** @throws {UsageError} for what is not allowed. */
  read(given: Given): Options;
  /** Providers that the options name; they must exist. */
  providers?(options: Options): readonly string[];
  /** @returns The exit code: 0 done, 1 failed. Errors that it throws are said, and end it with 1 (2 for a `UsageError` or `INVALID_ARGUMENT`). */
  run(options: Options, context: CommandContext): Promise<0 | 1>;
}

/** Checks a command against its own options, and gives it the type under which all are kept. */
export function defineCommand<Options>(command: Command<Options>): Command {
  return command as unknown as Command;
}
