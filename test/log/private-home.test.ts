import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeHomePrivate } from "../../src/log/private-home.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const modeOf = (path: string): number => statSync(path).mode & 0o777;

function wideHome(): { dir: string; paths: Record<"dir" | "logs" | "database" | "index", string> } {
  const dir = join(tempDir(), "home");
  const paths = { dir, logs: join(dir, "logs"), database: join(dir, "catalogue.sqlite"), index: join(dir, "sessions_index.json") };
  mkdirSync(paths.logs, { recursive: true });
  writeFileSync(paths.database, "");
  writeFileSync(paths.index, "{}");
  for (const path of [dir, paths.logs]) chmodSync(path, 0o755);
  for (const path of [paths.database, paths.index]) chmodSync(path, 0o644);
  return { dir, paths };
}

describe.skipIf(process.platform === "win32")("a home that others can read", () => {
  it("is theirs no longer, and that is told once", () => {
    const { dir, paths } = wideHome();
    expect(makeHomePrivate({ dir })).toEqual([`Others could read ${dir} and 3 more: now only you can`]);
    expect(Object.values(paths).map(modeOf)).toEqual([0o700, 0o700, 0o600, 0o600]);
    expect(makeHomePrivate({ dir })).toEqual([]);
  });

  it("stays open where it holds what is not ours, but for what is", () => {
    const { dir, paths } = wideHome();
    writeFileSync(join(dir, "notes.txt"), "");
    chmodSync(join(dir, "notes.txt"), 0o644);
    expect(makeHomePrivate({ dir })).toEqual([expect.stringContaining(" and 2 more: now only you can")]);
    expect(modeOf(join(dir, "notes.txt"))).toBe(0o644);
    expect(Object.values(paths).map(modeOf)).toEqual([0o755, 0o700, 0o600, 0o600]);
  });

  it("is narrowed where it is a link, and nothing to which a link in it leads", () => {
    const { dir, paths } = wideHome();
    const [link, victim] = [join(tempDir(), "link"), join(tempDir(), "victim")];
    writeFileSync(victim, "");
    chmodSync(victim, 0o644);
    rmSync(paths.database);
    symlinkSync(victim, paths.database);
    symlinkSync(dir, link);
    expect(makeHomePrivate({ dir: link })).toEqual([`Others could read ${dir} and 2 more: now only you can`]);
    expect([dir, paths.logs, paths.index, victim].map(modeOf)).toEqual([0o700, 0o700, 0o600, 0o644]);
  });

  it("is not made where there is none", () => {
    expect(makeHomePrivate({ dir: join(tempDir(), "none") })).toEqual([]);
  });

  it("is narrowed by the server, a log and its folder when it writes there", async () => {
    const { dir, paths } = wideHome();
    const sessions = join(paths.logs, "sessions");
    mkdirSync(sessions);
    const log = join(sessions, "s1.jsonl");
    writeFileSync(log, '{"seq":1,"ts":"2026-01-01T00:00:00.000Z","provider":"x","wrapper_session_id":"s1","provider_session_id":null,"source_kind":"wrapper","completeness":"full","type":"user_message","role":"user","content":"hi","message_id":null}\n');
    chmodSync(sessions, 0o755);
    chmodSync(log, 0o644);
    const server = await connectServer({ home: dir });
    await server.call("emit_event", { session_id: "s1", message: "noted" });
    await waitFor("the warning", () => server.stderr().includes(`Others could read ${dir}`));
    expect([dir, paths.logs, sessions].map(modeOf)).toEqual([0o700, 0o700, 0o700]);
    expect(modeOf(log)).toBe(0o600);
  });
});
