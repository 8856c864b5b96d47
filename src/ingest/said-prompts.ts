import { linesForward } from "../io/lines.js";
import { parseLine } from "../log/line-fields.js";
import type { ParsedEvent } from "../providers/provider.js";
import type { CheckpointDb } from "./checkpoint-db.js";

const wrapperKind = '"source_kind":"wrapper"';
const messageType = '"type":"user_message"';

/**
 * Prompts that a followed session's log held before the provider wrote them: each is said once, by whoever said it first.
 * Which native record a prompt was matched with is kept, so that reading the file again matches the same.
 */
export class SaidPrompts {
  readonly #db: CheckpointDb;

  constructor(db: CheckpointDb) {
    this.#db = db;
  }

  /** `events` without the prompts that the log at `logPath` holds already. */
  withoutSaid(session: number, logPath: string, events: readonly ParsedEvent[]): ParsedEvent[] {
    if (!events.some(isPrompt)) return [...events];
    const said = promptsOf(logPath);
    if (said.length === 0) return [...events];
    return events.filter((event) => !isPrompt(event) || !this.#wasSaid(session, event, said));
  }

  #wasSaid(session: number, event: ParsedEvent, said: readonly { seq: number; text: string }[]): boolean {
    if (this.#db.get("SELECT 1 AS one FROM said_prompts WHERE session = ? AND origin = ?", session, event.origin)) return true;
    const taken = new Set(this.#db.all("SELECT seq FROM said_prompts WHERE session = ?", session).map((row) => Number(row["seq"])));
    const text = event.kind.type === "user_message" ? event.kind.content.trim() : "";
    const match = said.find((prompt) => prompt.text === text && !taken.has(prompt.seq));
    if (!match) return false;
    this.#db.run("INSERT OR IGNORE INTO said_prompts (session, origin, seq) VALUES (?, ?, ?)", session, event.origin, match.seq);
    return true;
  }
}

/** Prompts in a log that no provider wrote, in log order, without the white space around them. */
export function promptsOf(logPath: string): { seq: number; text: string }[] {
  const prompts: { seq: number; text: string }[] = [];
  for (const { bytes } of linesForward(logPath, { fromByte: 0 })) {
    if (!bytes.includes(wrapperKind) || !bytes.includes(messageType)) continue;
    const event = parseLine(bytes);
    if (event?.type !== "user_message" || event.source_kind !== "wrapper" || event.origin !== undefined) continue;
    prompts.push({ seq: event.seq, text: String((event as { content?: unknown }).content).trim() });
  }
  return prompts;
}

function isPrompt(event: ParsedEvent): boolean {
  return event.kind.type === "user_message" && event.kind.role === "user" && event.agentId === undefined;
}
