import { appendFileSync, mkdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import type { AgentLogEvent } from "../../src/schema/event.js";
import { readLogs } from "../helpers/logged.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { LogStore } from "../../src/log/log-store.js";
import { FileWatch } from "../../src/io/file-watch.js";
import { openIngest, type OpenIngest } from "./open-ingest.js";

const thread = "0198a0c0-0000-7000-8000-000000000001";
const own = "0198a0c0-0000-4000-8000-0000000000aa";
const fileName = `rollout-2026-11-22T10-00-00-${thread}.jsonl`;

interface Opened extends OpenIngest {
  root: string;
  rollout: string;
}

function open(options: Parameters<typeof openIngest>[0] = {}): Opened {
  const homeDir = tempDir();
  const root = join(homeDir, ".codex");
  const rollout = join(root, "sessions/2026/11/22", fileName);
  mkdirSync(dirname(rollout), { recursive: true });
  mkdirSync(join(root, "archived_sessions"));
  return { ...openIngest({ enabled: ["codex"], environment: { homeDir, variables: {}, platform: "linux" }, ...options }), root, rollout };
}

function rolloutText(): string {
  const line = (second: number, type: string, payload: object) => `${JSON.stringify({ timestamp: `2026-11-22T10:00:0${second}.000Z`, type, payload })}\n`;
  return [
    line(0, "session_meta", { id: thread, timestamp: "2026-11-22T10:00:00.000Z", cwd: "/w", originator: "codex_cli_rs", cli_version: "0.60.0", source: "cli" }),
    line(1, "turn_context", { cwd: "/w", model: "gpt-5" }),
    line(2, "event_msg", { type: "user_message", message: "hello", images: [] }),
  ].join("");
}

const log = ({ dir }: Opened, id: string): AgentLogEvent[] => readLogs(dir).get(id) ?? [];

it("names a thread whose rollout was moved to the archive", { timeout: 15_000 }, async () => {
  const opened = open();
  writeFileSync(opened.rollout, rolloutText());
  opened.ingest.startBackground();
  await opened.ingest.settled();
  await waitFor("the prompt", () => log(opened, thread).some(({ type }) => type === "user_message"));
  const archived = join(opened.root, "archived_sessions", fileName);
  renameSync(opened.rollout, archived);
  await waitFor("the new place", () => log(opened, thread).some((event) => event.type === "provider_status" && event.data === archived));
  // The first may be said by a look at the file that is still to come, the others have only themselves to bring one.
  for (const title of ["Hello", "Greeting", "Salute"]) {
    appendFileSync(join(opened.root, "session_index.jsonl"), `${JSON.stringify({ id: thread, thread_name: title, updated_at: "2026-11-22T10:00:09.000Z" })}\n`);
    await waitFor(title, () => log(opened, thread).some((event) => event.type === "provider_status" && event.message === "title" && event.data === title));
  }
});

it("gives an old thread to a session that asks for it, where nothing is imported", async () => {
  const opened = open({ writes: false, readOnly: false });
  writeFileSync(opened.rollout, rolloutText());
  const past = new Date(Date.now() - 3_600_000);
  utimesSync(opened.rollout, past, past);
  const { ingest, logs } = opened;
  const query = { provider: "codex", workspacePath: "/w", sessionId: own, callerSessionIds: [], startedAtMs: Date.now(), providerSessionId: thread };
  expect(await ingest.follow(query)).toEqual({ following: "attached" });
  const store = new LogStore(logs, { fileWatch: new FileWatch(), onWarning: () => undefined });
  await store.start({ provider: "codex", command: "mcp", workspacePath: "/w", sessionId: own, resumed: false });
  await waitFor("the prompt", () => log(opened, own).some((event) => event.type === "user_message" && event.content === "hello"));
  await store.shutdown("The test is over");
});

it("reports a packed rollout that is damaged from its first byte", async () => {
  const { ingest, rollout } = open();
  writeFileSync(`${rollout}.zst`, "no zstd at all");
  const report = await ingest.import({ dryRun: false, force: false });
  expect(report.failed).toEqual([{ path: `${rollout}.zst`, error: "EZSTD" }]);
});
