import type { EventDraft, EventExtras } from "../../src/schema/event.js";

/** A `user_message` draft. */
export function message(content: string, extras: EventExtras = {}): EventDraft {
  return { sourceKind: "wrapper", kind: { type: "user_message", role: "user", content, message_id: null }, extras };
}

/** A `session_started` draft; with an `origin` it is a provider's. */
export function started(extras: EventExtras = {}): EventDraft {
  const kind = { type: "session_started", command: "test", model: null, cwd: null, resumed: false, backfilled: false } as const;
  return { sourceKind: "wrapper", kind, extras };
}

/** A `session_ended` draft. */
export function ended(synthetic?: boolean): EventDraft {
  return { sourceKind: "wrapper", kind: { type: "session_ended", success: true, error: null, ...(synthetic === undefined ? {} : { synthetic }) } };
}

/** A `provider_status` draft: neither message nor tool event. */
export function status(text: string): EventDraft {
  return { sourceKind: "wrapper", kind: { type: "provider_status", message: text, data: null } };
}
