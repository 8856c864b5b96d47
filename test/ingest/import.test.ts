import { cpSync, existsSync, readFileSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../src/io/sqlite.js";
import { loadGlobalIndex } from "../../src/log/global-index.js";
import type { ImportOptions } from "../../src/schema/ports.js";
import { logPaths, readLog, readLogs } from "../helpers/logged.js";
import { samplesDir } from "../helpers/samples.js";
import { tempDir } from "../helpers/temp-dir.js";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "./claude-lines.js";
import { openIngest, type OpenIngest } from "./open-ingest.js";

const all: ImportOptions = { dryRun: false, force: false };
const id = uuidOf(900);

function writeSession(claudeDir: string, sessionId = id, first = 1): string {
  const path = sessionPath(claudeDir, sessionId);
  writeLines(path, promptLine(first, "hello", { sessionId }), answerLine(first + 1, "hi", { sessionId, parent: first }));
  return path;
}

function removeCheckpoints(dir: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(join(dir, `import.sqlite${suffix}`), { force: true });
}

/** What a session says, without the bookkeeping of where it was read. */
function textsOf(dir: string, sessionId = id): string[] {
  const events = readLogs(dir).get(sessionId) ?? [];
  return events.flatMap((event) => (event.type === "user_message" || event.type === "assistant_message" ? [event.content] : []));
}

async function again(opened: OpenIngest, options: Parameters<typeof openIngest>[0] = {}): Promise<OpenIngest> {
  await opened.close();
  return openIngest({ dir: opened.dir, claudeDir: opened.claudeDir, ...options });
}

it("imports a session once, with its own times, in order, as history", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  const path = writeSession(claudeDir);
  expect(await ingest.import(all)).toMatchObject({ imported: 1, updated: 0, unchanged: 0, failed: [], events: 4 });
  const events = readLogs(dir).get(id) ?? [];
  expect(events.map((event) => event.type)).toEqual(["session_started", "user_message", "assistant_message", "usage"]);
  expect(events[0]).toMatchObject({ seq: 1, ts: "2026-01-05T10:00:01.000Z", provider_session_id: id, backfilled: true, source_paths: [path], source_kind: "backfill" });
  expect(await ingest.import(all)).toMatchObject({ imported: 0, updated: 0, unchanged: 1, events: 0, bytes: 0 });
  expect(await ingest.import({ ...all, force: true })).toMatchObject({ imported: 0, updated: 0, unchanged: 1, events: 0 });
  expect(readLogs(dir).get(id)).toEqual(events);
});

it("appends only what a file grew by, as news", async () => {
  const first = openIngest();
  const path = writeSession(first.claudeDir);
  await first.ingest.import(all);
  const { ingest, dir } = await again(first);
  writeLines(path, promptLine(3, "more", { sessionId: id, parent: 2 }));
  const report = await ingest.import(all);
  expect(report).toMatchObject({ imported: 0, updated: 1, events: 1 });
  expect(report.bytes).toBe(promptLine(3, "more", { sessionId: id, parent: 2 }).length);
  expect(readLogs(dir).get(id)?.at(-1)).toMatchObject({ seq: 5, content: "more", source_kind: "provider_file" });
});

it("waits for the rest of a half line", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  const path = writeSession(claudeDir);
  const line = promptLine(3, "in two parts", { sessionId: id, parent: 2 });
  writeLines(path, line.slice(0, 50));
  await ingest.import(all);
  expect(textsOf(dir)).toEqual(["hello", "hi"]);
  writeLines(path, line.slice(50));
  await ingest.import(all);
  expect(textsOf(dir)).toEqual(["hello", "hi", "in two parts"]);
});

it("writes nothing twice after import.sqlite was deleted", async () => {
  const first = openIngest();
  const path = writeSession(first.claudeDir);
  await first.ingest.import(all);
  await first.close();
  removeCheckpoints(first.dir);
  const second = await again(first);
  writeLines(path, promptLine(3, "more", { sessionId: id, parent: 2 }));
  expect(await second.ingest.import(all)).toMatchObject({ updated: 1, events: 1 });
  expect(textsOf(first.dir)).toEqual(["hello", "hi", "more"]);
});

it("writes nothing twice after import.sqlite was deleted while it was in use", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  const path = writeSession(claudeDir);
  await ingest.import(all);
  removeCheckpoints(dir);
  writeLines(path, promptLine(3, "more", { sessionId: id, parent: 2 }));
  expect(await ingest.import(all)).toMatchObject({ updated: 1, events: 1 });
  expect(existsSync(join(dir, "import.sqlite"))).toBe(true);
  expect(textsOf(dir)).toEqual(["hello", "hi", "more"]);
});

it.each(["whole", "inside"])("moves a damaged import.sqlite aside, says so, and goes on (%s)", async (where) => {
  const first = openIngest();
  writeSession(first.claudeDir);
  await first.ingest.import(all);
  await first.close();
  const damaged = join(first.dir, "import.sqlite");
  const db = openDatabase(damaged);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  const bytes = readFileSync(damaged);
  removeCheckpoints(first.dir);
  // Its first page alone may be sound: then the damage shows only when the rest is read.
  writeFileSync(damaged, bytes.fill("this is no database, whatever its name says. ", where === "whole" ? 0 : 4096));
  const { ingest, dir, warnings } = await again(first);
  expect(await ingest.import(all)).toMatchObject({ unchanged: 1, events: 0, failed: [] });
  expect(warnings.join()).toContain("import.sqlite was damaged");
  expect(readdirSync(dir).some((name) => name.startsWith("import.sqlite.corrupt-"))).toBe(true);
});

it.each(["gone", "cut"])("writes again what a log lost, of all files of its session (log %s)", async (how) => {
  const first = openIngest();
  const { claudeDir, dir } = first;
  writeSession(claudeDir);
  writeLines(join(claudeDir, "projects/-w", id, "subagents/agent-abc.jsonl"), promptLine(10, "do this", { sessionId: id, agentId: "abc" }));
  await first.ingest.import(all);
  const log = logPaths(dir)[0] ?? "";
  const before = textsOf(dir);
  expect(before).toEqual(["hello", "hi", "do this"]);
  await first.close();
  if (how === "gone") rmSync(log);
  else truncateSync(log, readFileSync(log).indexOf(10) + 1);
  const { ingest } = await again(first);
  expect((await ingest.import(all)).events).toBeGreaterThan(0);
  expect(textsOf(dir)).toEqual(before);
  expect(await ingest.import(all)).toMatchObject({ unchanged: 1, events: 0, bytes: 0 });
});

it("reads a file again that was cut, replaced, or made anew, and writes only what is new", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  const path = writeSession(claudeDir);
  await ingest.import(all);
  rmSync(path);
  writeLines(path, answerLine(7, "made anew", { sessionId: id, parent: 6 }));
  await ingest.import(all);
  writeFileSync(path, `${promptLine(8, "replaced by something longer than what was there", { sessionId: id, parent: 7 })}${answerLine(9, "x".repeat(2000), { sessionId: id, parent: 8 })}`);
  await ingest.import(all);
  expect(textsOf(dir)).toEqual(["hello", "hi", "made anew", "replaced by something longer than what was there", "x".repeat(2000)]);
  expect(readLogs(dir).get(id)?.at(-1)?.source_kind).toBe("provider_file");
});

it("says once what a resumed file repeats, also when checkpoints and the original are gone", async () => {
  const first = openIngest();
  const { claudeDir, dir } = first;
  const other = uuidOf(901);
  const original = writeSession(claudeDir);
  const copy = (number: number, text: string): string => answerLine(number, text, { sessionId: other, parent: number - 1 });
  writeLines(sessionPath(claudeDir, other), copy(2, "hi"), promptLine(3, "and now", { sessionId: other, parent: 2 }));
  await first.ingest.import(all);
  expect(textsOf(dir)).toEqual(["hello", "hi"]);
  expect(textsOf(dir, other)).toEqual(["and now"]);
  expect(readLogs(dir).get(other)?.[0]).toMatchObject({ type: "session_started", resumed: true });
  await first.close();
  removeCheckpoints(dir);
  rmSync(original);
  const { ingest } = await again(first);
  writeLines(sessionPath(claudeDir, other), promptLine(4, "the end", { sessionId: other, parent: 3 }));
  await ingest.import(all);
  expect(textsOf(dir, other)).toEqual(["and now", "the end"]);
});

it("leaves excluded workspaces alone, and takes them in when they are excluded no more", async () => {
  const first = openIngest({ exclude: ["/w/secret"] });
  const { claudeDir, dir } = first;
  writeSession(claudeDir, uuidOf(902), 30);
  const path = sessionPath(claudeDir, id);
  writeLines(path, promptLine(1, "hush", { sessionId: id, cwd: "/w/secret/deep" }));
  expect(await first.ingest.import(all)).toMatchObject({ imported: 1, unchanged: 0 });
  writeLines(path, promptLine(2, "hush", { sessionId: id, cwd: "/w/secret/deep", parent: 1 }));
  expect(await first.ingest.import(all)).toMatchObject({ imported: 0, updated: 0 });
  expect(readLogs(dir).has(id)).toBe(false);
  const { ingest } = await again(first, { exclude: [] });
  expect(await ingest.import(all)).toMatchObject({ imported: 1 });
  expect(textsOf(dir)).toEqual(["hush", "hush"]);
});

it("counts on a dry run what an import would write, and writes nothing", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  const path = writeSession(claudeDir);
  expect(await ingest.import({ ...all, dryRun: true })).toMatchObject({ imported: 1, events: 4 });
  expect(readdirSync(dir)).toEqual([]);
  await ingest.import(all);
  const before = readFileSync(logPaths(dir)[0] ?? "");
  writeLines(path, promptLine(3, "more", { sessionId: id, parent: 2 }));
  expect(await ingest.import({ ...all, dryRun: true })).toMatchObject({ imported: 0, updated: 1, events: 1 });
  expect(await ingest.import({ ...all, dryRun: true, force: true })).toMatchObject({ imported: 0, updated: 1, events: 1 });
  expect(readFileSync(logPaths(dir)[0] ?? "")).toEqual(before);
});

it("joins a sub-agent's file to the session and call that spawned it", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  const folder = join(claudeDir, "projects/-w", id, "subagents");
  const agent = join(folder, "agent-abc.jsonl");
  writeLines(agent, promptLine(10, "do this", { sessionId: id, agentId: "abc" }));
  writeFileSync(join(folder, "agent-abc.meta.json"), JSON.stringify({ toolUseId: "toolu_1", agentType: "general" }));
  writeSession(claudeDir);
  expect(await ingest.import(all)).toMatchObject({ imported: 1 });
  const events = readLogs(dir).get(id) ?? [];
  expect(events.find((event) => event.type === "user_message" && event.content === "do this")).toMatchObject({ agent_id: "abc", parent_tool_id: "toolu_1" });
  expect(events.find((event) => event.type === "provider_status" && event.message === "source_path")).toMatchObject({ data: agent });
});

it("keeps a sub-agent's file whose session is gone", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  const agent = join(claudeDir, "projects/-w", id, "subagents/agent-abc.jsonl");
  writeLines(agent, promptLine(10, "do this", { sessionId: id, agentId: "abc", cwd: "/w" }));
  expect(await ingest.import(all)).toMatchObject({ imported: 1 });
  expect(readLogs(dir).get(id)?.[0]).toMatchObject({ type: "session_started", cwd: "/w", source_paths: [agent] });
  writeSession(claudeDir);
  expect(await ingest.import(all)).toMatchObject({ imported: 0, updated: 1 });
  expect(textsOf(dir)).toEqual(["do this", "hello", "hi"]);
});

it("names a log by a digest where the native id cannot, or another provider has that name", async () => {
  const { ingest, logs, dir, claudeDir } = openIngest();
  const strange = "a name that cannot be";
  writeLines(sessionPath(claudeDir, strange), promptLine(1, "one", { sessionId: strange }));
  writeSession(claudeDir, id, 20);
  logs.create(id, { provider: "other", providerSessionId: null }, join(dir, "logs"));
  logs.append(id, [{ sourceKind: "wrapper", kind: { type: "stderr", message: "mine" } }]);
  expect(await ingest.import(all)).toMatchObject({ imported: 2 });
  const names = [...readLogs(dir).keys()].filter((name) => name !== id);
  expect(names).toHaveLength(2);
  for (const name of names) expect(name).toMatch(/^claude-[0-9a-f]{32}$/);
  expect(readLogs(dir).get(id)).toHaveLength(1);
});

it("writes both indexes", async () => {
  const { ingest, dir, claudeDir, close } = openIngest();
  const path = writeSession(claudeDir);
  writeSession(claudeDir, uuidOf(903), 40);
  await ingest.import(all);
  const { sessions } = JSON.parse(readFileSync(join(dir, "logs/index.json"), "utf8")) as { sessions: { wrapper_session_id: string }[] };
  expect(sessions).toHaveLength(2);
  expect(sessions.find((session) => session.wrapper_session_id === id)).toMatchObject({
    provider: "claude",
    provider_session_id: id,
    started_at: "2026-01-05T10:00:01.000Z",
    ended_at: null,
    workspace_path: "/w",
    command: "claude",
    source_paths: [path],
    backfilled: true,
  });
  await close();
  expect(loadGlobalIndex(dir).sessions.map((session) => session.session_id).toSorted()).toEqual([id, uuidOf(903)].toSorted());
});

it("leaves a log alone that another program fills from the same native session", async () => {
  const { ingest, logs, dir, claudeDir } = openIngest();
  writeSession(claudeDir);
  logs.create(id, { provider: "claude", providerSessionId: id }, join(dir, "logs"));
  logs.append(id, [{ sourceKind: "backfill", kind: { type: "user_message", role: "user", content: "hello", message_id: null } }]);
  expect(await ingest.import(all)).toMatchObject({ imported: 0, updated: 0, failed: [] });
  expect(textsOf(dir)).toEqual(["hello"]);
});

it("refuses a provider that it does not know, and an import where nothing may be written", async () => {
  await expect(openIngest().ingest.import({ ...all, providers: ["claude", "nobody"] })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await expect(openIngest({ writes: false, readOnly: true }).ingest.import(all)).rejects.toMatchObject({ code: "READ_ONLY" });
});

it("stops when it is cancelled; what was imported stays", async () => {
  const { ingest, dir, claudeDir } = openIngest();
  for (let nth = 0; nth < 20; nth += 1) writeSession(claudeDir, uuidOf(1000 + nth), 100 + nth * 2);
  const cancel = new AbortController();
  const onProgress = ({ files }: { files: number }): void => {
    if (files >= 1) cancel.abort(new Error("enough"));
  };
  await expect(ingest.import({ ...all, signal: cancel.signal, onProgress })).rejects.toThrow("enough");
  const imported = readLogs(dir).size;
  expect(await ingest.import(all)).toMatchObject({ imported: 20 - imported, failed: [] });
});

it("names a file as a source of its session also where the first read of it said nothing", async () => {
  const { ingest, claudeDir, dir } = openIngest();
  writeSession(claudeDir);
  const agent = join(claudeDir, "projects/-w", id, "subagents/agent-abc.jsonl");
  writeLines(agent, "\n");
  await ingest.import(all);
  writeLines(agent, promptLine(10, "do this", { sessionId: id, agentId: "abc" }));
  await ingest.import(all);
  writeLines(agent, promptLine(11, "and this", { sessionId: id, agentId: "abc", parent: 10 }));
  await ingest.import(all);
  const sources = readLogs(dir).get(id)?.filter((event) => event.type === "provider_status" && event.message === "source_path");
  expect(sources).toMatchObject([{ data: agent }]);
});

it("tells how far it is", async () => {
  const { ingest, claudeDir } = openIngest();
  writeSession(claudeDir);
  const told: { files: number; filesTotal: number; bytes: number; bytesTotal: number; events: number }[] = [];
  const { bytes, events } = await ingest.import({ ...all, onProgress: (progress) => told.push(progress) });
  expect(told.at(-1)).toEqual({ files: 1, filesTotal: 1, bytes, bytesTotal: bytes, events });
});

it("leaves files alone that were last written before `sinceMs`", async () => {
  const { ingest, claudeDir } = openIngest();
  writeSession(claudeDir);
  expect(await ingest.import({ ...all, sinceMs: Date.now() + 60_000 })).toMatchObject({ imported: 0, unchanged: 0 });
  expect(await ingest.import({ ...all, sinceMs: Date.now() - 60_000 })).toMatchObject({ imported: 1 });
});

it.skipIf(!samplesDir)("gives of all samples the same logs again when checkpoints are gone", async () => {
  const claudeDir = join(tempDir(), ".claude");
  cpSync(join(samplesDir ?? "", "claude"), claudeDir, { recursive: true });
  const first = openIngest({ claudeDir });
  const { imported, failed } = await first.ingest.import(all);
  expect(failed).toEqual([]);
  const before = logPaths(first.dir).map(readLog);
  expect(before).toHaveLength(imported);
  await first.close();
  removeCheckpoints(first.dir);
  const { ingest, dir } = await again(first);
  expect(await ingest.import(all)).toMatchObject({ imported: 0, updated: 0, events: 0, failed: [] });
  expect(logPaths(dir).map(readLog)).toEqual(before);
});

it("counts a session once as unchanged whatever files it has, and not where one of them grew", async () => {
  const first = openIngest();
  writeSession(first.claudeDir);
  const other = writeSession(first.claudeDir, uuidOf(901), 3);
  const agent = join(first.claudeDir, "projects/-w", id, "subagents", "agent-abc.jsonl");
  writeLines(agent, promptLine(10, "do this", { sessionId: id, agentId: "abc" }));
  expect(await first.ingest.import(all)).toMatchObject({ imported: 2 });
  const second = await again(first);
  expect(await second.ingest.import(all)).toMatchObject({ updated: 0, unchanged: 2, events: 0, byProvider: { claude: { unchanged: 2 } } });
  writeLines(agent, promptLine(11, "and this", { sessionId: id, agentId: "abc", parent: 10 }));
  expect(await second.ingest.import(all)).toMatchObject({ updated: 1, unchanged: 1, events: 1 });
  utimesSync(other, new Date(0), new Date(0));
  expect(await second.ingest.import(all)).toMatchObject({ updated: 0, unchanged: 2 });
  expect(await second.ingest.import({ ...all, sinceMs: 1000 })).toMatchObject({ updated: 0, unchanged: 1 });
});

it("keeps apart what lies in folders with like names, whatever characters they have", async () => {
  const first = openIngest();
  const folders = ["-w", "-w0", "-w\u{1F600}", "-w\u{1F600}.", "-w%_"];
  for (const [nth, folder] of folders.entries()) {
    const sessionId = uuidOf(910 + nth);
    writeLines(sessionPath(first.claudeDir, sessionId, folder), promptLine(20 + nth, "hello", { sessionId }));
  }
  expect(await first.ingest.import(all)).toMatchObject({ imported: 5 });
  expect(await (await again(first)).ingest.import(all)).toMatchObject({ imported: 0, updated: 0, unchanged: 5, bytes: 0 });
});
