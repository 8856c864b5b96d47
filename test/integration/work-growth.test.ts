import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "../ingest/claude-lines.js";
import { readTraffic, sumOf, trafficInto, type FileTraffic } from "../helpers/file-traffic.js";
import { connectServer, serverPath } from "../helpers/server.js";
import { canTrace } from "../helpers/system-calls.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

const projects = 5;

interface Tree {
  claudeDir: string;
  home: string;
}

/** A history of `sessions` sessions, spread over the folders of a few projects. */
function writeTree(sessions: number): Tree {
  const base = tempDir();
  const claudeDir = join(base, "claude");
  for (let nth = 0; nth < sessions; nth += 1) {
    const cwd = join(base, `project-${nth % projects}`);
    mkdirSync(join(cwd, ".git"), { recursive: true });
    const options = { sessionId: uuidOf(nth), cwd };
    const lines = [promptLine(nth * 10 + 1, `ask ${nth}`, options), answerLine(nth * 10 + 2, "answer ".repeat(5000), { ...options, parent: nth * 10 + 1 })];
    writeLines(sessionPath(claudeDir, uuidOf(nth), `-project-${nth % projects}`), ...lines);
  }
  return { claudeDir, home: join(base, "home") };
}

function importOf({ claudeDir, home }: Tree, under: readonly string[] = []): Record<string, unknown> {
  const [command = "", ...args] = [...under, process.execPath, serverPath, "import", "--json", "--home", home, "--providers", "claude"];
  return JSON.parse(execFileSync(command, args, { env: { PATH: process.env["PATH"] ?? "", HOME: join(claudeDir, ".."), CLAUDE_CONFIG_DIR: claudeDir }, encoding: "utf8" }));
}

function tracedImport(tree: Tree): { report: Record<string, unknown>; traffic: Map<string, FileTraffic> } {
  const traced = join(tempDir(), "calls");
  const report = importOf(tree, trafficInto(traced));
  return { report, traffic: readTraffic(traced) };
}

const isNative = ({ claudeDir }: Tree) => (path: string): boolean => path.startsWith(`${claudeDir}/`) && path.endsWith(".jsonl");
const isLog = ({ home }: Tree) => (path: string): boolean => path.startsWith(`${home}/`) && path.endsWith(".jsonl");
/** The memory that SQLite shares between processes is a file, and is made with each first opening. */
const isKept = ({ home }: Tree) => (path: string): boolean => path.startsWith(`${home}/`) && !path.endsWith("-shm");

it.skipIf(!canTrace())("a second import of an unchanged history opens no file of it and no log, writes nothing, and looks at each file and its log as often as at those of a shorter one", () => {
  const looksOf = (sessions: number): number => {
    const tree = writeTree(sessions);
    expect(importOf(tree)).toMatchObject({ imported: sessions, failed: [] });
    const { report, traffic } = tracedImport(tree);
    expect(report).toMatchObject({ imported: 0, updated: 0, unchanged: sessions, events: 0, bytes: 0 });
    expect(sumOf(traffic, isNative(tree))).toMatchObject({ opens: 0, readBytes: 0, looks: sessions });
    expect(sumOf(traffic, isLog(tree))).toMatchObject({ opens: 0, readBytes: 0, looks: sessions });
    expect(sumOf(traffic, isKept(tree)).writtenBytes).toBe(0);
    return sumOf(traffic, () => true).looks;
  };
  const [few, many] = [looksOf(20), looksOf(60)];
  // Each file and its log; how often a lock is looked at depends on the time.
  expect(many - few).toBeLessThan(40 * 2 + 10);
});

it.skipIf(!canTrace())("one line that was appended to a history is one record read and one event written, and no other file of it is opened", () => {
  const tree = writeTree(30);
  importOf(tree);
  const line = promptLine(999, "and one more", { sessionId: uuidOf(7), parent: 72 });
  const grown = sessionPath(tree.claudeDir, uuidOf(7), "-project-2");
  writeLines(grown, line);
  const { report, traffic } = tracedImport(tree);
  expect(report).toMatchObject({ imported: 0, updated: 1, unchanged: 29, events: 1, bytes: line.length });
  const [headBytes, placeBytes] = [1024, 4096];
  const { opens, readBytes } = sumOf(traffic, isNative(tree));
  expect(traffic.get(grown)).toMatchObject({ opens, readBytes });
  // Its beginning, and what stands before the place where reading goes on, tell that it is the file that it was: they are read to know that, and to keep how they look now.
  expect(readBytes).toBeLessThanOrEqual(line.length + 2 * headBytes + 2 * placeBytes);
  expect(statSync(grown).size).toBeGreaterThan(30_000);
  const logs = sumOf(traffic, (path) => isLog(tree)(path) && !path.includes(uuidOf(7)));
  expect(logs).toMatchObject({ opens: 0, readBytes: 0, writtenBytes: 0 });
});

it.skipIf(!canTrace())("the last events of a long session are answered after reading less than 1 MiB of its log", async () => {
  const home = join(tempDir(), "home");
  const writer = await connectServer({ home });
  const { session_id } = await writer.call("start_session", { provider: "script" });
  const message = "long ".repeat(2000);
  for (let batch = 0; batch < 10; batch += 1) {
    const events = Array.from({ length: 100 }, (_, nth) => ({ type: "user_message", content: `${batch * 100 + nth} ${message}` }));
    await writer.call("emit_event", { session_id, events });
  }
  await writer.call("end_session", { session_id });
  await waitFor("an index that holds all", async () => ((await writer.call("search_sessions", { query: "999" }))["index"] as { complete?: boolean }).complete === true);
  const { log_path } = (await writer.call("list_sessions", { detail: "full" }) as { sessions: { log_path: string }[] }).sessions[0] ?? { log_path: "" };
  await writer.client.close();
  expect(statSync(log_path).size).toBeGreaterThan(8 << 20);

  const traced = join(tempDir(), "calls");
  const reader = await connectServer({ home, under: trafficInto(traced), args: ["--no-import", "--read-only"] });
  const { last_seq, events } = (await reader.call("read_session", { session_id, limit: 20, max_bytes: 200_000 })) as { last_seq: number; events: { text: string }[] };
  expect(last_seq).toBe(1002);
  expect(events.some(({ text }) => text.startsWith("999 "))).toBe(true);
  await reader.client.close();
  const { opens, readBytes } = await waitFor("the end of the trace", () => readTraffic(traced).get(log_path));
  expect(opens).toBeGreaterThan(0);
  expect(readBytes).toBeLessThanOrEqual(1 << 20);
});
