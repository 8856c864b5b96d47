import { stringAt } from "../json.js";
import type { ParsedEvent } from "../provider.js";
import type { Output, RecordReading } from "./output.js";

/**
 * Says session_cleared for the `/clear` wrapper at the head of this file, once a record names the session before: `session_id`
 * holds the old id in the records behind the first prompt (2.1.330), while `sessionId` is the new one.
 */
export function settleCleared({ record, state, out }: RecordReading): void {
  const { plain } = state;
  const old = stringAt(record, "session_id");
  if (!plain.cleared || old === undefined || old === plain.nativeSessionId) return;
  sayCleared(out, old);
  plain.cleared = null;
}

/** Says it without the old id: the file ends before a record names it. It stays open, and is said anew with the id. */
export function sayOpenCleared(out: Output): void {
  const { cleared } = out.state.plain;
  if (cleared && cleared.timesSaid === 0) sayCleared(out, null);
}

function sayCleared(out: Output, oldSessionId: string | null): void {
  const { cleared, nativeSessionId } = out.state.plain;
  if (!cleared) return;
  cleared.timesSaid += 1;
  const again = cleared.timesSaid === 1 ? "" : `~${cleared.timesSaid}`;
  const event: ParsedEvent = {
    origin: `${cleared.recordKey}/cleared${again}`,
    kind: { type: "session_cleared", old_session_id: oldSessionId, new_session_id: nativeSessionId },
    offsetBytes: cleared.offsetBytes,
  };
  if (cleared.ts) event.ts = cleared.ts;
  out.push(event);
}
