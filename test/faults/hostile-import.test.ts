import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { homeProblems } from "../helpers/home-check.js";
import { peakMemoryMb } from "../helpers/peak-memory.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "../ingest/claude-lines.js";

const deepList = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
const deepRecord = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
const keysOf = (count: number): string => `{${Array.from({ length: count }, (_, nth) => `"${nth.toString(36)}_":1`).join(",")}}`;
const keys = keysOf(100_000);
const ts = "2026-01-05T10:00:00.000Z";

/** A line of Claude Code's in which a call has that input. */
function callLine(number: number, input: string, sessionId: string): string {
  return answerLine(number, "x", { sessionId }).replace('{"type":"text","text":"x"}', () => `{"type":"tool_use","id":"toolu_${number}","name":"Bash","input":${input}}`);
}

function codexLine(type: string, payload: string): string {
  return `{"timestamp":"${ts}","type":"${type}","payload":${payload}}\n`;
}

function copilotLine(number: number, type: string, data: string): string {
  return `{"type":"${type}","data":${data},"id":"${uuidOf(number)}","timestamp":"${ts}","parentId":null}\n`;
}

function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A session of each agent, whose last prompt stands behind all that is hostile. */
function writeSessions(userHome: string): void {
  const [claude, codex, copilot, gemini] = [1, 2, 3, 4].map(uuidOf) as [string, string, string, string];
  const calls = [deepRecord, deepList, keysOf(1_000_000), '{"__proto__":{"command":"x"},"constructor":{"prototype":1}}'].map((input, nth) => callLine(10 + nth, input, claude));
  const strange = ['{"__proto__":{"type":"user"}}', keys, deepList, deepRecord, "\u0000", "null", "x".repeat(3_000_000)].map((line) => `${line}\n`);
  writeLines(sessionPath(join(userHome, ".claude"), claude), promptLine(1, "first", { sessionId: claude }), ...calls, ...strange, promptLine(2, "marigold \u0001\u001b".repeat(300_000), { sessionId: claude }), promptLine(3, "periwinkle", { sessionId: claude }));
  writeWhole(
    join(userHome, `.codex/sessions/2026/01/05/rollout-2026-01-05T10-00-00-${codex}.jsonl`),
    [
      codexLine("session_meta", `{"id":"${codex}","timestamp":"${ts}","cwd":"/w","originator":"codex_cli_rs","cli_version":"0.80.0"}`),
      codexLine("response_item", deepRecord),
      codexLine("response_item", `{"type":"function_call","name":"shell","call_id":"c1","arguments":${JSON.stringify(deepRecord)}}`),
      codexLine("response_item", `{"type":"function_call_output","call_id":"c1","output":${deepRecord}}`),
      codexLine("event_msg", `{"type":"token_count","info":${deepRecord},"rate_limits":${deepRecord}}`),
      codexLine("turn_context", deepRecord),
      `${keys}\n${deepList}\n`,
      codexLine("event_msg", '{"type":"user_message","message":"daffodil"}'),
    ].join(""),
  );
  writeWhole(join(userHome, ".codex/session_index.jsonl"), `${deepRecord}\n${keys}\n`);
  const chat = join(userHome, `.copilot/session-state/${copilot}`);
  writeWhole(
    join(chat, "events.jsonl"),
    [
      copilotLine(30, "session.start", `{"sessionId":"${copilot}","version":1,"startTime":"${ts}"}`),
      copilotLine(31, "tool.execution_start", deepRecord),
      copilotLine(32, "tool.execution_start", `{"toolCallId":"c1","toolName":"bash","arguments":${deepRecord}}`),
      copilotLine(33, "tool.execution_complete", `{"toolCallId":"c1","success":true,"result":{"content":${deepList},"structuredContent":${deepRecord}}}`),
      copilotLine(34, "constructor", "{}"),
      `${keys}\n${deepList}\n`,
      copilotLine(35, "user.message", '{"content":"aster"}'),
    ].join(""),
  );
  writeWhole(join(chat, "workspace.yaml"), `${"a: ".repeat(100_000)}\n${"- ".repeat(100_000)}\n&a [*a]\n${"{".repeat(100_000)}`);
  const messages = [deepRecord, `{"id":"1","timestamp":"${ts}","type":"user","content":${deepList}}`, `{"id":"2","timestamp":"${ts}","type":"user","content":"tulip"}`];
  const chats = join(userHome, `.gemini/tmp/${"a".repeat(64)}/chats`);
  writeWhole(join(chats, "session-2026-01-05T10-01-abcd1235.json"), `{"sessionId":"${gemini}","messages":[${messages.join(",")}],"projectHash":"${"a".repeat(64)}","startTime":"${ts}","lastUpdated":"${ts}"}`);
  writeWhole(join(chats, "session-2026-01-05T10-00-abcd1234.json"), deepRecord);
}

it("records that are deep, wide or strangely named are imported as far as they can be read, and so is all behind them", { timeout: 120_000 }, async () => {
  const [userHome, home] = [tempDir(), join(tempDir(), "home")];
  writeSessions(userHome);
  const server = await connectServer({ home, userHome, args: [] });
  expect(await server.call("import_sessions")).not.toHaveProperty("failed");
  for (const [nth, word] of ["periwinkle", "daffodil", "aster", "tulip"].entries()) {
    const sessionId = uuidOf(nth + 1);
    expect(await server.call("search_sessions", { query: word }), word).toMatchObject({ total: 1, hits: [{ type: "user_message" }] });
    for (const detail of ["brief", "full"]) expect(await server.call("read_session", { session_id: sessionId, from: "start", limit: 500, detail }), word).toHaveProperty("events");
    for (const body of ["events.jsonl", "transcript.md"]) await server.client.readResource({ uri: `session-log:///sessions/${sessionId}/${body}` });
    await server.client.getPrompt({ name: "handoff", arguments: { session: sessionId } });
  }
  await server.call("session_stats", { group_by: "tool" });
  const peakMb = peakMemoryMb(server.pid);
  console.log(`peak ${peakMb} MB`);
  expect(peakMb).toBeLessThan(1000);
  await server.client.close();
  expect(homeProblems(home)).toEqual([]);
  expect(server.stderr()).toBe("");
});
