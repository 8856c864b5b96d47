import type { Mask, SearchHit } from "../../schema/ports.js";
import type { SessionFull } from "../../schema/session.js";
import { shortName, shownTime } from "./event-view.js";
import { hitText } from "./hit-text.js";
import { sessionHeading } from "./session-view.js";

/** A hit as it is shown. @param options.context Events around it, as views. */
export function hitView(
  hit: SearchHit,
  { shortId, context, mask }: { shortId: string; context: readonly Record<string, unknown>[]; mask: Mask },
): Record<string, unknown> {
  return {
    session_id: shortId,
    seq: hit.seq,
    type: shortName(hit.type),
    ...(hit.tool !== undefined && hit.tool !== "" && { tool: shortName(mask(hit.tool)) }),
    ts: shownTime(hit.ts),
    text: hitText(hit, mask),
    ...(context.length > 0 && { context }),
  };
}

/** A session beside the hits in it. */
export function hitSession(session: SessionFull, { shortId, mask }: { shortId: string; mask: Mask }): Record<string, unknown> {
  const { title, provider } = sessionHeading(session, mask);
  return {
    session_id: shortId,
    ...(title !== undefined && { title }),
    provider,
    ...(session.workspace !== undefined && { workspace: mask(session.workspace) }),
  };
}
