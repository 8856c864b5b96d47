import { describe, expect, test } from "vitest";
import { gemini } from "../../../src/providers/gemini/gemini.js";

const time = (seconds: number) => new Date(Date.UTC(2026, 2, 2, 9, 0, seconds)).toISOString();
const entry = (sessionId: string, seconds: number, message: string) => ({ sessionId, messageId: 0, type: "user", message, timestamp: time(seconds) });

function facts(content: unknown) {
  const side = gemini.classifySide?.("/r", "tmp/harbour/logs.json");
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return side && gemini.parseSide?.(side, { text });
}

const short = (content: unknown) => facts(content)?.map(({ nativeSessionId, kind, ts }) => [nativeSessionId, kind.type, ts]);

describe("the log of commands of Gemini CLI", () => {
  test("ends a session at /quit and /exit, with or without arguments, and not at words that look so", () => {
    const log = [entry("a", 1, "/quit"), entry("b", 2, " /exit --delete"), entry("c", 3, "quit"), entry("c", 4, "/quitter"), entry("c", 5, "/stats")];
    expect(short(log)).toEqual([["a", "session_ended", time(1)], ["b", "session_ended", time(2)]]);
  });

  test("tells the session that began just after a /clear which was before it", () => {
    const log = [entry("a", 1, "Hello."), entry("a", 10, "/clear"), entry("b", 14, "Fresh."), entry("b", 20, "/new"), entry("c", 21, "Again.")];
    expect(facts(log)?.filter(({ kind }) => kind.type === "session_cleared")).toMatchObject([
      { nativeSessionId: "", kind: { old_session_id: "a", new_session_id: null }, startedBetweenMs: [Date.parse(time(9)), Date.parse(time(20))] },
      { nativeSessionId: "", kind: { old_session_id: "b", new_session_id: null }, startedBetweenMs: [Date.parse(time(19)), Date.parse(time(30))] },
    ]);
    expect(short(log)?.filter(([, type]) => type === "session_ended")).toEqual([["a", "session_ended", time(10)], ["b", "session_ended", time(20)]]);
  });

  test("gives to the successor what it did under the id of the session before", () => {
    const log = [entry("a", 1, "/clear"), entry("a", 2, "Fresh."), entry("a", 3, "/clear"), entry("a", 4, "/quit"), entry("a", 90, "Resumed."), entry("a", 91, "/quit")];
    expect(facts(log)?.map(({ nativeSessionId, kind, ts, startedBetweenMs }) => [nativeSessionId, kind.type, ts, startedBetweenMs?.[0]])).toEqual([
      ["a", "session_ended", time(1), undefined],
      ["", "session_cleared", time(1), Date.parse(time(0))],
      ["", "session_ended", time(3), Date.parse(time(0))],
      ["", "session_cleared", time(3), Date.parse(time(2))],
      ["", "session_ended", time(4), Date.parse(time(2))],
      ["a", "session_ended", time(91), undefined],
    ]);
    expect(facts(log)?.flatMap(({ kind }) => (kind.type === "session_cleared" ? [kind.old_session_id] : []))).toEqual(["a", null]);
  });

  test("gives the same origins however much of the log is there", () => {
    const log = [entry("a", 1, "/clear"), entry("b", 2, "x"), entry("b", 3, "/quit"), entry("c", 4, "/exit")];
    const whole = facts(log)?.map(({ origin }) => origin) ?? [];
    for (const count of [1, 2, 3]) expect(whole).toEqual(expect.arrayContaining(facts(log.slice(0, count))?.map(({ origin }) => origin) ?? ["none"]));
    for (const origin of whole) expect(origin).toMatch(/^[A-Za-z0-9._:~-]{1,140}\/[A-Za-z0-9._:~-]+$/);
    expect(new Set(whole).size).toBe(whole.length);
  });

  test("waits for a log that is not whole, and reads what is odd as nothing", () => {
    expect(facts("")).toBeUndefined();
    expect(facts('[{"sessionId":')).toBeUndefined();
    expect(facts({ a: 1 })).toBeUndefined();
    expect(facts([null, 7, {}, { sessionId: 1, message: "/quit" }, { sessionId: "a", message: "/quit", timestamp: "soon" }, { sessionId: "a", timestamp: time(1) }])).toEqual([]);
  });
});
