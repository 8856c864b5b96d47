import { expect } from "vitest";
import { tools } from "../../src/mcp/tools/catalogue.js";
import { homeProblems } from "../helpers/home-check.js";
import type { Agent } from "./agent.js";
import { answeredTools, answerTexts, calledTools, notes, ownLog, userTexts } from "./own-log.js";
import { planted } from "./planted-session.js";
import { answerIn, command, lastAnswer, note, type Part, prompt } from "./script.js";

/** Bytes that an answer may have where the call does not say. */
const defaultMaxBytes = 9_000;

/** What the model was shown of each part of the script, by the part's name. */
export type Results = ReadonlyMap<string, string>;

function answerOf(results: Results, part: string, tool: string): Record<string, unknown> {
  const answer = answerIn(results.get(part) ?? "") as Record<string, unknown>;
  tools.find(({ name }) => name === tool)?.output.parse(answer);
  return answer;
}

/** The planted session is listed, found and read, whole as far as an answer goes. */
export function expectHistory(agent: Agent, results: Results, ownId: string): void {
  const list = answerOf(results, "list", "list_sessions");
  expect(list).toMatchObject({ sessions: [{ session_id: ownId, title: expect.any(String), status: "live" }, { session_id: planted.id, provider: "claude", status: "stale" }], total: 2 });
  const shortId = planted.id.slice(0, 8);
  const found = { session_id: shortId, type: "assistant_message", text: expect.stringContaining(planted.rareWord) };
  expect(answerOf(results, "search", "search_sessions")).toMatchObject({ hits: [found], sessions: [{ session_id: shortId, provider: "claude" }], total: 1 });
  const around = answerOf(results, "next of search", "read_session");
  expect(around["events"]).toContainEqual(expect.objectContaining({ text: expect.stringContaining(planted.rareWord) }));
  expect(answerOf(results, "previous", "read_session")).toMatchObject({ session: { session_id: planted.id } });
  expect(results.get("resource") ?? "").toContain(agent.readResource ? planted.prompt : "");
  expectLongRead(answerOf(results, "long read", "read_session"));
}

function expectLongRead(long: Record<string, unknown>): void {
  expect(long).toMatchObject({ has_more_after: true, next: expect.stringContaining("after_seq") });
  expect(long["events"]).toContainEqual(expect.objectContaining({ type: "user_message", text: planted.prompt }));
  const bytes = Buffer.byteLength(JSON.stringify(long));
  expect(bytes, "what fits into an answer is used").toBeGreaterThan(defaultMaxBytes * 0.9);
  expect(bytes).toBeLessThanOrEqual(defaultMaxBytes);
}

/** `current` is the session that asks, with what it has done so far. */
export function expectItself(agent: Agent, results: Results, ownId: string): void {
  // At once some agents have not written more than the head of their log.
  for (const part of ["current at once", "current"]) {
    expect(answerOf(results, part, "read_session"), part).toMatchObject({ session: { session_id: ownId, provider: agent.command, status: "live" } });
  }
  const { events } = answerOf(results, "current", "read_session") as { events: Record<string, unknown>[] };
  expect(events).toContainEqual(expect.objectContaining({ type: "user_message", text: prompt }));
  const call = events.find(({ type, text }) => type === "tool_call" && text === command);
  expect(events).toContainEqual(expect.objectContaining({ type: "tool_result", of: call?.["seq"], text: expect.stringContaining("gauge 41") }));
  const stats = answerOf(results, "stats", "session_stats");
  expect(stats["groups"]).toContainEqual(expect.objectContaining({ key: agent.shell(command).name, sessions: 1, tool_calls: 1 }));
  // Where it cannot be told for certain which session asks, nothing is left out of a search, and nothing written.
  const search = answerOf(results, "search for oneself", "search_sessions");
  expect(search["hits"]).toMatchObject(agent.tellsItsSession ? [] : [{ session_id: ownId.slice(0, 8), type: "user_message" }]);
  expect(search["excluded"]).toBeGreaterThan(0);
  expect(results.get("note")).toContain(agent.tellsItsSession ? `{"session_id":"${ownId}"` : "INVALID_ARGUMENT: ");
}

/** A model is told what was wrong. */
export function expectErrors(results: Results): void {
  expect(results.get("unknown session")).toContain("SESSION_NOT_FOUND: No session has the id");
  // Gemini CLI looks at the arguments itself.
  expect(results.get("unknown argument")).toMatch(/INVALID_ARGUMENT: Unknown argument "project"|must NOT have additional properties/);
}

/** Every part's text, call and result stands in the agent's own log, exactly once and in order. */
export function expectWholeLog(agent: Agent, parts: readonly Part[], logHome: string): void {
  const { events } = ownLog(logHome, prompt) ?? { events: [] };
  const called = parts.map(({ call }) => (typeof call === "function" ? agent.toolName("read_session") : call.name));
  // Codex logs a tool with its namespace in one name.
  const logged = called.map((name) => name.replace(".", "__"));
  expect(userTexts(events)).toEqual([prompt]);
  expect(answerTexts(events)).toEqual([...parts.map(({ says }) => says), lastAnswer]);
  expect(calledTools(events)).toEqual(logged);
  expect(answeredTools(events).toSorted()).toEqual(logged.toSorted());
  expect(notes(events)).toEqual(agent.tellsItsSession ? [note] : []);
  expect(homeProblems(logHome)).toEqual([]);
}
