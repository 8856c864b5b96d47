/** A result of `tools/call`, as far as this server uses it. */
export interface ToolResult {
  content: { type: "text"; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: true;
  [key: string]: unknown;
}

/**
 * The same said twice: some clients show the model only `structuredContent`, others only the text.
 * The text is exactly `JSON.stringify` of the object.
 */
export function toolResult(value: Record<string, unknown>): ToolResult {
  return { structuredContent: value, content: [{ type: "text", text: JSON.stringify(value) }] };
}
