import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { codex } from "../../../src/providers/codex/codex.js";
import type { CodexState } from "../../../src/providers/codex/state.js";
import { asLogged, parseWhole } from "../../helpers/parsed.js";
import { newSeed, seededRandom } from "../../helpers/random.js";

const file = codex.classify("/r", "sessions/2026/02/22/rollout-x.jsonl") ?? expect.fail();
const many = 5000;
const stateChars = (state: CodexState) => JSON.stringify(state).length;
const document = codex.classify("/r", "sessions/rollout-x.json") ?? expect.fail();
let clock = 0;
const line = (type: string, payload: object) => `${JSON.stringify({ timestamp: new Date(1_770_000_000_000 + clock++).toISOString(), type, payload })}\n`;
const item = (payload: object) => line("response_item", payload);
const event = (payload: object) => line("event_msg", payload);
const user = (text: string) => item({ type: "message", role: "user", content: [{ type: "input_text", text }] });
const meta = () => line("session_meta", { id: "t", cwd: "/w" });
const context = () => line("turn_context", { turn_id: "t", model: "m", cwd: "/w" });

function parse(...lines: string[]) {
  return parseWhole(codex, Buffer.from(lines.join("")), { file });
}

describe("the state of the Codex parser", () => {
  test("stays bounded while calls stay open, thoughts wait, prompts are held and names change", () => {
    const text = "x".repeat(20_000);
    const lines = Array.from({ length: many }, (_, n) => [
      item({ type: "function_call", name: "exec_command", arguments: JSON.stringify({ cmd: `${n} ${text}` }), call_id: `call_${n}` }),
      event({ type: "agent_reasoning", text: `${n} ${text.slice(n % 19_000)}` }),
      user(`${n} ${text.slice(n % 19_000)}`),
      event({ type: "thread_name_updated", thread_id: "t", thread_name: `Name ${n}` }),
      event({ type: "token_count", info: null, rate_limits: { limit_id: `limit ${n}`, primary: { used_percent: n % 100 } } }),
    ]).flat();
    const { state, events } = parse(meta(), context(), ...lines);
    expect(stateChars(state)).toBeLessThan(1_000_000);
    expect(events.filter(({ kind }) => kind.type === "tool_call")).toHaveLength(many);
    expect(events.filter(({ kind }) => kind.type === "reasoning")).toHaveLength(many - 1);
  });

  test("stays bounded while failures wait for their words", () => {
    const changes = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`/work/${"deep/".repeat(100)}${n}`, { type: "update" }]));
    const lines = Array.from({ length: 1000 }, (_, n) => [
      item({ type: "custom_tool_call", name: "apply_patch", input: "patch", call_id: `call_${n}` }),
      event({ type: "item_completed", item: { type: "FileChange", id: `call_${n}`, status: "failed", changes } }),
    ]).flat();
    const { state } = parse(meta(), context(), ...lines);
    expect(stateChars(state)).toBeLessThan(1_500_000);
  });

  test("does not keep large prompts waiting, nor many", () => {
    const held = Array.from({ length: 40 }, (_, n) => user(`${n} ${"y".repeat(200_000)}`));
    const { state } = codex.parse(codex.start(file, {}), Buffer.from([meta(), context(), event({ type: "task_started", turn_id: "t" }), ...held].join("")), { final: false });
    expect(stateChars(state)).toBeLessThan(600_000);
  });

  test("holds back no more than the head of a file without a model", () => {
    const lines = Array.from({ length: many }, (_, n) => event({ type: `note_${n}`, text: "z".repeat(5000) }));
    const { state, events } = codex.parse(codex.start(file, {}), Buffer.from([meta(), ...lines].join("")), { final: false });
    expect(events.length).toBeGreaterThan(many);
    expect(stateChars(state)).toBeLessThan(600_000);
  });

  test("gives equal lines of the bare era keys of their own, however many", () => {
    const bare = `${JSON.stringify({ type: "message", role: "user", content: [{ type: "input_text", text: "continue" }] })}\n`;
    const { events } = parse('{"id":"b","timestamp":"2025-09-10T09:00:00.000Z"}\n', ...Array.from({ length: many }, () => bare));
    expect(asLogged(events).filter(({ type }) => type === "user_message")).toHaveLength(many);
  });

  test("says every call of an aborted turn that has no output, once", () => {
    const calls = Array.from({ length: 900 }, (_, n) => item({ type: "function_call", name: "exec_command", arguments: "{}", call_id: `call_${n}` }));
    const { events } = parse(meta(), context(), ...calls, event({ type: "turn_aborted", reason: "interrupted" }), event({ type: "task_started", turn_id: "u" }));
    expect(asLogged(events).filter(({ type }) => type === "tool_result")).toHaveLength(900);
  });
});

const fixtures = new URL("../../fixtures/codex/", import.meta.url);
const lines = readdirSync(fixtures).filter((name) => name.endsWith(".jsonl")).flatMap((name) => readFileSync(new URL(name, fixtures), "utf8").split(/\r?\n/).filter((text) => text !== ""));
const wrong: readonly unknown[] = [null, 0, -1, 1e308, "", "text", true, [], {}, [[[]]], { type: 5 }, [null], "\u0000", "\ud800", { a: { b: { c: {} } } }];

/** Replaces one value, somewhere in a record, by one of another type. */
function spoil(value: unknown, random: () => number): unknown {
  if (typeof value !== "object" || value === null || random() < 0.15) return wrong[Math.floor(random() * wrong.length)];
  const keys = Object.keys(value);
  const key = keys[Math.floor(random() * keys.length)];
  if (key === undefined) return null;
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value };
  copy[key] = spoil(copy[key], random);
  return copy;
}

function mutate(text: string, random: () => number): string {
  const kind = Math.floor(random() * 4);
  const at = Math.floor(random() * text.length);
  if (kind === 0) return text.slice(0, at);
  if (kind === 1) return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 0x2ff)).replace("\n", " ") + text.slice(at + 1);
  try {
    return JSON.stringify(spoil(JSON.parse(text), random));
  } catch {
    return text;
  }
}

describe("the Codex parser on spoilt lines", () => {
  test("never throws, keeps its promises about events, and reads what follows", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    const last = item({ type: "message", role: "assistant", content: [{ type: "output_text", text: "Still here." }] });
    for (let round = 0; round < 150; round++) {
      const chosen = Array.from({ length: 40 }, () => lines[Math.floor(random() * lines.length)] ?? "");
      const spoilt = chosen.map((text) => (random() < 0.5 ? mutate(text, random) : text)).join("\n");
      const ownTurn = line("turn_context", { turn_id: "ffffffff-ffff-7fff-8fff-ffffffffffff", model: "m", cwd: "/w" });
      const bytes = Buffer.concat([Buffer.from(`${meta()}${spoilt}\n`), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from(ownTurn + last)]);
      const { events, state, consumedBytes } = parseWhole(codex, bytes, { file });
      expect(consumedBytes, `seed ${seed}`).toBe(bytes.length);
      expect(events.filter(({ kind }) => kind.type === "session_started"), `seed ${seed}`).toHaveLength(1);
      for (const { origin } of events) expect(origin, `seed ${seed}`).toMatch(/^[A-Za-z0-9._:~-]{1,140}\/[A-Za-z0-9._:~-]+$/);
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      expect(JSON.stringify(events), `seed ${seed}, round ${round}`).toContain("Still here.");
    }
  });

  const depth = 20_000;
  const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  test.each([
    ["an event", "event_msg", `{"type":"deep","x":${deep}}`],
    ["arguments", "response_item", `{"type":"function_call","name":"t","call_id":"c","arguments":"${deep}"}`],
    ["an input", "response_item", `{"type":"custom_tool_call","name":"t","call_id":"c","input":${deep}}`],
    ["an action", "response_item", `{"type":"web_search_call","action":${deep}}`],
    ["an output", "response_item", `{"type":"function_call_output","call_id":"c","output":{"x":${deep}}}`],
    ["a structured result", "event_msg", `{"type":"mcp_tool_call_end","call_id":"c","invocation":{"arguments":${deep}},"result":{"Ok":{"structuredContent":{"x":${deep}}}}}`],
    ["an error", "event_msg", `{"type":"mcp_tool_call_end","call_id":"c","result":{"Err":{"x":${deep}}}}`],
    ["changes", "event_msg", `{"type":"patch_apply_end","call_id":"c","changes":{"a":${deep}}}`],
    ["rate limits", "event_msg", `{"type":"token_count","info":null,"rate_limits":{"x":${deep}}}`],
    ["a message", "response_item", `{"type":"message","role":"assistant","content":${deep}}`],
    ["settings", "turn_context", `{"model":${deep},"collaboration_mode":${deep}}`],
    ["a header", "session_meta", `{"id":"x","git":${deep}}`],
  ])("reads %s that is nested deep, and what it says can be written", (_, type, payload) => {
    const { events, state } = parse(meta(), `{"timestamp":"2026-02-22T13:00:00.000Z","type":"${type}","payload":${payload}}\n`);
    expect(() => JSON.stringify([events, state])).not.toThrow();
  });

  test("reads documents of any shape", () => {
    const items = `{"session":{"id":"s","x":${deep}},"items":[{"type":"message","role":"user","content":"Hi."},${deep}]}`;
    for (const value of [...wrong, { session: {} }, { session: { id: 5 }, items: wrong }, { session: { id: "s" }, items: { a: 1 } }]) {
      expect(() => parseWhole(codex, Buffer.from(JSON.stringify(value)), { file: document })).not.toThrow();
    }
    const { events } = parseWhole(codex, Buffer.from(items), { file: document });
    expect(JSON.stringify(events)).toContain("Hi.");
  });
});
