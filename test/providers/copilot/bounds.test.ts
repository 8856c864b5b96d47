import { describe, expect, test } from "vitest";
import { copilot } from "../../../src/providers/copilot/copilot.js";
import type { CopilotState } from "../../../src/providers/copilot/state.js";
import type { NativeFile } from "../../../src/providers/provider.js";
import { asLogged, parseWhole } from "../../helpers/parsed.js";

function fileAt(path: string): NativeFile {
  const found = copilot.classify("/root", path);
  if (!found) throw new Error(`No native file: ${path}`);
  return found;
}

const many = 3000;
const file = fileAt("session-state/s/events.jsonl");
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const long = "x".repeat(2000);

let next = 0;
const record = (type: string, data: object, more: object = {}) => ({ type, data, id: uuid(next++), timestamp: "2026-03-02T09:00:00.000Z", ...more });
const start = () => record("session.start", { sessionId: "s", selectedModel: "m", context: { cwd: "/w" } });

function parseRecords(records: readonly object[]) {
  const bytes = Buffer.from(records.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  return parseWhole(copilot, bytes, { file });
}

const stateChars = (state: CopilotState) => JSON.stringify(state).length;

describe("the state of the Copilot parser", () => {
  test("stays bounded while calls, agents, models, permissions and usage go on and on", () => {
    const records = Array.from({ length: many }, (_, n) => [
      record("subagent.started", { toolCallId: `${n}${long}`, model: `model ${n} ${long}` }, { agentId: `agent ${n} ${long}` }),
      record("assistant.message", { content: `answer ${n} ${long}`, reasoningText: `thought ${n}`, outputTokens: 1, model: `m${n}`, apiCallId: `${n}${long}`, chunkIndex: 0, chunkCount: 2 }, { agentId: `a${n}` }),
      record("assistant.message", { toolRequests: [{ toolCallId: `call_${n}`, name: `tool ${long}`, arguments: { command: `run ${n} ${long}` } }] }, { agentId: `agent ${n} ${long}` }),
      record("permission.requested", { requestId: `${n}${long}`, permissionRequest: { kind: "shell", toolCallId: long, intention: long } }),
      record("session.usage_record", { usage: { model: `m${n}`, inputTokens: 2, outputTokens: 1, accounting: { sourceSessionId: long, sequence: n } } }),
      record("session.error", { errorType: "rate_limit", message: long }),
      { type: "session.info", data: { n } },
    ]).flat();
    const { state, events } = parseRecords([start(), ...records]);
    expect(stateChars(state)).toBeLessThan(1_500_000);
    expect(asLogged(events).filter((event) => event.type === "tool_call")).toHaveLength(many);
  });

  test("holds no more of one answer in parts than a quarter of a million characters, and loses nothing of it", () => {
    const parts = Array.from({ length: 300 }, (_, n) => record("assistant.message", { content: `${n} ${long}`, apiCallId: "api", chunkIndex: n, chunkCount: 300 }));
    const { state, events } = parseRecords([start(), ...parts, record("abort", {})]);
    expect(stateChars(state)).toBeLessThan(400_000);
    const said = asLogged(events).flatMap((event) => (event.type === "assistant_message" ? [event.content] : []));
    expect(said.join("")).toBe(parts.map((_, n) => `${n} ${long}`).join(""));
  });

  test("does not grow with the sums of many shutdowns", () => {
    const models = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`m${n}`, { usage: { inputTokens: 5, outputTokens: 1 } }]));
    const { state } = parseRecords([start(), ...Array.from({ length: many }, () => record("session.shutdown", { modelMetrics: models }))]);
    expect(stateChars(state)).toBeLessThan(100_000);
  });

  test("holds back no more than the head of a file without model and folder", () => {
    const bytes = Buffer.from(Array.from({ length: many }, (_, n) => `${JSON.stringify(record("session.info", { n }))}\n`).join(""));
    const { state, events } = copilot.parse(copilot.start(file, {}), bytes, { final: false });
    expect(events).toHaveLength(many + 1);
    expect(stateChars(state)).toBeLessThan(60_000);
  });

  test("says how much of a session it stands for", () => {
    expect(copilot.completeness(parseRecords([start()]).state)).toBe("metadata_only");
    expect(copilot.completeness(parseRecords([start(), record("user.message", { content: "Hi." })]).state)).toBe("full");
    const history = fileAt("history-session-state/session_x_1.json");
    const object = Buffer.from('{"timeline":[{"type":"user","text":"Hi."}]}');
    expect(copilot.completeness(parseWhole(copilot, object, { file: history }).state)).toBe("partial");
    expect(copilot.completeness(parseWhole(copilot, Buffer.from("{}"), { file: history }).state)).toBe("metadata_only");
  });
});

test.each(["constructor", "__proto__", "toString"])("a record of type %s is told like any other unknown one", (type) => {
  const { events } = parseRecords([start(), record(type, { note: "kept" })]);
  expect(events.at(-1)?.kind).toMatchObject({ type: "provider_status", message: type, data: { note: "kept" } });
});
