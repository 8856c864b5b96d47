import { describe, expect, it } from "vitest";
import type { LogLine, SearchHit } from "../../../src/schema/ports.js";
import { hitContext } from "../../../src/mcp/views/hit-context.js";
import { maskSecrets } from "../../../src/mask/mask-secrets.js";
import { linesInMemory, logLine } from "../../helpers/lines-in-memory.js";

const message = (content: string, more: Record<string, unknown> = {}) => ({ type: "user_message", role: "user", content, message_id: null, ...more });
const around = (lines: readonly LogLine[], seq: number, count: number) =>
  hitContext(linesInMemory(lines), { sessionId: "s", seq } as SearchHit, { count, mask: maskSecrets });

describe("hitContext()", () => {
  const lines = [
    logLine(1, message("one")),
    logLine(2, { type: "usage", input_tokens: 1, output_tokens: 1 }),
    logLine(3, message("two")),
    logLine(4, { type: "tool_call", tool_name: "Bash", tool_id: "t", input: { command: "ls" } }),
    logLine(5, message("of a sub-agent", { agent_id: "a" })),
    logLine(6, { type: "tool_result", tool_name: "Bash", tool_id: "t", success: false, output: "no", error: null, data: null }),
    logLine(7, message("three")),
    logLine(8, message("again of it", { agent_id: "a" })),
  ];

  it("shows what a brief page would show of the hit's agent, before and after it, without the hit", () => {
    expect(around(lines, 4, 2)).toEqual([
      { seq: 1, type: "user_message", text: "one" },
      { seq: 3, type: "user_message", text: "two" },
      { seq: 6, type: "tool_result", tool: "Bash", ok: false, text: "no" },
      { seq: 7, type: "user_message", text: "three" },
    ]);
    expect(around(lines, 5, 5)).toEqual([{ seq: 8, type: "user_message", agent: "a", text: "again of it" }]);
    expect(around(lines, 1, 1)).toEqual([{ seq: 3, type: "user_message", text: "two" }]);
    expect(around(lines, 4, 0)).toEqual([]);
  });

  it("masks and then cuts", () => {
    const secret = `ghp${"_"}${"a1B2".repeat(9)}`;
    const [shown] = around([logLine(1, message(`${"x".repeat(220)} ${secret}`)), logLine(2, message("hit"))], 2, 1);
    expect(shown).toEqual({ seq: 1, type: "user_message", cut: expect.any(Number), text: `${"x".repeat(220)} [secret:github-token]`.slice(0, 240) });
  });
});
