import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { homeProblems } from "../helpers/home-check.js";
import { connectServer, type ConnectedServer, type ServerOptions } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { promptLine, sessionPath, uuidOf, writeLines } from "../ingest/claude-lines.js";

const hourMs = 3_600_000;
const preload = pathToFileURL(fileURLToPath(new URL("../helpers/clock.mjs", import.meta.url))).href;
const native = uuidOf(7_100_001);

/** The environment of a process whose clock `set` sets. */
function clock(): { env: Record<string, string>; set(aheadMs: number): void } {
  const file = join(tempDir(), "ahead");
  const set = (aheadMs: number): void => writeFileSync(file, String(aheadMs));
  set(0);
  return { env: { NODE_OPTIONS: `--import=${preload}`, CLOCK_FILE: file }, set };
}

async function serve(options: ServerOptions): Promise<ConnectedServer & { texts(id: string): Promise<unknown[]> }> {
  const server = await connectServer({ args: [], ...options });
  const texts = async (id: string): Promise<unknown[]> => {
    const { events } = await server.call("read_session", { session_id: id, from: "start", types: ["user_event", "user_message"] });
    return (events as { text: string }[]).map(({ text }) => text);
  };
  return { ...server, texts };
}

it("a clock that is set back an hour loses nothing: events, native files and waits go on, and nothing is live for ever", async () => {
  const userHome = tempDir();
  const path = sessionPath(join(userHome, ".claude"), native);
  const { env, set } = clock();
  set(hourMs);
  const server = await serve({ userHome, env });
  writeLines(path, promptLine(1, "before", { sessionId: native }));
  await waitFor("the import", async () => (await server.call("list_sessions", { provider: "claude" }))["total"] === 1);
  await server.call("start_session", { provider: "acme", session_id: "s1" });
  await server.call("emit_event", { session_id: "s1", message: "at eleven" });
  expect(await server.call("list_sessions", { provider: "acme" })).toMatchObject({ sessions: [{ session_id: "s1", status: "live" }] });
  set(0);
  const { last_seq: last } = await server.call("emit_event", { session_id: "s1", message: "at ten" });
  const waiting = server.call("wait_for_events", { session_id: "s1", after_seq: last, timeout_ms: 10_000 });
  await server.call("emit_event", { session_id: "s1", message: "a minute later" });
  expect(await waiting).toMatchObject({ events: [{ text: "a minute later" }] });
  writeLines(path, promptLine(2, "after", { sessionId: native, parent: 1 }));
  await waitFor("what came after", async () => (await server.texts(native)).length === 2);
  expect(await server.texts("s1")).toEqual(["at eleven", "at ten", "a minute later"]);
  expect(await server.texts(native)).toEqual(["before", "after"]);
  await server.call("end_session", { session_id: "s1" });
  expect(await server.call("search_sessions", { query: "eleven", include_current: true })).toMatchObject({ total: 1 });
  await waitFor("true indexes", () => homeProblems(server.home).length === 0, { timeoutMs: 5000 }).catch(() => undefined);
  expect(homeProblems(server.home)).toEqual([]);
  expect(server.stderr()).toBe("");
});

it("what a killed server with a clock ahead left is not live to one whose clock is right, which goes on with it", async () => {
  const { env, set } = clock();
  set(hourMs);
  const ahead = await serve({ env });
  await ahead.call("start_session", { provider: "acme", session_id: "s1", prompt: "from ahead" });
  process.kill(ahead.pid, "SIGKILL");
  const server = await serve({ home: ahead.home });
  expect(await server.call("list_sessions", { include_children: true })).toMatchObject({ sessions: [{ session_id: "s1", status: "stale" }] });
  await server.call("start_session", { provider: "acme", session_id: "s1", resumed: true });
  const { last_seq: last } = await server.call("emit_event", { session_id: "s1", message: "from now" });
  const lines = readFileSync(join(ahead.home, "logs", "sessions", "s1.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line) as { seq: number });
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, nth) => nth + 1));
  expect(lines.at(-1)?.seq).toBe(last);
});

it("a native file that bears a time far ahead is imported, and followed", async () => {
  const userHome = tempDir();
  const path = sessionPath(join(userHome, ".claude"), native);
  writeLines(path, promptLine(1, "first", { sessionId: native }));
  const aheadS = Date.now() / 1000 + 86_400;
  utimesSync(path, aheadS, aheadS);
  const server = await serve({ userHome });
  await waitFor("the import", async () => (await server.call("list_sessions", {}))["total"] === 1);
  writeLines(path, promptLine(2, "second", { sessionId: native, parent: 1 }));
  await waitFor("what came after", async () => (await server.texts(native)).length === 2);
  expect(await server.texts(native)).toEqual(["first", "second"]);
});
