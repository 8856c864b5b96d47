import { describe, expect, test } from "vitest";
import { claude } from "../../../src/providers/claude/claude.js";
import type { ClaudeState } from "../../../src/providers/claude/state.js";
import { asLogged, parseWhole } from "../../helpers/parsed.js";

const many = 3000;
const file = claude.classify("/root", "projects/-w/s.jsonl") ?? fail();

function fail(): never {
  throw new Error("No transcript");
}

const common = { sessionId: "s", cwd: "/w", timestamp: "2026-03-02T09:00:00.000Z", isSidechain: false };
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const user = (n: number, content: unknown) => ({ ...common, type: "user", uuid: uuid(n), parentUuid: null, message: { role: "user", content } });

function parseRecords(records: readonly object[]) {
  const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  return parseWhole(claude, bytes, { file });
}

const stateChars = (state: ClaudeState) => JSON.stringify(state).length;

describe("the state of the Claude parser", () => {
  test("stays bounded while calls, replies, lines without id and sub-agents go on and on", () => {
    const records = Array.from({ length: many }, (_, n) => [
      { ...common, type: "assistant", uuid: uuid(n), parentUuid: null, isSidechain: n % 2 === 0, message: {
        id: `msg_${n}`, model: "m", content: [{ type: "tool_use", id: `toolu_${n}`, name: "Task", input: { prompt: `do ${n} ${"x".repeat(1000)}` } }],
        usage: { input_tokens: 1, output_tokens: 1 },
      } },
      { type: "mode", mode: `mode ${n}`, sessionId: "s" },
    ]).flat();
    const { state, events } = parseRecords(records);
    expect(events.filter(({ kind }) => kind.type === "usage")).toHaveLength(many);
    expect(stateChars(state)).toBeLessThan(600_000);
  });

  test("says every queued prompt once, however many wait", () => {
    const texts = Array.from({ length: many }, (_, n) => `prompt ${n} ${"y".repeat(n % 7 === 0 ? 20_000 : 10)}`);
    const enqueued = texts.map((content) => ({ type: "queue-operation", operation: "enqueue", timestamp: common.timestamp, sessionId: "s", content }));
    const removed = texts.map((_, n) => ({ type: "queue-operation", operation: "remove", timestamp: common.timestamp, sessionId: "s", n }));
    const { state, events } = parseRecords([user(1, "Start."), ...enqueued, ...removed]);
    const said = asLogged(events).flatMap((event) => (event.type === "user_message" ? [event.content] : []));
    expect(said).toEqual(["Start.", ...texts]);
    expect(stateChars(state)).toBeLessThan(200_000);
  });

  test("holds back no more than the head of a file without a folder", () => {
    const lines = Array.from({ length: many }, (_, n) => ({ type: "mode", mode: `m${n}`, sessionId: "s" }));
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const { state, events } = claude.parse(claude.start(file, {}), bytes, { final: false });
    expect(events).toHaveLength(many + 1);
    expect(stateChars(state)).toBeLessThan(100_000);
    const later = claude.parse(state, Buffer.from(`${JSON.stringify(user(1, "Hi."))}\n`), { final: false });
    expect(later.events.map(({ kind }) => kind)).toMatchObject([{ message: "workspace", data: "/w" }, { type: "user_message" }]);
  });

  test("says how much of a session it stands for", () => {
    const { state } = parseRecords([{ type: "mode", mode: "normal", sessionId: "s" }]);
    expect(claude.completeness(state)).toBe("metadata_only");
    expect(claude.completeness(parseRecords([user(1, "Hi.")]).state)).toBe("full");
  });
});

describe("records nested 100,000 deep", () => {
  const deep = { list: `${"[".repeat(100_000)}${"]".repeat(100_000)}`, record: `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}` };
  const block = (json: string) => JSON.stringify(user(2, [{ type: "tool_result", tool_use_id: "t", content: "DEEP" }])).replace('"DEEP"', json);

  test.each([
    ["an input", JSON.stringify({ ...common, type: "assistant", uuid: uuid(2), parentUuid: null, message: { id: "m", content: [{ type: "tool_use", id: "t", name: "Bash", input: "DEEP" }] } }).replace('"DEEP"', deep.record), "tool_call"],
    ["a result's record", block(deep.record), "tool_result"],
    ["a result's list", block(`[${deep.list}]`), "tool_result"],
    ["what a tool told beside", JSON.stringify({ ...user(2, [{ type: "tool_result", tool_use_id: "t", content: "ok" }]), toolUseResult: "DEEP" }).replace('"DEEP"', deep.record), "tool_result"],
  ])("are read where %s is so, and the record behind it too", (_, line, type) => {
    const bytes = Buffer.from(`${line}\n${JSON.stringify(user(3, "Behind."))}\n`);
    const { events } = parseWhole(claude, bytes, { file });
    expect(JSON.parse(JSON.stringify(events)).map(({ kind }: { kind: { type: string } }) => kind.type)).toEqual(expect.arrayContaining([type, "user_message"]));
  });
});
