import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempDir } from "./temp-dir.js";

/** A user's home where Claude Code has written one short session, of two messages, in the workspace `/w`. */
export function claudeUserHome(sessionId: string): string {
  const home = tempDir();
  const folder = join(home, ".claude", "projects", "-w");
  mkdirSync(folder, { recursive: true });
  const record = { isSidechain: false, userType: "external", cwd: "/w", sessionId, version: "2.1.0", gitBranch: "main" };
  const usage = { input_tokens: 1, output_tokens: 1 };
  const answer = { id: "m1", role: "assistant", model: "claude-x", content: [{ type: "text", text: "hi" }], usage };
  const lines = [
    { ...record, parentUuid: null, type: "user", message: { role: "user", content: "hello" }, uuid: "u1", timestamp: "2026-01-05T10:00:00.000Z" },
    { ...record, parentUuid: "u1", type: "assistant", message: answer, uuid: "u2", timestamp: "2026-01-05T10:00:01.000Z" },
  ];
  writeFileSync(join(folder, `${sessionId}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return home;
}
