import type { ToolUse, Wire } from "./wire.js";

/** Where an agent is to run. Paths are absolute. */
export interface Place {
  /** Home of the user: all that the agent keeps lies below. */
  home: string;
  /** Its workspace. */
  workspace: string;
  /** The model, without a path. */
  baseUrl: string;
}

/** A coding agent of others, and how it is started without an account, a network or a question. */
export interface Agent {
  /** As people know it. */
  title: string;
  /** Its command, and the name of its provider in events. */
  command: "claude" | "codex" | "gemini" | "copilot";
  /** Its name for `session-log-mcp config`. */
  client: string;
  wire: Wire;
  /** Variables besides those that every agent gets. */
  variables(place: Place): Record<string, string>;
  /** Writes its settings, before this server is put into them. */
  configure(place: Place): void;
  /** Arguments for one prompt, without a terminal. */
  args(prompt: string): string[];
  /** The name by which its model calls a tool of this server. */
  toolName(tool: string): string;
  /** A call of its own tool for shell commands. */
  shell(command: string): ToolUse;
  /** The call by which its model reads a resource; absent where it shows models none. */
  readResource?(uri: string): ToolUse;
  /** Whether it reads only what `resources/list` holds, and nothing that a template stands for. */
  readsListedOnly?: boolean;
  /** What its user types for a prompt of this server with one argument; absent where it offers none. */
  promptCommand?(name: string, argument: string): string;
  /** The call by which its model finds this server's tools, where it is not shown them at once. */
  discovery?: ToolUse;
  /** Whether its model is told what the server says of itself. */
  showsInstructions: boolean;
  /** Whether it tells the servers that it starts which session they serve. */
  tellsItsSession: boolean;
  /** What the log says of a session whose process has ended just now: most are not told of an end when there is no terminal. */
  statusAfter: "ended" | "live";
}
