import type { EventDraft, LogEventKind } from "../schema/event.js";
import type { StartSession } from "../schema/ports.js";

/** What starting a session writes: `session_started`, and the prompt where there is one that is not blank. */
export function startDrafts(request: StartSession, { goesOn }: { goesOn: boolean }): EventDraft[] {
  const { prompt } = request;
  const started = wrapped({
    type: "session_started",
    command: request.command,
    model: request.model ?? null,
    cwd: request.workspacePath,
    resumed: goesOn || request.resumed,
    backfilled: false,
    ...(request.parentSessionId === undefined ? {} : { parent_session_id: request.parentSessionId }),
    ...(request.title === undefined ? {} : { title: request.title }),
  });
  if (prompt === undefined || prompt.trim() === "") return [started];
  return [started, wrapped({ type: "user_message", role: "user", content: prompt, message_id: null })];
}

/** What ending a session writes. */
export function endDrafts({ success, error, result }: { success: boolean; error?: string; result?: string }): EventDraft[] {
  const ended = wrapped({ type: "session_ended", success, error: error ?? null });
  return result === undefined ? [ended] : [wrapped({ type: "session_result", result }), ended];
}

/** What a shutdown writes to a session that nobody ended. */
export function shutdownDrafts(reason: string): EventDraft[] {
  return [
    wrapped({ type: "provider_status", message: reason, data: null }),
    wrapped({ type: "session_ended", success: true, error: null, synthetic: true }),
  ];
}

function wrapped(kind: LogEventKind): EventDraft {
  return { sourceKind: "wrapper", kind };
}
