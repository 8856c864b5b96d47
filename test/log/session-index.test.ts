import { appendFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FileLock } from "../../src/io/file-lock.js";
import { newIndexEntry } from "../../src/log/index-entry.js";
import { loadSessionIndex, rebuildSessionIndex, updateSessionIndex } from "../../src/log/session-index.js";
import { SessionLogWriter } from "../../src/log/writer.js";
import { sessionMetadata } from "../helpers/session-metadata.js";
import { tempDir } from "../helpers/temp-dir.js";

const entry = (id: string) => newIndexEntry(`/logs/sessions/${id}.jsonl`, { provider: "acme", startedAt: "2026-01-05T10:11:12.000Z" });

/** As the program writes it that shares these files: nanoseconds, an offset, no fields of ours. */
const foreign = (fields: string) =>
  `{"seq":0,"ts":"2026-01-05T10:11:12.123456789+00:00","provider":"codex","wrapper_session_id":"w-1","provider_session_id":"p-1","source_kind":"wrapper","completeness":"partial",${fields}}\n`;

test("An index that is not there is empty, and reading it makes no file", () => {
  const logsDir = tempDir();
  expect(loadSessionIndex(logsDir)).toEqual({ sessions: [] });
  expect(readdirSync(logsDir)).toEqual([]);
});

test("`updateSessionIndex()` says `LOG_IO` where something else than a file has its name", () => {
  const logsDir = tempDir();
  mkdirSync(join(logsDir, "index.json"));
  expect(() => updateSessionIndex(logsDir, (entries) => entries.set("b", entry("b")))).toThrow(expect.objectContaining({ code: "LOG_IO" }));
});

test("`updateSessionIndex()` keeps the order of the entries and writes only what changed", () => {
  const logsDir = tempDir();
  updateSessionIndex(logsDir, (entries) => entries.set("b", entry("b")).set("a", entry("a")));
  const before = statSync(join(logsDir, "index.json")).ino;
  updateSessionIndex(logsDir, (entries) => entries.set("b", { ...entry("b") }));
  expect(statSync(join(logsDir, "index.json")).ino).toBe(before);
  updateSessionIndex(logsDir, (entries) => entries.set("b", { ...entry("b"), command: "x" }));
  expect(loadSessionIndex(logsDir).sessions.map(({ wrapper_session_id: id, command }) => [id, command])).toEqual([["b", "x"], ["a", null]]);
  expect(readdirSync(logsDir).sort()).toEqual(["index.json", "locks"]);
});

test("`updateSessionIndex()` waits for who else changes the index, and not for ever", () => {
  const logsDir = tempDir();
  const lock = new FileLock(join(logsDir, "locks", "index.lock"));
  lock.tryLock();
  onTestFinished(() => lock.close());
  expect(() => updateSessionIndex(logsDir, () => {}, { timeoutMs: 20 })).toThrow(expect.objectContaining({ code: "LOCK_TIMEOUT" }));
  lock.unlock();
  updateSessionIndex(logsDir, (entries) => entries.set("a", entry("a")), { timeoutMs: 20 });
  expect(loadSessionIndex(logsDir).sessions).toHaveLength(1);
});

test("An index of the other program is read, whatever it leaves out, and written back with its own values", () => {
  const logsDir = tempDir();
  const foreignEntry = `{"wrapper_session_id":"w-1","provider":"codex","log_path":"/x.jsonl","completeness":"metadata_only","started_at":"2026-01-05T10:11:12.123456789+00:00"}`;
  writeFileSync(join(logsDir, "index.json"), `{"sessions":[${foreignEntry}]}`);
  updateSessionIndex(logsDir, (entries) => entries.set("a", entry("a")));
  expect(loadSessionIndex(logsDir).sessions[0]).toEqual({
    ...entry("w-1"),
    provider: "codex",
    log_path: "/x.jsonl",
    completeness: "metadata_only",
    started_at: "2026-01-05T10:11:12.123456789+00:00",
  });
});

for (const [what, text] of [["half a file", '{"sessions": [{"wrapper_s'], ["an empty file", ""], ["another shape", '{"sessions":[{"provider":3}]}']] as const) {
  test(`An index that is ${what} is moved aside, rebuilt from the logs and reported`, () => {
    const logsDir = tempDir();
    const writer = SessionLogWriter.create(logsDir, sessionMetadata());
    writer.emit("wrapper", { type: "session_started", command: "exec", cwd: "/work/space", resumed: false, backfilled: false });
    const good = loadSessionIndex(logsDir);
    writeFileSync(join(logsDir, "index.json"), text);
    const warnings: string[] = [];
    updateSessionIndex(logsDir, (entries) => entries.set("a", entry("a")), { onWarning: (message) => warnings.push(message) });
    expect(loadSessionIndex(logsDir).sessions).toEqual([...good.sessions, entry("a")]);
    const aside = readdirSync(logsDir).filter((name) => name.startsWith("index.json.corrupt-"));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(logsDir, aside[0] ?? ""), "utf8")).toBe(text);
    expect(warnings).toEqual([expect.stringContaining(aside[0] ?? "")]);
  });
}

test("`loadSessionIndex()` puts a corrupt index right too", () => {
  const logsDir = tempDir();
  writeFileSync(join(logsDir, "index.json"), "[]");
  expect(loadSessionIndex(logsDir)).toEqual({ sessions: [] });
  expect(readFileSync(join(logsDir, "index.json"), "utf8")).toBe('{\n  "sessions": []\n}');
});

test("`rebuildSessionIndex()` reads logs of the other program and passes over lines that are none", () => {
  const logsDir = tempDir();
  mkdirSync(join(logsDir, "sessions"));
  const path = join(logsDir, "sessions", "w-1.jsonl");
  writeFileSync(path, "not json\n{}\n");
  appendFileSync(path, foreign('"type":"session_started","command":"exec","model":null,"cwd":"/a","resumed":false,"backfilled":true'));
  appendFileSync(path, foreign('"type":"usage_limit_hit","provider":"codex","scope":"5h","fallback_used":false,"incident_id":"i"'));
  appendFileSync(path, foreign('"type":"provider_status","message":"workspace","data":"/b"'));
  appendFileSync(path, foreign('"type":"provider_status","message":"source_path","data":"/native.jsonl"'));
  appendFileSync(path, foreign('"type":"of_tomorrow","what":1').replace('"p-1"', "null").replace("partial", "full"));
  appendFileSync(path, foreign('"type":"session_ended","success":true,"error":null').replace("10:11", "10:12"));
  appendFileSync(path, '{"seq":9,"ts":"2026');
  writeFileSync(join(logsDir, "sessions", "empty.jsonl"), "");
  writeFileSync(join(logsDir, "sessions", "notes.txt"), "x");
  expect(rebuildSessionIndex(logsDir).sessions).toEqual([
    {
      wrapper_session_id: "w-1",
      provider: "codex",
      provider_session_id: "p-1",
      log_path: path,
      completeness: "partial",
      started_at: "2026-01-05T10:11:12.123456789+00:00",
      ended_at: "2026-01-05T10:12:12.123456789+00:00",
      workspace_path: "/b",
      command: "exec",
      source_paths: ["/native.jsonl"],
      backfilled: true,
    },
  ]);
});
