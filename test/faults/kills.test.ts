import { appendFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "../ingest/claude-lines.js";
import { homeProblems, plainEvents, writtenLogs } from "../helpers/home-check.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { connectServer, type ConnectedServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

/** How long servers are killed. */
const killingMs = Number(process.env["FAULT_SECONDS"] ?? 12) * 1000;
const serversAtOnce = 3;
const word = "marigold";

interface Written {
  /** Sessions whose start was acknowledged. */
  started: Set<string>;
  /** Keys of acknowledged events, with their sessions. */
  acknowledged: Map<string, string>;
  /** Keys of all events that were sent. */
  sent: Set<string>;
  /** Texts of native lines that were written whole, with their sessions. */
  native: Map<string, string>;
}

interface Home {
  home: string;
  userHome: string;
  written: Written;
  random: () => number;
}

/** One client's work on its server, until that is gone: an error result stands for a bug, a lost connection for the kill. */
async function work(server: ConnectedServer, { written, random }: Home): Promise<void> {
  const gone = (error: unknown): undefined => {
    if (error instanceof Error && /closed|Not connected|EPIPE/i.test(error.message)) return undefined;
    throw error;
  };
  const connection = { isOpen: true };
  const call = async (name: string, args: Record<string, unknown>): Promise<Record<string, unknown> | undefined> => {
    const answer = await server.call(name, args).catch(gone);
    connection.isOpen &&= answer !== undefined;
    return answer;
  };
  while (connection.isOpen) {
    const session = await call("start_session", { provider: "acme", workspace_path: server.cwd });
    if (!session) return;
    const sessionId = String(session["session_id"]);
    written.started.add(sessionId);
    for (let count = Math.floor(random() * 8); count > 0 && connection.isOpen; count -= 1) {
      const keys = Array.from({ length: 1 + Math.floor(random() * 5) }, () => `${sessionId}-${written.sent.size}-${random()}`);
      for (const key of keys) written.sent.add(key);
      const events = keys.map((key) => ({ type: "user_message", content: `${word} ${"x".repeat(random() * 3000)}`, key }));
      if (await call("emit_event", { session_id: sessionId, events })) for (const key of keys) written.acknowledged.set(key, sessionId);
    }
    if (random() < 0.5) await call("end_session", { session_id: sessionId });
    if (random() < 0.3) await call("search_sessions", { query: word, include_current: true });
    if (random() < 0.3) await call("list_sessions", {});
    if (random() < 0.2) await call("import_sessions", { force: random() < 0.5 });
  }
}

/** Sessions of an agent go on, in pieces that end anywhere. */
function growNative({ userHome, written, random }: Home): void {
  const session = Math.floor(random() * 6);
  const sessionId = uuidOf(9_000_000 + session);
  const number = written.native.size;
  const text = `${word} native ${number}`;
  const line = number % 2 ? answerLine(number, text, { sessionId, parent: number - 1 }) : promptLine(number, text, { sessionId, parent: number - 1 });
  const path = sessionPath(join(userHome, ".claude"), sessionId);
  const cut = Math.floor(random() * line.length);
  writeLines(path, line.slice(0, cut));
  appendFileSync(path, line.slice(cut));
  written.native.set(text, sessionId);
}

/** Kills one of the servers again and again, and puts a new one in its place. @returns How many were killed. */
async function killAround(home: Home): Promise<number> {
  const untilMs = Date.now() + killingMs;
  let kills = 0;
  const live = async (): Promise<void> => {
    while (Date.now() < untilMs) {
      const server = await connectServer({ home: home.home, userHome: home.userHome, args: [] });
      const working = work(server, home);
      const killAtMs = Date.now() + home.random() * 900;
      while (Date.now() < killAtMs) {
        growNative(home);
        await delay(5 + home.random() * 40);
      }
      process.kill(server.pid, "SIGKILL");
      kills += 1;
      await working;
      // What is derived may go at any time.
      if (home.random() < 0.1 && existsSync(home.home)) for (const file of readdirSync(home.home)) if (/^(import|catalogue|search)\.sqlite/.test(file)) rmSync(join(home.home, file), { force: true });
    }
  };
  await Promise.all(Array.from({ length: serversAtOnce }, live));
  return kills;
}

/** What was promised of each acknowledged write, and of each line of an agent. */
function lostOrDoubled(home: string, written: Written): string[] {
  const keyed = new Map<string, string>();
  const texts = new Map<string, string>();
  const problems: string[] = [];
  for (const path of writtenLogs(home)) {
    const id = basename(path, ".jsonl");
    for (const event of plainEvents(path)) {
      const [key, content] = [event["key"], event["content"]];
      if (typeof key === "string") keyed.set(key, id);
      if (typeof content !== "string" || !content.includes(" native ")) continue;
      if (texts.has(content)) problems.push(`"${content}" stands twice`);
      texts.set(content, id);
    }
  }
  const ids = new Set(writtenLogs(home).map((path) => basename(path, ".jsonl")));
  for (const id of written.started) if (!ids.has(id)) problems.push(`session ${id} is lost`);
  for (const [key, id] of written.acknowledged) if (keyed.get(key) !== id) problems.push(`event ${key} is lost`);
  for (const key of keyed.keys()) if (!written.sent.has(key)) problems.push(`event ${key} was never sent`);
  for (const [text, id] of written.native) if (texts.get(text) !== id) problems.push(`"${text}" is lost`);
  return problems;
}

/** The places of all hits in a session, in the order of its log. */
async function seqsFound(search: (args: Record<string, unknown>) => Promise<{ hits: { seq: number }[]; next_cursor?: string }>, sessionId: string): Promise<number[]> {
  const seqs: number[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await search({ session_id: sessionId, limit: 50, ...(cursor !== undefined && { cursor }) });
    seqs.push(...page.hits.map(({ seq }) => seq));
    cursor = page.next_cursor;
    if (cursor === undefined) return seqs.sort((one, other) => one - other);
  }
}

it("loses and doubles nothing, and answers truly, when servers are killed at any moment", { timeout: killingMs + 180_000 }, async () => {
  const seed = newSeed();
  const written: Written = { started: new Set(), acknowledged: new Map(), sent: new Set(), native: new Map() };
  const home: Home = { home: join(tempDir(), "home"), userHome: tempDir(), written, random: seededRandom(seed) };
  const kills = await killAround(home);
  const context = `seed ${seed}, ${kills} kills, ${written.acknowledged.size} events acknowledged, ${written.native.size} native lines`;
  console.log(context);

  const server = await connectServer({ home: home.home, userHome: home.userHome, args: [] });
  await waitFor("the import to be through", async () => (await server.call("import_sessions"))["events"] === 0, { timeoutMs: 30_000 });
  await waitFor("true indexes", () => homeProblems(home.home).length === 0, { timeoutMs: 15_000 }).catch(() => undefined);
  expect(homeProblems(home.home), context).toEqual([]);
  expect(lostOrDoubled(home.home, written), context).toEqual([]);

  const { total } = await server.call("list_sessions", { limit: 1 });
  expect(total, context).toBe(writtenLogs(home.home).length);
  const spoken = writtenLogs(home.home).map((path) => ({ path, events: plainEvents(path).filter(({ content }) => String(content).includes(word)) }));
  const search = async (args: Record<string, unknown>) => (await server.call("search_sessions", { query: word, limit: 50, ...args })) as { hits: { seq: number }[]; next_cursor?: string; index: { complete: boolean } };
  await waitFor("the whole index", async () => (await search({})).index.complete, { timeoutMs: 30_000 });
  for (const { path, events } of spoken) {
    const found = await seqsFound(search, basename(path, ".jsonl"));
    expect(found, `${context}, ${path}`).toEqual(events.map(({ seq }) => seq));
  }
  const { totals } = (await server.call("session_stats", {})) as { totals: { sessions: number; user_messages: number } };
  expect(totals, context).toMatchObject({ sessions: total, user_messages: spoken.flatMap(({ events }) => events).filter(({ type }) => type === "user_message").length });
});
