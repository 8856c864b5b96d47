import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { SessionLogWriter, historicalAdapter, liveAdapterForProvider, logsDir, providerByName } from "../../src/index.js";
import { claudeUserHome } from "../helpers/claude-user-home.js";
import { sessionMetadata } from "../helpers/session-metadata.js";
import { tempDir } from "../helpers/temp-dir.js";

const native = "5b1d9c52-7f3e-4c2a-9d10-3f6e0a7c4b21";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("`logsDir()` asks the environment where nobody says otherwise", () => {
  vi.stubEnv("ZAG_USER_LOG_DIR", "");
  vi.stubEnv("SESSION_LOG_HOME", "");
  expect(logsDir()).toBe(join(homedir(), ".session-log", "logs"));
  expect(logsDir("/a/b")).toBe(join(homedir(), ".session-log", "projects", "a-b", "logs"));
  vi.stubEnv("SESSION_LOG_HOME", "~/.zag");
  expect(logsDir("/a/b")).toBe(join(homedir(), ".zag", "projects", "a-b", "logs"));
  vi.stubEnv("ZAG_USER_LOG_DIR", "mine");
  expect(logsDir("/a/b")).toBe(resolve("mine"));
  expect(logsDir("/a/b", { homeDir: "/h" })).toBe(resolve("/h/projects/a-b/logs"));
});

it("adapters look where the environment says", async () => {
  vi.stubEnv("CLAUDE_CONFIG_DIR", join(claudeUserHome(native), ".claude"));
  const claude = providerByName("claude");
  expect(claude && [...historicalAdapter(claude).backfill("/w")].map(({ metadata }) => metadata.providerSessionId)).toEqual([native]);
  const writer = SessionLogWriter.create(tempDir(), sessionMetadata({ wrapperSessionId: "own" }));
  const context = { root: null, providerSessionId: native, workspacePath: "/w", startedAt: new Date("2026-01-05T09:00:00Z"), isWorktree: false };
  await liveAdapterForProvider("claude", context, true)?.poll(writer);
  expect(writer.getProviderSessionId()).toBe(native);
  writer.close();
});
