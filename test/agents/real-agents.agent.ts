import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { instructionsFor } from "../../src/mcp/instructions.js";
import { tools } from "../../src/mcp/tools/catalogue.js";
import { homeProblems } from "../helpers/home-check.js";
import { connectServer, serverPath } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import type { Agent, Place } from "./agent.js";
import { claudeCode } from "./agents/claude-code.js";
import { codex } from "./agents/codex.js";
import { copilotCli } from "./agents/copilot-cli.js";
import { geminiCli } from "./agents/gemini-cli.js";
import { findAgent } from "./find-agent.js";
import { answeredTools, answerTexts, calledTools, notes, ownLog, userTexts } from "./own-log.js";
import { plantSession, planted } from "./planted-session.js";
import { runAgent, setUp, versionOf } from "./run-agent.js";
import { answerIn, command, lastAnswer, note, type Part, partsFor, prompt, stepsOf } from "./script.js";
import { scriptedModel } from "./scripted-model.js";
import { keepTranscript } from "./transcript.js";

/** Bytes that an answer may have where the call does not say. */
const defaultMaxBytes = 9_000;

/** What came of each part, by its name. */
type Results = ReadonlyMap<string, string>;

function expectAnswer(results: Results, part: string, tool: string): Record<string, unknown> {
  const answer = answerIn(results.get(part) ?? "") as Record<string, unknown>;
  tools.find(({ name }) => name === tool)?.output.parse(answer);
  return answer;
}

function expectHistory(results: Results, ownId: string): void {
  const list = expectAnswer(results, "list", "list_sessions");
  expect(list).toMatchObject({ sessions: [{ session_id: ownId, title: expect.any(String), status: "live" }, { session_id: planted.id, provider: "claude", status: "stale" }], total: 2 });
  const shortId = planted.id.slice(0, 8);
  const found = { session_id: shortId, type: "assistant_message", text: expect.stringContaining(planted.rareWord) };
  expect(expectAnswer(results, "search", "search_sessions")).toMatchObject({ hits: [found], sessions: [{ session_id: shortId, provider: "claude" }], total: 1 });
  const around = expectAnswer(results, "next of search", "read_session");
  expect(around["events"]).toContainEqual(expect.objectContaining({ text: expect.stringContaining(planted.rareWord) }));
  const long = expectAnswer(results, "long read", "read_session");
  expect(long).toMatchObject({ has_more_after: true, next: expect.stringContaining("after_seq") });
  expect(long["events"]).toContainEqual(expect.objectContaining({ type: "user_message", text: planted.prompt }));
  const bytes = Buffer.byteLength(JSON.stringify(long));
  expect(bytes, "what fits into an answer is used").toBeGreaterThan(defaultMaxBytes * 0.9);
  expect(bytes).toBeLessThanOrEqual(defaultMaxBytes);
  expect(expectAnswer(results, "previous", "read_session")).toMatchObject({ session: { session_id: planted.id } });
}

function expectItself(agent: Agent, results: Results, ownId: string): void {
  for (const part of ["current at once", "current"]) {
    const current = expectAnswer(results, part, "read_session");
    expect(current, part).toMatchObject({ session: { session_id: ownId, provider: agent.command, status: "live" } });
    expect(current["events"], part).toContainEqual(expect.objectContaining({ type: "user_message", text: prompt }));
  }
  const { events } = expectAnswer(results, "current", "read_session") as { events: Record<string, unknown>[] };
  const call = events.find(({ type, text }) => type === "tool_call" && text === command);
  expect(events).toContainEqual(expect.objectContaining({ type: "tool_result", of: call?.["seq"], text: expect.stringContaining("gauge 41") }));
  const search = expectAnswer(results, "search for oneself", "search_sessions");
  const stats = expectAnswer(results, "stats", "session_stats");
  expect(stats["groups"]).toContainEqual(expect.objectContaining({ key: agent.shell(command).name, sessions: 1, tool_calls: 1 }));
  // Where it cannot be told for certain which session asks, nothing is left out of a search, and nothing written.
  expect(search["hits"]).toMatchObject(agent.tellsItsSession ? [] : [{ session_id: ownId.slice(0, 8), type: "user_message" }]);
  expect(search["excluded"]).toBeGreaterThan(0);
  expect(results.get("note")).toContain(agent.tellsItsSession ? `{"session_id":"${ownId}"` : "INVALID_ARGUMENT: ");
}

function expectErrors(results: Results): void {
  expect(results.get("unknown session")).toContain("SESSION_NOT_FOUND: No session has the id");
  // Gemini CLI looks at the arguments itself.
  expect(results.get("unknown argument")).toMatch(/INVALID_ARGUMENT: |must NOT have additional properties/);
}

/** Every part's text, call and result, exactly once and in order. */
function expectWholeLog(agent: Agent, parts: readonly Part[], place: Place): void {
  const { events } = ownLog(logHome(place)) ?? { events: [] };
  const names = parts.map(({ call }) => (typeof call === "function" ? agent.toolName("read_session") : call.name));
  const logged = names.map((name) => name.replace(".", "__"));
  expect(userTexts(events)).toEqual([prompt]);
  expect(answerTexts(events)).toEqual([...parts.map(({ says }) => says), lastAnswer]);
  expect(calledTools(events)).toEqual(logged);
  expect(answeredTools(events).toSorted()).toEqual(logged.toSorted());
  expect(notes(events)).toEqual(agent.tellsItsSession ? [note] : []);
  expect(homeProblems(logHome(place))).toEqual([]);
}

const logHome = ({ home }: Place): string => join(home, ".session-log");

function importAll({ home }: Place): void {
  execFileSync(process.execPath, [serverPath, "import"], { env: { PATH: process.env["PATH"] ?? "", HOME: home }, stdio: "ignore" });
}

/** Waits until the log holds what the agent has said and done so far, while it waits for its model. */
async function untilLogged(place: Place, done: readonly Part[]): Promise<void> {
  await waitFor(
    `the log of ${done.map(({ name }) => name).join(", ")}`,
    () => {
      const events = ownLog(logHome(place))?.events ?? [];
      return userTexts(events).includes(prompt) && answerTexts(events).length >= done.length && answeredTools(events).length >= done.length;
    },
    { everyMs: 50 },
  );
}

describe.each([claudeCode, codex, geminiCli, copilotCli])("$title", (agent) => {
  const path = findAgent(agent);

  test.skipIf(path === undefined)("asks for its history, finds itself, and is logged while it runs", async () => {
    const home = tempDir();
    const workspace = join(tempDir(), "harbour");
    mkdirSync(workspace);
    plantSession(home, workspace);
    const parts = partsFor(agent);
    const liveAt = new Set(["list", "answer"]);
    const steps = stepsOf(parts, async (name) => {
      if (liveAt.has(name)) await untilLogged(place, name === "answer" ? parts : parts.slice(0, parts.findIndex((part) => part.name === name)));
    });
    const instructions = instructionsFor(tools.map(({ name }) => name));
    const model = await scriptedModel(agent.wire, { prompt, steps });
    const place: Place = { home, workspace, baseUrl: model.baseUrl };
    setUp(agent, place);
    const run = await runAgent(agent, place, { path: path ?? "", prompt });
    const shown = model.asked.at(-1);
    const output = `exit code ${String(run.code)}\n${run.stdout}\n${run.stderr}`;
    console.log(`${agent.title}: ${keepTranscript(agent.command, { title: agent.title, version: versionOf(path ?? "", place), parts, asked: model.asked, instructions, output })}`);

    expect(model.failures, output).toEqual([]);
    expect(run.code, output).toBe(0);
    expect(shown?.tools).toEqual(expect.arrayContaining(tools.map(({ name }) => agent.toolName(name))));
    expect(shown?.instructions.includes(instructions)).toBe(agent.showsInstructions);
    const results = new Map(parts.map(({ name }, nth) => [name, shown?.results[nth] ?? ""]));
    const ownId = ownLog(logHome(place))?.id ?? "";
    expectHistory(results, ownId);
    expectItself(agent, results, ownId);
    expectErrors(results);

    importAll(place);
    expectWholeLog(agent, parts, place);
    const { call } = await connectServer({ home: logHome(place), userHome: home });
    expect(await call("list_sessions", { provider: agent.command })).toMatchObject({ sessions: expect.arrayContaining([expect.objectContaining({ session_id: ownId, status: agent.statusAfter })]) });
    importAll(place);
    expectWholeLog(agent, parts, place);
  });
});
