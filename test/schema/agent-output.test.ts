import { expect, test } from "vitest";
import { AgentOutput } from "../../src/schema/agent-output.js";

test("What is optional may be missing or null", () => {
  expect(AgentOutput.parse({})).toEqual({ session_id: "", events: [] });
  expect(AgentOutput.parse({ session_id: "s", events: [], usage: null, total_cost_usd: null })).toEqual({ session_id: "s", events: [] });
  expect(AgentOutput.parse({ events: [{ type: "init", model: "m" }, { type: "tool_execution", tool_name: "n", tool_id: "t", result: { success: true } }] }).events).toEqual([
    { type: "init", model: "m", metadata: {} },
    { type: "tool_execution", tool_name: "n", tool_id: "t", result: { success: true, output: null, error: null, data: null } },
  ]);
});

test("Fields that nobody knows are passed over, but for further counts of tokens", () => {
  const usage = { input_tokens: 1, output_tokens: 2, web_search_requests: 3 };
  const output = AgentOutput.parse({ session_id: "s", agent: "acme", events: [{ type: "turn_complete", turn_index: 0, usage, more: 1 }] });
  expect(output).toEqual({ session_id: "s", events: [{ type: "turn_complete", turn_index: 0, usage }] });
});

test("An event of an unknown type, and a block of one, are refused", () => {
  expect(AgentOutput.safeParse({ events: [{ type: "dance" }] }).success).toBe(false);
  expect(AgentOutput.safeParse({ events: [{ type: "user_message", content: [{ type: "image" }] }] }).success).toBe(false);
});
