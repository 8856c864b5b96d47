import type { JsonObject } from "../json.js";
import { derivedUuid } from "../record-key.js";
import { readUsageLimit } from "./limit.js";
import type { Reading } from "./output.js";
import { partsOf, textOf } from "./parts.js";

/**
 * Reads an `info`, `warning` or `error` message, which only the interactive tool writes (0.18 and later): a usage limit, a cancelled
 * request, or a notice of the terminal.
 */
export function readNotice(reading: Reading, message: JsonObject, level: "info" | "warning" | "error"): void {
  const text = textOf(partsOf(message["content"]));
  const limit = readUsageLimit(text, { level, at: reading.ts });
  if (limit) {
    const incident = derivedUuid(`gemini:${reading.state.plain.session}:${reading.key}`);
    reading.say({ type: "usage_limit_hit", ...limit, fallback_used: false, incident_id: incident, raw: text }, "limit");
  } else if (level !== "info") reading.say({ type: "user_event", level, message: text }, "notice");
  else if (/^Request cancelled\.?$/i.test(text.trim())) reading.say({ type: "user_event", level: "warning", message: text }, "notice");
  else reading.status("info", { text }, "notice");
}
