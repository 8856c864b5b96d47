import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { countEvents, countTranscripts, records } from "../helpers/claude-counts.js";
import { readLogs } from "../helpers/logged.js";
import { samplesDir } from "../helpers/samples.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";

const root = samplesDir && join(samplesDir, "claude");
const projects = root ? readdirSync(join(root, "projects"), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".jsonl")) : [];

/** Session → the texts of its files: its own, and those of its sub-agents. */
function transcripts(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const path of projects) {
    const id = path.includes("subagents") ? basename(dirname(dirname(path))) : basename(path, ".jsonl");
    found.set(id, [...(found.get(id) ?? []), readFileSync(join(root ?? "", "projects", path), "utf8")]);
  }
  return found;
}

describe.skipIf(!root)("real transcripts of Claude Code, imported through the server", () => {
  it("hold in every log what a plain walk counts, and a second import appends nothing", async () => {
    const expected = transcripts();
    const server = await connectServer({ env: { CLAUDE_CONFIG_DIR: root ?? "" } });
    const report = await server.call("import_sessions");
    expect(report).toMatchObject({ imported: expected.size, updated: 0, unchanged: 0 });
    expect(report).not.toHaveProperty("failed");
    const logs = readLogs(server.home);
    expect([...logs.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    // This session was resumed from that one, and begins with a copy of its last record: it is said once, where it came from.
    const [resumed, original] = ["b162b1ae-97bc-475f-9b5f-ffbf55ca5b3f", "e9f146fa-3b20-48d0-9be4-d99ca901cae4"];
    const copied = new Set(records(expected.get(original)?.[0] ?? "").map(({ uuid }) => uuid));
    for (const [id, texts] of expected) {
      expect(countEvents(logs.get(id) ?? []), id).toEqual(countTranscripts(texts, id === resumed ? copied : undefined));
    }
    const lines = [...logs.values()].reduce((sum, events) => sum + events.length, 0);
    expect(report["events"]).toBe(lines);
    expect(await server.call("import_sessions", { force: true })).toMatchObject({ imported: 0, updated: 0, unchanged: expected.size, events: 0 });
    expect(readLogs(server.home)).toEqual(logs);
  });

  it("stay readable when their files are gone, and are not said again without checkpoints", async () => {
    const config = tempDir();
    cpSync(join(root ?? "", "projects"), join(config, "projects"), { recursive: true });
    const home = join(tempDir(), "home");
    const first = await connectServer({ home, env: { CLAUDE_CONFIG_DIR: config } });
    await first.call("import_sessions");
    const logs = readLogs(home);
    await first.client.close();
    rmSync(join(config, "projects/-home-wei-repo-claude-code/e9f146fa-3b20-48d0-9be4-d99ca901cae4.jsonl"));
    for (const file of readdirSync(home)) if (/\.sqlite/.test(file)) rmSync(join(home, file));
    const second = await connectServer({ home, env: { CLAUDE_CONFIG_DIR: config } });
    expect(await second.call("import_sessions")).toMatchObject({ imported: 0, updated: 0, events: 0 });
    expect(readLogs(home)).toEqual(logs);
    expect(await second.call("list_sessions", { limit: 100 })).toMatchObject({ total: logs.size });
    const page = await second.call("read_session", { session_id: "e9f146fa", types: ["user_message"], from: "start" });
    expect((page["events"] as unknown[]).length).toBeGreaterThan(0);
  });
});
