import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { copilot } from "../../../src/providers/copilot/copilot.js";
import { LogEventKind } from "../../../src/schema/event.js";
import type { NativeFile } from "../../../src/providers/provider.js";
import { asLogged, parseInPieces, parseWhole } from "../../helpers/parsed.js";
import { newSeed, seededRandom } from "../../helpers/random.js";

const folder = new URL("../../fixtures/copilot/", import.meta.url);
const lines = readdirSync(folder)
  .filter((name) => name.endsWith(".jsonl"))
  .flatMap((name) => readFileSync(new URL(name, folder), "utf8").split("\n"))
  .filter((line) => line !== "");
const documents = readdirSync(folder).filter((name) => /(?<!\.expected)\.json$/.test(name)).map((name) => readFileSync(new URL(name, folder), "utf8"));

function fileAt(path: string): NativeFile {
  const found = copilot.classify("/root", path);
  if (!found) throw new Error(`No native file: ${path}`);
  return found;
}

const file = fileAt("session-state/s/events.jsonl");
const history = fileAt("history-session-state/session_s_1.json");
const marker = (n: number) => JSON.stringify({ type: "user.message", data: { content: `marker ${n}` }, id: `marker-${n}`, timestamp: "2026-03-02T09:00:00.000Z" });
const originShape = /^[A-Za-z0-9._:~-]{1,140}\/[A-Za-z0-9._:~-]+$/;

type Random = () => number;
const pick = <T>(random: Random, list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
const oddities: readonly unknown[] = [null, 0, -1, 1e308, true, "", "x", "\0", "\ud83d", [], {}, [[[]]], { type: "x" }, "2026-13-99T99:99:99Z", ["a", null, 3], { content: { content: [] } }];

/** A copy of a JSON value in which some fields are of another type, missing, or doubled under a strange name. */
function bent(value: unknown, random: Random): unknown {
  if (random() < 0.08) return pick(random, oddities);
  if (Array.isArray(value)) return value.map((item) => bent(item, random));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, field]) => (random() < 0.04 ? [] : [[random() < 0.02 ? "__proto__" : name, bent(field, random)]])));
}

function bentLine(line: string, random: Random): string {
  try {
    return JSON.stringify(bent(JSON.parse(line), random));
  } catch (error) {
    if (error instanceof SyntaxError) return line;
    throw error;
  }
}

function flipped(line: string, random: Random): Buffer {
  const bytes = Buffer.from(line);
  const at = Math.floor(random() * bytes.length);
  bytes[at] = ((bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8))) & 0xff;
  return bytes[at] === 10 ? Buffer.from(line) : bytes;
}

const spoilers: readonly ((line: string, random: Random) => Buffer)[] = [
  (line) => Buffer.from(line),
  (line, random) => Buffer.from(line.slice(0, Math.floor(random() * line.length))),
  (line, random) => Buffer.from(line.slice(0, Math.floor(random() * line.length)) + line),
  (line) => Buffer.from(line + line),
  flipped,
  (line, random) => Buffer.from(bentLine(line, random)),
  (line, random) => Buffer.from(bentLine(line, random)),
];

function spoiltLog(random: Random): { bytes: Buffer; markers: string[] } {
  const parts: Buffer[] = [];
  const markers: string[] = [];
  for (let n = 0; n < 150; n++) {
    parts.push(pick(random, spoilers)(pick(random, lines), random), Buffer.from("\n"));
    if (random() > 0.2) continue;
    parts.push(Buffer.from(`${marker(n)}\n`));
    markers.push(`marker ${n}`);
  }
  return { bytes: Buffer.concat(parts), markers };
}

describe("the Copilot parser on spoilt logs", () => {
  test("throws for nothing, says well-formed events only, and reads every line that is whole", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    for (let round = 0; round < 30; round++) {
      const { bytes, markers } = spoiltLog(random);
      const { events } = parseWhole(copilot, bytes, { file });
      const prompts = asLogged(events).flatMap((event) => (event.type === "user_message" && event.content.startsWith("marker") ? [event.content] : []));
      expect(prompts, `seed ${seed}, round ${round}`).toEqual(markers);
      for (const event of events) {
        expect(LogEventKind.parse(event.kind), `seed ${seed}, round ${round}`).toEqual(event.kind);
        expect(event.origin, `seed ${seed}, round ${round}`).toMatch(originShape);
      }
    }
  });

  test("reads them in pieces as it reads them whole", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    for (let round = 0; round < 10; round++) {
      const { bytes } = spoiltLog(random);
      const cuts = Array.from({ length: 6 }, () => Math.floor(random() * bytes.length)).toSorted((a, b) => a - b);
      expect(parseInPieces(copilot, bytes, { file, cuts }).events, `seed ${seed}, round ${round}`).toEqual(parseWhole(copilot, bytes, { file }).events);
    }
  });

  test("throws for nothing in the older objects", () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    for (let round = 0; round < 200; round++) {
      const text = bentLine(pick(random, documents), random);
      const bytes = random() < 0.2 ? Buffer.from(text.slice(0, Math.floor(random() * text.length))) : Buffer.from(text);
      for (const { kind, origin } of parseWhole(copilot, bytes, { file: history }).events) {
        expect(LogEventKind.parse(kind), `seed ${seed}, round ${round}`).toEqual(kind);
        expect(origin, `seed ${seed}, round ${round}`).toMatch(originShape);
      }
    }
  });

  test("takes no time worth the name for texts that are made to be slow", () => {
    const texts = [" ".repeat(200_000), "<reminder>".repeat(20_000), `again in ${"1 hour ".repeat(20_000)}`, `reset ${" ".repeat(200_000)}`, "\\".repeat(200_000)];
    const started = performance.now();
    for (const text of texts) {
      const prompt = { type: "user.message", data: { content: `x${text}x` } };
      const error = { type: "session.error", data: { errorType: "rate_limit", message: text } };
      parseWhole(copilot, Buffer.from(`${JSON.stringify(prompt)}\n${JSON.stringify(error)}\n`), { file });
      copilot.start(file, { workspace: `name: "${text}x` });
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test("keeps what is nested too deep for JSON out of events", () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const record = `{"type":"assistant.message","id":"d","data":{"content":"x","toolRequests":[{"toolCallId":"t","name":"bash","arguments":{"a":${deep}}}],"extra":${deep}}}`;
    const other = `{"type":"session.of_tomorrow","id":"e","data":{"a":${deep}}}`;
    const result = `{"type":"tool.execution_complete","id":"f","data":{"toolCallId":"t","success":true,"fileEdits":[${deep}],"result":{"content":"x","structuredContent":{"a":${deep}}}}}`;
    const { events } = parseWhole(copilot, Buffer.from(`${record}\n${other}\n${result}\n`), { file });
    expect(() => JSON.stringify(events)).not.toThrow();
    expect(events.map(({ kind }) => kind.type)).toEqual(["session_started", "assistant_message", "tool_call", "provider_status", "tool_result"]);
    const object = Buffer.from(`{"timeline":[{"type":"tool_call_completed","callId":"c","name":"bash","arguments":${deep},"result":{"type":"success","log":"x"}},${deep}]}`);
    expect(() => JSON.stringify(parseWhole(copilot, object, { file: history }).events)).not.toThrow();
  });
});
