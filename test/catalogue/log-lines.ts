import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { AnyLogEvent } from "../../src/schema/event.js";
import { Home } from "../../src/log/home.js";

export type Line = { type: string; [field: string]: unknown };

/** Lines as another program writes them: numbered from `firstSeq`, a minute apart from 2026-01-01, heads filled in. */
export function lines(sessionId: string, events: readonly Line[], { firstSeq = 1, provider = "claude" } = {}): AnyLogEvent[] {
  return events.map(
    (event, nth) =>
      ({
        seq: firstSeq + nth,
        ts: new Date(Date.UTC(2026, 0, 1) + (firstSeq + nth) * 60_000).toISOString(),
        provider,
        wrapper_session_id: sessionId,
        provider_session_id: null,
        source_kind: "wrapper",
        completeness: "full",
        ...event,
      }) as unknown as AnyLogEvent,
  );
}

export function toText(events: readonly AnyLogEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

/** Writes a whole log of another program. @returns Its path. */
export function writeLog(logsDir: string, sessionId: string, events: readonly Line[], options: { firstSeq?: number; provider?: string } = {}): string {
  const path = Home.logPath(logsDir, sessionId);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, toText(lines(sessionId, events, options)));
  return path;
}

/** Appends to a log as another program does. */
export function growLog(path: string, sessionId: string, events: readonly Line[], options: { firstSeq: number; provider?: string }): void {
  appendFileSync(path, toText(lines(sessionId, events, options)));
}

export const started = (fields: Record<string, unknown> = {}): Line => ({
  type: "session_started",
  command: "run",
  model: null,
  cwd: null,
  resumed: false,
  backfilled: false,
  ...fields,
});
export const said = (content: string, fields: Record<string, unknown> = {}): Line => ({ type: "user_message", role: "user", content, message_id: null, ...fields });
export const answered = (content: string, fields: Record<string, unknown> = {}): Line => ({ type: "assistant_message", content, message_id: null, ...fields });
export const called = (name: string, input: unknown, fields: Record<string, unknown> = {}): Line => ({
  type: "tool_call",
  tool_name: name,
  tool_id: null,
  input,
  ...fields,
});
export const ended = (fields: Record<string, unknown> = {}): Line => ({ type: "session_ended", success: true, error: null, ...fields });
export const beat = (fields: Record<string, unknown> = {}): Line => ({ type: "heartbeat", interval_secs: 10, ...fields });
export const status = (message: string, data: unknown): Line => ({ type: "provider_status", message, data });
