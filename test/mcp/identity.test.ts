import { expect, test } from "vitest";
import { callerSessionIds } from "../../src/mcp/identity.js";

const variables = { CLAUDE_CODE_SESSION_ID: "c", COPILOT_AGENT_SESSION_ID: "p", ZAG_SESSION_ID: "z" };

test.each([
  ["claude-code", ["c", "z"]],
  ["Claude Code", ["c", "z"]],
  ["github-copilot-developer", ["p", "z"]],
  ["codex-mcp-client", ["z"]],
  ["claude-ai", ["z"]],
  [undefined, ["z"]],
])("the client %s is believed its own variable only", (clientName, ids) => {
  expect(callerSessionIds({ meta: undefined, clientName, variables })).toEqual(ids);
});

test("a thread of Codex comes before the session that it shares, and both before any variable", () => {
  const meta = { "x-codex-turn-metadata": { session_id: "root", thread_id: "own", turn_id: "t" }, threadId: "own" };
  expect(callerSessionIds({ meta, clientName: "codex-mcp-client", variables })).toEqual(["own", "root", "z"]);
});

test("the metadata of Codex may be text, and older ones have a session only", () => {
  const meta = { "x-codex-turn-metadata": JSON.stringify({ session_id: "root" }) };
  expect(callerSessionIds({ meta, clientName: "codex-mcp-client", variables: {} })).toEqual(["root"]);
});

test("what is no id is passed over", () => {
  for (const broken of [5, null, "{", "null", [], { thread_id: 7, session_id: "" }]) {
    expect(callerSessionIds({ meta: { "x-codex-turn-metadata": broken, threadId: {} }, clientName: "x", variables: { ZAG_SESSION_ID: "" } })).toEqual([]);
  }
});
