import { describe, expect, test } from "vitest";
import { gemini } from "../../../src/providers/gemini/gemini.js";
import type { ParsedEvent } from "../../../src/providers/provider.js";
import { asLogged, parseWhole } from "../../helpers/parsed.js";

const session = "0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f";
const header = { sessionId: session, projectHash: "c0".repeat(32), startTime: "2026-03-02T09:00:00.000Z", lastUpdated: "2026-03-02T09:00:00.000Z", kind: "main" };
const ts = (seconds: number) => `2026-03-02T09:00:${String(seconds).padStart(2, "0")}.000Z`;
const answer = [{ functionResponse: { id: "c1", name: "glob", response: { output: "notes.md" } } }];
const messages = [
  { id: "m1", timestamp: ts(1), type: "user", content: [{ text: "List." }] },
  { id: "m2", timestamp: ts(2), type: "gemini", content: "I list.", thoughts: [{ subject: "S", description: "Words.", timestamp: ts(2) }], tokens: { input: 9, output: 2, cached: 4, thoughts: 1, tool: 0, total: 12 }, model: "m", toolCalls: [{ id: "c1", name: "glob", args: {}, result: answer, status: "success", timestamp: ts(3) }] },
  { id: "m3", timestamp: ts(4), type: "gemini", content: "One file.", thoughts: [], tokens: null, model: "m" },
];
const repeated = [
  { ...messages[0], timestamp: ts(50) },
  { id: "m2", timestamp: ts(50), type: "gemini", content: [{ text: "**S** Words.", thought: true }, { text: "I list." }, { functionCall: { id: "c1", name: "glob", args: {} } }] },
  { id: "m2", timestamp: ts(50), type: "user", content: answer },
  { id: "m3", timestamp: ts(50), type: "gemini", content: [{ text: "One file." }] },
];

const lines = (records: readonly object[]) => Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(""));

function parse(path: string, bytes: Buffer): ParsedEvent[] {
  const file = gemini.classify("/r", path);
  if (!file) throw new Error(`No chat: ${path}`);
  return parseWhole(gemini, bytes, { file, companions: { projectRoot: "/w" } }).events;
}

const chat = (project: string, extension: string) => `tmp/${project}/chats/session-2026-03-02T09-00-0a1b2c3d.${extension}`;
const document = parse(chat("c0".repeat(32), "json"), Buffer.from(JSON.stringify({ ...header, messages }, null, 2)));
const journal = parse(chat("harbour", "jsonl"), lines([header, ...messages]));
const facts = (events: readonly ParsedEvent[]) => asLogged(events).map((event) => (event.type === "session_started" ? { ...event, model: null } : event));

describe("copies of one conversation", () => {
  test("say the same in either container and folder", () => {
    expect(facts(document)).toEqual(facts(journal));
    expect(document.map(({ origin }) => origin)).toEqual([
      `${session}/start`, "m1/prompt", "m2/thought:0", "m2/text", "m2/tokens", "m2/call:c1", "m2/result:c1", "m3/text",
    ]);
  });

  test("say nothing new where a resume has migrated and repeated them", () => {
    const migrated = parse(chat("harbour", "jsonl"), lines([header, ...messages, { $set: { sessionId: session } }, { $set: { messages: repeated } }]));
    const known = new Set(document.map(({ origin }) => origin));
    expect(migrated.filter(({ origin }) => !known.has(origin)).map(({ kind }) => kind)).toMatchObject([{ type: "session_started", resumed: true }]);
  });

  test("keep their origins where what was said is forgotten", () => {
    const forgotten = parse(chat("harbour", "jsonl"), lines([header, { $set: { messages: repeated } }]));
    const known = new Set(document.map(({ origin }) => origin));
    expect(forgotten.map(({ origin }) => origin).filter((origin) => !known.has(origin))).toEqual([]);
  });

  test("say what an old conversation in a journal's place says", () => {
    const pretty = Buffer.from(JSON.stringify({ ...header, messages }, null, 2));
    const file = gemini.classify("/r", chat("harbour", "jsonl"));
    if (!file) throw new Error("No chat");
    expect(facts(parse(chat("harbour", "jsonl"), pretty))).toEqual(facts(document));
    expect(gemini.head(pretty, file, {})).toMatchObject({ nativeSessionId: session, startedAt: header.startTime });
    const half = gemini.parse(gemini.start(file, {}), pretty.subarray(0, 100), { final: false });
    expect([half.consumedBytes, half.events]).toEqual([0, []]);
    const torn = parse(chat("harbour", "jsonl"), pretty.subarray(0, 100));
    expect(torn.map(({ kind }) => kind.type)).toEqual(["parse_warning"]);
  });

  test("give every event to the session under whose header it stands", () => {
    const a2a = (seconds: number) => ({ ...header, sessionId: "a2a-server", startTime: ts(seconds) });
    const events = parse(chat("harbour", "jsonl"), lines([a2a(1), messages[0] ?? {}, a2a(9), messages[0] ?? {}, messages[2] ?? {}]));
    expect(events.map(({ origin, nativeSessionId }) => [origin.split("/")[1], nativeSessionId])).toEqual([
      ["start", undefined],
      ["prompt", undefined],
      ["start", `a2a-server@${ts(9)}`],
      ["prompt", `a2a-server@${ts(9)}`],
      ["text", `a2a-server@${ts(9)}`],
    ]);
  });
});
