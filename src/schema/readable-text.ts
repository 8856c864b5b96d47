/** Kinds whose text is what was said; of all others it is their fields as JSON. */
const spoken = new Set(["user_message", "assistant_message", "reasoning", "tool_call", "tool_result", "stderr", "parse_warning", "provider_status", "user_event", "session_result", "usage"]);

/** Fields that say something only where they are true. */
const marks = new Set(["resumed", "backfilled", "synthetic"]);

/** The text of an event, for people: fields as `command: claude · resumed: true`. What is no whole object of JSON, as one that was cut, stays as it is. */
export function readableText(type: string, text: string): string {
  if (spoken.has(type) || !text.startsWith("{")) return text;
  try {
    const fields = Object.entries(JSON.parse(text) as Record<string, unknown>).filter(([name, value]) => value !== null && value !== "" && !(value === false && marks.has(name)));
    return fields.map(([name, value]) => `${name.replaceAll("_", " ")}: ${shown(value)}`).join(" · ");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
