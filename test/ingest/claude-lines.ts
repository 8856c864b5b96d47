import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

const startMs = Date.parse("2026-01-05T10:00:00.000Z");

/** A UUID that only depends on its number. */
export function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

export interface RecordOptions {
  sessionId: string;
  cwd?: string;
  /** Number of the record before it. */
  parent?: number;
  agentId?: string;
}

/** One prompt as Claude Code writes it, with its newline. */
export function promptLine(number: number, text: string, options: RecordOptions): string {
  return line(number, { type: "user", message: { role: "user", content: text } }, options);
}

/** One answer as Claude Code writes it, with its newline. */
export function answerLine(number: number, text: string, options: RecordOptions): string {
  const usage = { input_tokens: 10, output_tokens: 5 };
  const message = { id: `msg_${uuidOf(number)}`, role: "assistant", model: "claude-x", content: [{ type: "text", text }], stop_reason: "end_turn", usage };
  return line(number, { type: "assistant", message }, options);
}

/** Appends to a file, making it and its folder where they are missing. */
export function writeLines(path: string, ...lines: string[]): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, lines.join(""));
}

/** Path of a session's own file. */
export function sessionPath(claudeDir: string, sessionId: string, folder = "-w"): string {
  return join(claudeDir, "projects", folder, `${sessionId}.jsonl`);
}

function line(number: number, record: object, { sessionId, cwd = "/w", parent, agentId }: RecordOptions): string {
  const common = { isSidechain: agentId !== undefined, userType: "external", cwd, sessionId, version: "2.1.0", gitBranch: "main" };
  const chain = { parentUuid: parent === undefined ? null : uuidOf(parent), uuid: uuidOf(number), timestamp: new Date(startMs + number * 1000).toISOString() };
  return `${JSON.stringify({ ...common, ...chain, ...(agentId === undefined ? {} : { agentId }), ...record })}\n`;
}
