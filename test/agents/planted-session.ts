import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A session of Claude Code that ended long before the agent under test begins. */
export const planted = {
  id: "5eaf00d1-1111-4222-8333-444455556666",
  prompt: "Wie hoch war der Pegel im Hafen? Größe in cm, bitte – 港の水位.",
  /** Stands in one answer only. */
  rareWord: "Nipptide",
  answers: 40,
};

const writtenAt = new Date("2026-01-05T10:01:00Z");

/** Puts that session into a user's home, in the agent's own workspace: more than one answer of a tool holds. */
export function plantSession(home: string, workspace: string): void {
  const folder = join(home, ".claude", "projects", workspace.replaceAll(/[^A-Za-z0-9]/g, "-"));
  mkdirSync(folder, { recursive: true });
  const lines = Array.from({ length: planted.answers + 1 }, (_, nth) => line(nth, workspace));
  const path = join(folder, `${planted.id}.jsonl`);
  writeFileSync(path, lines.map((record) => `${JSON.stringify(record)}\n`).join(""));
  utimesSync(path, writtenAt, writtenAt);
}

function line(nth: number, cwd: string): object {
  const timestamp = new Date(Date.UTC(2026, 0, 5, 10, 0, nth)).toISOString();
  const record = { isSidechain: false, userType: "external", cwd, sessionId: planted.id, version: "2.1.0", parentUuid: nth === 0 ? null : `u${nth - 1}`, uuid: `u${nth}`, timestamp };
  if (nth === 0) return { ...record, type: "user", message: { role: "user", content: planted.prompt } };
  const text = `Messung ${nth}: ${nth === 17 ? `${planted.rareWord}, ` : ""}der Pegel stand bei ${400 + nth} cm. ${"Größe und Höhe passen zueinander; 水位は安定している。".repeat(8)}`;
  const usage = { input_tokens: 1, output_tokens: 1 };
  return { ...record, type: "assistant", message: { id: `m${nth}`, role: "assistant", model: "claude-x", content: [{ type: "text", text }], usage } };
}
