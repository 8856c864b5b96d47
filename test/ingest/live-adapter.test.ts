import { join } from "node:path";
import { expect, it } from "vitest";
import { historicalAdapter } from "../../src/ingest/historical-adapter.js";
import { liveAdapterForProvider } from "../../src/ingest/live-adapter.js";
import { runBackfill } from "../../src/log/backfill.js";
import type { LiveLogContext } from "../../src/log/live-adapter.js";
import { recordPrompt } from "../../src/log/record.js";
import { SessionLogWriter } from "../../src/log/writer.js";
import { claude } from "../../src/providers/claude/claude.js";
import { readLog, readLogs } from "../helpers/logged.js";
import { tempDir } from "../helpers/temp-dir.js";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "./claude-lines.js";

const native = uuidOf(900);

function setting() {
  const home = tempDir();
  const claudeDir = join(home, ".claude");
  const environment = { homeDir: home, variables: {}, platform: "linux" as const };
  return { claudeDir, environment, logsDir: join(home, "logs") };
}

function newWriter(logsDir: string): SessionLogWriter {
  const metadata = { provider: "claude", wrapperSessionId: "own", providerSessionId: null, workspacePath: "/w", command: "run", model: null, resumed: false, backfilled: false };
  return SessionLogWriter.create(logsDir, metadata);
}

const context: LiveLogContext = { root: null, providerSessionId: null, workspacePath: "/w", startedAt: new Date("2026-01-05T10:00:10Z"), isWorktree: false };

it("follows the one native session of the workspace into the writer's log", async () => {
  const { claudeDir, environment, logsDir } = setting();
  const writer = newWriter(logsDir);
  recordPrompt(writer, "now");
  const adapter = liveAdapterForProvider("claude", context, true, { environment });
  await adapter?.poll(writer);
  const path = sessionPath(claudeDir, native);
  writeLines(sessionPath(claudeDir, uuidOf(901)), promptLine(40, "elsewhere", { sessionId: uuidOf(901), cwd: "/x" }));
  writeLines(path, promptLine(1, "an earlier run", { sessionId: native }), promptLine(20, "now", { sessionId: native, parent: 1 }));
  await adapter?.poll(writer);
  writeLines(path, answerLine(21, "done", { sessionId: native, parent: 20 }).trimEnd());
  await adapter?.poll(writer);
  await adapter?.finalize?.(writer);
  await adapter?.finalize?.(writer);
  const events = readLog(writer.logPath());
  expect(events.filter((event) => event.type === "user_message" || event.type === "assistant_message").map(({ content, source_kind }) => [content, source_kind])).toEqual([
    ["now", "wrapper"],
    ["done", "provider_file"],
  ]);
  expect(writer.getProviderSessionId()).toBe(native);
  expect(events.at(-1)).toMatchObject({ type: "usage", ts: "2026-01-05T10:00:21.000Z" });
  writer.close();
});

it("guesses nothing where two sessions may be meant", async () => {
  const { claudeDir, environment, logsDir } = setting();
  const writer = newWriter(logsDir);
  for (const [nth, sessionId] of [native, uuidOf(901)].entries()) writeLines(sessionPath(claudeDir, sessionId), promptLine(20 + nth, "hello", { sessionId }));
  await liveAdapterForProvider("claude", context, true, { environment })?.poll(writer);
  expect(writer.getProviderSessionId()).toBe(null);
  await liveAdapterForProvider("claude", { ...context, providerSessionId: native }, true, { environment })?.poll(writer);
  expect(writer.getProviderSessionId()).toBe(native);
  writer.close();
});

it("gives no adapter where live is off, or the provider is not known", () => {
  const { environment } = setting();
  expect(liveAdapterForProvider("claude", context, false, { environment })).toBe(null);
  expect(liveAdapterForProvider("nobody", context, true, { environment })).toBe(null);
});

it("gives history to a backfill, each record once", () => {
  const { claudeDir, environment, logsDir } = setting();
  const resumed = uuidOf(901);
  writeLines(sessionPath(claudeDir, native), promptLine(1, "hello", { sessionId: native }), answerLine(2, "hi", { sessionId: native, parent: 1 }));
  writeLines(sessionPath(claudeDir, resumed), answerLine(2, "hi", { sessionId: resumed, parent: 1 }), promptLine(3, "on", { sessionId: resumed, parent: 2 }));
  writeLines(sessionPath(claudeDir, uuidOf(902)), promptLine(9, "not here", { sessionId: uuidOf(902), cwd: "/x" }));
  const adapter = historicalAdapter(claude, environment);
  expect(runBackfill(logsDir, "/w", [adapter])).toBe(2);
  const logs = readLogs(join(logsDir, ".."));
  const texts = (id: string) => logs.get(id)?.flatMap((event) => (event.type === "user_message" || event.type === "assistant_message" ? [event.content] : []));
  expect(texts(native)).toEqual(["hello", "hi"]);
  expect(texts(resumed)).toEqual(["on"]);
  expect(logs.get(native)?.[0]).toMatchObject({ type: "session_started", ts: "2026-01-05T10:00:01.000Z", cwd: "/w", backfilled: true });
  expect([...adapter.backfill(null)]).toHaveLength(3);
});
