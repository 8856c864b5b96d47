import { expect, test } from "vitest";
import { isTold, transcriptBlock } from "../../../src/mcp/resources/transcript-block.js";
import type { AnyLogEvent } from "../../../src/schema/event.js";

const head = {
  seq: 1,
  ts: "2026-11-22T17:05:07.123Z",
  provider: "claude",
  wrapper_session_id: "s",
  provider_session_id: null,
  source_kind: "backfill",
  completeness: "full",
} as const;

function block(fields: Record<string, unknown> & { type: string }): string {
  return transcriptBlock({ ...head, ...fields } as AnyLogEvent, (text) => text.replaceAll("hush", "[secret]"));
}

/** The lines that are not inside a code block. */
function outside(markdown: string): string {
  return markdown.replaceAll(/^(`{3,})\n[\s\S]*?\n\1$/gm, "");
}

test("a message has a heading with its time, and its text in a block", () => {
  expect(block({ type: "user_message", role: "user", content: "fix it" })).toBe("### User · 2026-11-22 17:05:07\n\n```\nfix it\n```\n\n");
});

test.each(["```", "````\n# Heading", "a `````` b", "`".repeat(50), "```js\ncode\n```\n"])("%j stays inside its block", (content) => {
  const markdown = block({ type: "assistant_message", content });
  expect(outside(markdown)).toBe("### Assistant · 2026-11-22 17:05:07\n\n\n\n");
  expect(markdown).toContain(content);
});

test("a tool's name and an agent's id come into a heading only where they are plain", () => {
  expect(block({ type: "tool_call", tool_name: "Bash", agent_id: "a1", input: { command: "ls" } })).toContain("### Calls `Bash` · sub-agent `a1` · ");
  const odd = block({ type: "tool_call", tool_name: "x`\n# Injected", agent_id: "[a](b)", input: { command: "ls" } });
  expect(outside(odd)).toBe("### Calls a tool · sub-agent · 2026-11-22 17:05:07\n\n\n\n");
});

test("secrets are masked before a long text is cut", () => {
  const markdown = block({ type: "tool_result", tool_name: "Bash", success: false, output: `hush${"x".repeat(20_000)}` });
  expect(markdown).toContain("### Failure `Bash`");
  expect(markdown).toContain("[secret]");
  expect(markdown).toMatch(/\n40\d\d more characters are left out\.\n/);
});

test("bookkeeping is not told", () => {
  expect(["heartbeat", "usage", "provider_status", "parse_warning", "toString", "new_kind"].filter((type) => isTold({ ...head, type }))).toEqual([]);
  expect(isTold({ ...head, type: "user_message" })).toBe(true);
});
