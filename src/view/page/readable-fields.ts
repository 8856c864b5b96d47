/** The fields of an event that is told as JSON, for people: `command: claude · resumed: true`. What is no whole object of JSON, as one that was cut, stays as it is. */
export function readableFields(text: string): string {
  if (!text.startsWith("{")) return text;
  try {
    const fields = Object.entries(JSON.parse(text) as Record<string, unknown>).filter(([, value]) => value !== null && value !== false && value !== "");
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
