import type { z } from "zod";
import type { Asker, CataloguePort, IngestPort, LogPort, Mask, SearchPort } from "../schema/ports.js";

/** What a client may assume of a tool; nothing of ours reaches beyond this machine. */
export interface ToolAnnotations {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: false;
}

/** The parts behind the server, made at the first call that needs them. */
export interface Services {
  readonly logs: LogPort;
  readonly catalogue: CataloguePort;
  readonly ingest: IngestPort;
  readonly search: SearchPort;
}

/** How far a long call has come; `total` in the same unit, where it is known. */
export interface Progress {
  progress: number;
  total?: number;
  message?: string;
}

/** What a tool may use. One is made for each call. */
export interface ToolContext extends Services {
  /** Who asks: by the call's `_meta`, the client's own variable, `ZAG_SESSION_ID`; its workspace by the client's roots. */
  asker(): Promise<Asker>;
  /**
   * A workspace argument as an absolute path: `.` or nothing is the client's first root, else the working folder; a leading `~` is expanded;
   * a relative path is meant from there.
   */
  workspaceOf(path: string | undefined): Promise<string>;
  /** Takes secrets out of text that leaves; to be applied before any cut. */
  readonly mask: Mask;
  /** Aborted when the caller cancels the call or goes away. */
  readonly signal: AbortSignal;
  /** Tells the caller how far the call is, where it asked to be told; never fails. */
  progress(progress: Progress): void;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly readOnly: boolean;
  /** Names of the providers that this version can read. */
  readonly providers: readonly string[];
}

/**
 * A tool as data: what `tools/list` shows of it, and its handler.
 * `args` is a flat `z.strictObject` whose every property is described; `output` describes the result object.
 */
export interface Tool<Args extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** Name on the wire, snake_case. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly args: Args;
  readonly output: Output;
  readonly annotations: ToolAnnotations;
  /** What the protocol's extensions say of it, as `_meta`. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Whether it writes to the home; such a tool is `READ_ONLY` under `--read-only`. */
  readonly writes: boolean;
  /**
   * @returns The result object, ready to be said: masked, cut, without nulls.
   * @throws {CoreError} What the caller can mend.
   */
  run(args: z.output<Args>, context: ToolContext): Promise<z.input<Output>>;
}

/** Checks a tool's handler against its own schemas, and gives it the type under which all tools are kept. */
export function defineTool<Args extends z.ZodObject, Output extends z.ZodObject>(tool: Tool<Args, Output>): Tool {
  return tool as unknown as Tool;
}
