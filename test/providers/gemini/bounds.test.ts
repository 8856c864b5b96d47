import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { gemini } from "../../../src/providers/gemini/gemini.js";
import { jsonValue } from "../../../src/providers/json.js";
import { LogEventKind } from "../../../src/schema/event.js";
import { asLogged, parseWhole } from "../../helpers/parsed.js";
import { newSeed, seededRandom } from "../../helpers/random.js";

const many = 3000;
const session = "0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f";
const file = gemini.classify("/r", "tmp/harbour/chats/session-2026-03-02T09-00-0a1b2c3d.jsonl") ?? fail();
const document = gemini.classify("/r", "tmp/harbour/chats/session-2026-03-02T09-00-0a1b2c3d.json") ?? fail();
const header = { sessionId: session, projectHash: "c0".repeat(32), startTime: "2026-03-02T09:00:00.000Z", kind: "main" };

function fail(): never {
  throw new Error("No chat");
}

const lines = (records: readonly unknown[]) => Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(""));
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const call = (n: number) => ({ id: `run_shell_command__${n}_${"x".repeat(60)}`, name: "run_shell_command", args: { command: "y".repeat(1000) }, status: "success", result: [{ functionResponse: { id: `run_shell_command__${n}_${"x".repeat(60)}`, response: { output: `out ${n}` } } }] });
const reply = (n: number) => ({ id: uuid(n), timestamp: "2026-03-02T09:00:01.000Z", type: "gemini", content: `Reply ${n}`, tokens: { input: 5, output: 1, cached: 2, thoughts: 0, total: 6 }, toolCalls: [call(n)] });

describe("the state of the Gemini parser", () => {
  test("stays bounded while messages go on and on, and the log would hold each fact once", () => {
    const replies = Array.from({ length: many }, (_, n) => reply(n));
    const unknown = Array.from({ length: many }, (_, n) => ({ type: "mode", n }));
    const { state, events } = parseWhole(gemini, lines([header, ...replies, ...unknown, { $set: { messages: replies } }]), { file });
    const logged = asLogged(events);
    expect(JSON.stringify(state).length).toBeLessThan(500_000);
    expect(logged.filter(({ type }) => type === "tool_result")).toHaveLength(many);
    expect(logged.reduce((sum, event) => sum + (event.type === "usage" ? event.input_tokens : 0), 0)).toBe(3 * many);
  });

  test("holds back no more than the head of a file without a header, however long its records are", () => {
    const prompts = Array.from({ length: 40 }, (_, n) => ({ id: uuid(n), type: "user", content: "z".repeat(40_000) }));
    const { state, events } = gemini.parse(gemini.start(file, {}), lines(prompts), { final: false });
    expect(JSON.stringify(state).length).toBeLessThan(700_000);
    expect(events[0]?.kind.type).toBe("session_started");
    expect(events.length).toBeGreaterThan(30);
  });

  test("says the session of a file whose header comes late", () => {
    const { events } = gemini.parse(gemini.start(file, {}), lines([{ type: "mode" }, header, { id: "m", type: "user", content: "Hi." }]), { final: false });
    expect(events.map(({ kind, origin }) => [kind.type, origin.split("/")[0] === session])).toEqual([
      ["session_started", true], ["provider_status", false], ["user_message", false],
    ]);
  });

  test("reads data that is nested deeper than a stack", () => {
    let text = '"bottom"';
    for (let depth = 0; depth < 20_000; depth++) text = `[${text}]`;
    const answer = `{"functionResponse":{"id":"c","response":{"output":${text}}}}`;
    const record = `{"id":"m","type":"gemini","content":${text},"toolCalls":[{"id":"c","name":"glob","args":${text},"result":[${answer}],"resultDisplay":${text},"status":"success"}]}`;
    const bytes = Buffer.from(`${JSON.stringify(header)}\n${record}\n{"$set":{"memoryScratchpad":${text}}}\n{"other":${text}}\n`);
    const { events, state } = parseWhole(gemini, bytes, { file });
    expect(events.map(({ kind }) => kind.type)).toContain("tool_result");
    expect(JSON.stringify([events, state]).length).toBeLessThan(100_000);
  });
});

const fixturesUrl = new URL("../../fixtures/gemini/", import.meta.url);
const fixtures = existsSync(fileURLToPath(fixturesUrl)) ? readdirSync(fixturesUrl).filter((name) => !name.includes("expected")) : [];

/** Bytes with some harm done to them. */
function harmed(bytes: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * bytes.length);
  const end = Math.min(bytes.length, at + Math.floor(random() * 200));
  switch (Math.floor(random() * 5)) {
    case 0:
      return bytes.subarray(0, at);
    case 1: {
      const flipped = Buffer.from(bytes);
      flipped[at] = Math.floor(random() * 256);
      return flipped;
    }
    case 2:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    default:
      return Buffer.concat(bytes.toString("utf8").split("\n").toSorted(() => random() - 0.5).map((line) => Buffer.from(`${line}\n`)));
  }
}

const odd = [null, 7, "text", [], {}, [null], { id: 5 }, true, -1, "\u0000", "\ud800", [["x"]]];

/** A record with one of its fields, at any depth, of another type. */
function twisted(value: unknown, random: () => number): unknown {
  if (typeof value !== "object" || value === null || random() < 0.15) return odd[Math.floor(random() * odd.length)];
  const names = Object.keys(value);
  const name = names[Math.floor(random() * names.length)] ?? "added";
  const inner = twisted((value as Record<string, unknown>)[name], random);
  return Array.isArray(value) ? value.map((item: unknown, index) => (String(index) === name ? inner : item)) : { ...value, [name]: inner };
}

/** What is wrong with the events of a file, in words. */
function faults(bytes: Buffer, isDocument: boolean): string[] {
  const { events, consumedBytes } = parseWhole(gemini, bytes, { file: isDocument ? document : file });
  const wrong = events.filter(({ kind, origin }) => !LogEventKind.safeParse(kind).success || !/^[A-Za-z0-9._:~-]{1,140}\/[A-Za-z0-9._:~-]+$/.test(origin));
  return [...wrong.map((event) => JSON.stringify(event)), ...(consumedBytes > bytes.length ? ["more is consumed than there was"] : [])];
}

describe("the Gemini parser on harmed files", () => {
  test.each(fixtures)("throws for nothing that may stand in %s", (name) => {
    const bytes = readFileSync(new URL(name, fixturesUrl));
    const isDocument = name.endsWith(".json");
    const seed = newSeed();
    const random = seededRandom(seed);
    for (let round = 0; round < 60; round++) {
      let text = harmed(bytes, random);
      while (random() < 0.4) text = harmed(text, random);
      expect(faults(text, isDocument), `seed ${seed}, round ${round}`).toEqual([]);
    }
  });

  test.each(fixtures)("throws for no type that a field of %s may have", (name) => {
    const text = readFileSync(new URL(name, fixturesUrl), "utf8");
    const isDocument = name.endsWith(".json");
    const seed = newSeed();
    const random = seededRandom(seed);
    const records = (isDocument ? [text] : text.split("\n")).map(jsonValue).filter((record) => record !== undefined);
    for (let round = 0; round < 100; round++) {
      const twistedRecords = records.map((record) => (random() < 0.5 ? twisted(record, random) : record));
      expect(faults(lines(twistedRecords), isDocument), `seed ${seed}, round ${round}`).toEqual([]);
    }
  });

  test("reads the intact lines among harmed ones", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    for (let round = 0; round < 50; round++) {
      const whole = Array.from({ length: 20 }, (_, n) => JSON.stringify({ id: uuid(n), type: "user", content: `Prompt ${n}.` }));
      const torn = whole.map((line) => line.slice(0, 1 + Math.floor(random() * (line.length - 2))));
      const mixed = whole.flatMap((line, n) => (random() < 0.3 ? [`{"torn${n}":"${torn[n]?.replaceAll('"', "'")}`, line] : [line]));
      const { events } = parseWhole(gemini, Buffer.from(`${JSON.stringify(header)}\n${mixed.join("\n")}\n`), { file });
      const prompts = events.flatMap(({ kind }) => (kind.type === "user_message" ? [kind.content] : []));
      expect(prompts, `seed ${seed}, round ${round}`).toEqual(whole.map((_, n) => `Prompt ${n}.`));
    }
  });
});
