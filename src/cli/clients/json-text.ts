/** How JSON is laid out; `undefined` puts it on one line. */
export interface JsonLayout {
  /** Blanks before the line on which the value begins. */
  indent: string;
  /** Blanks that each level adds. */
  unit: string;
  eol: string;
}

/** A value as people write it in a configuration file: a line for each key, lists on one line. */
export function jsonText(value: unknown, layout?: JsonLayout): string {
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value);
  if (members.length === 0) return "{}";
  const inner = layout && { ...layout, indent: layout.indent + layout.unit };
  const lines = members.map(([key, member]) => `${JSON.stringify(key)}: ${jsonText(member, inner)}`);
  if (!layout || !inner) return `{ ${lines.join(", ")} }`;
  const { indent, eol } = layout;
  return `{${eol}${lines.map((line) => inner.indent + line).join(`,${eol}`)}${eol}${indent}}`;
}
