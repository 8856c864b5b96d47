import { boundedText } from "../bounded-text.js";
import { isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { forgetLimit, readLimitError, sayPendingLimit } from "./limit.js";
import type { RecordReading } from "./output.js";
import { decideHeld, forgetSpoken } from "./held-prompts.js";
import { sayPendingThoughts } from "./reasoning.js";
import { noteCwd, noteModel } from "./start.js";
import { ownFields } from "./status.js";
import { abortOpenCalls, leaveOpenCalls, sayAborted } from "./tools.js";

/** Fields of a `turn_context` that are worth a status when they change. */
const settingFields = ["model", "effort", "approval_policy", "sandbox_policy", "summary", "collaboration_mode"] as const;

function settingsOf(context: JsonObject): JsonObject {
  const settings: [string, unknown][] = [];
  for (const field of settingFields) {
    const value = context[field];
    const word = isObject(value) ? (stringAt(value, "type") ?? stringAt(value, "mode")) : value;
    if (typeof word === "string") settings.push([field, boundedText(word, 200)]);
  }
  return Object.fromEntries(settings);
}

/** Reads `turn_context`, written once a turn (once a request in 0.39 to 0.104): a status only where something changed. */
export function readTurnContext(reading: RecordReading): void {
  const { plain } = reading.state;
  const { payload } = reading;
  plain.began = true;
  noteModel(reading, stringAt(payload, "model"));
  noteCwd(reading, stringAt(payload, "cwd"));
  plain.timeZone = boundedText(stringAt(payload, "timezone") ?? plain.timeZone, 100);
  saySettings(reading, "turn_context", settingsOf(payload));
}

function saySettings(reading: RecordReading, message: string, settings: JsonObject): void {
  const text = JSON.stringify(settings);
  if (text !== reading.state.plain.settings) reading.status(message, settings);
  reading.state.plain.settings = text;
}

/** Reads `thread_settings_applied` (0.146 and later), which also begins a resume. */
export function readThreadSettings(reading: RecordReading): void {
  const settings = objectAt(reading.payload, "thread_settings");
  noteModel(reading, stringAt(settings, "model"));
  noteCwd(reading, stringAt(settings, "cwd"));
  reading.status("thread_settings_applied", settings ? settingsOf(settings) : null);
}

/** Reads `task_started` (alias `turn_started`; 0.9x and later). */
export function readTaskStarted(reading: RecordReading): void {
  reading.state.plain.began = true;
  sayAborted(reading.out);
  leaveOpenCalls(reading);
  forgetLimit(reading.out);
  reading.status("task_started", ownFields({ turn_id: reading.payload["turn_id"] }));
}

/**
 * Reads `task_complete` (alias `turn_complete`). Its error may be a usage limit; the last message of a run of `codex exec` is the
 * result of the session.
 */
export function readTaskComplete(reading: RecordReading): void {
  const { payload } = reading;
  const error = objectAt(payload, "error");
  endTurn(reading);
  const isLimit = error !== undefined && readLimitError(reading, error);
  sayPendingLimit(reading.out);
  const { turn_id, duration_ms, time_to_first_token_ms } = payload;
  reading.status("task_complete", ownFields({ turn_id, duration_ms, time_to_first_token_ms, ...(isLimit ? {} : { error: error ?? undefined }) }));
  const last = stringAt(payload, "last_agent_message");
  if (reading.state.plain.isExec && last) reading.say({ type: "session_result", result: last });
}

function endTurn({ out }: RecordReading): void {
  decideHeld(out);
  sayPendingThoughts(out);
  forgetSpoken(out);
}

/** Reads `turn_aborted`: the user or a budget ended the turn. Calls that are open failed, if no output comes. */
export function readTurnAborted(reading: RecordReading): void {
  const { payload } = reading;
  const reason = boundedText(stringAt(payload, "reason") ?? "interrupted", 200);
  endTurn(reading);
  sayPendingLimit(reading.out);
  const data = ownFields({ turn_id: payload["turn_id"], duration_ms: payload["duration_ms"] });
  reading.say({ type: "user_event", level: "warning", message: `Turn aborted: ${reason}`, ...(data ? { data } : {}) });
  abortOpenCalls(reading, reason);
}

/** Reads an `error` event ("extended" persistence, 2026): a usage limit, or a status. */
export function readError(reading: RecordReading): void {
  if (readLimitError(reading, reading.payload)) return;
  reading.status("error", { level: "error", ...ownFields(reading.payload) });
}
