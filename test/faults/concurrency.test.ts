import { execFile } from "node:child_process";
import { appendFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "../ingest/claude-lines.js";
import { plainEvents, writtenLogs } from "../helpers/home-check.js";
import { logPaths } from "../helpers/logged.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { connectServer, serverPath, type ConnectedServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

/** How long all of it goes on. */
const workMs = Number(process.env["FAULT_SECONDS"] ?? 12) * 1000;
const serversAtOnce = 6;
const word = "marigold";

interface World {
  home: string;
  userHome: string;
  random: () => number;
  untilMs: number;
  /** Sessions whose start was acknowledged; all may write to any. */
  sessions: string[];
  /** Acknowledged keys of each writer, in its order, by session. */
  acknowledged: Map<string, string[]>;
  native: Map<string, string>;
  /** What a command or call said that it should not have said. */
  complaints: string[];
  counts: Record<string, number>;
}

const pick = <T>(list: readonly T[], random: () => number): T | undefined => list[Math.floor(random() * list.length)];

/** A lost connection stands for a kill. */
function isGone(error: unknown): boolean {
  return error instanceof Error && /connection closed|Not connected|EPIPE/i.test(error.message);
}

/** Another writer ended the session, or there is none yet. */
function isOutOfDate(error: unknown): boolean {
  return error instanceof Error && /^SESSION_(?:ENDED|NOT_FOUND):/.test(error.message);
}

/** One client's work, until its server is gone or the time is over. */
async function work(server: ConnectedServer, world: World, name: string): Promise<void> {
  const { random } = world;
  const connection = { isOpen: true };
  const call = async (tool: string, args: Record<string, unknown> = {}): Promise<Record<string, unknown> | undefined> => {
    world.counts[tool] = (world.counts[tool] ?? 0) + 1;
    try {
      return await server.call(tool, args);
    } catch (error) {
      connection.isOpen &&= !isGone(error);
      if (!isGone(error) && !isOutOfDate(error)) world.complaints.push(`${tool}: ${String(error)}`);
      return undefined;
    }
  };
  let sent = 0;
  const emit = async (sessionId: string): Promise<void> => {
    const keys = Array.from({ length: 1 + Math.floor(random() * 5) }, () => `${name}-${sent++}`);
    const events = keys.map((key) => ({ type: "user_message", content: `${word} ${"x".repeat(random() * 2000)}`, key }));
    if (!(await call("emit_event", { session_id: sessionId, events }))) return;
    const writer = `${sessionId} ${name}`;
    world.acknowledged.set(writer, [...(world.acknowledged.get(writer) ?? []), ...keys]);
  };
  const deeds: (() => Promise<unknown>)[] = [
    () => call("start_session", { provider: "acme", session_id: pick(world.sessions, random) ?? "first", resumed: true }),
    async () => {
      const session = await call("start_session", { provider: "acme", workspace_path: random() < 0.5 ? server.cwd : join(server.cwd, name) });
      if (session) world.sessions.push(String(session["session_id"]));
    },
    ...Array.from({ length: 6 }, () => () => emit(pick(world.sessions, random) ?? "none")),
    () => call("end_session", { session_id: pick(world.sessions, random) ?? "none" }),
    () => call("search_sessions", { query: word, include_current: true, match: random() < 0.8 ? "words" : "substring" }),
    () => call("list_sessions", { detail: "full" }),
    () => call("read_session", { session_id: pick(world.sessions, random) ?? "none", limit: 20 }),
    () => call("wait_for_events", { session_id: pick(world.sessions, random) ?? "none", timeout_ms: 200 }),
    () => call("session_stats", { group_by: "day" }),
    () => call("import_sessions", { force: random() < 0.3 }),
    async () => {
      const uri = `session-log:///sessions/${pick(world.sessions, random) ?? "none"}/events.jsonl`;
      await server.client.subscribeResource({ uri }).catch(() => undefined);
    },
  ];
  while (connection.isOpen && Date.now() < world.untilMs) await pick(deeds, random)?.();
}

/** Servers that work one after the other in one place, most of them killed in the end. */
async function serve(world: World, place: number): Promise<void> {
  for (let nth = 0; Date.now() < world.untilMs; nth += 1) {
    const server = await connectServer({ home: world.home, userHome: world.userHome, args: [] });
    const working = work(server, world, `w${place}-${nth}`);
    await Promise.race([working, delay(1000 + world.random() * 5000)]);
    if (world.random() < 0.6) process.kill(server.pid, "SIGKILL");
    await server.client.close().catch(() => undefined);
    await working;
  }
}

function command(world: World, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env["PATH"] ?? "", HOME: world.userHome }, maxBuffer: 1 << 28 };
    execFile(process.execPath, [serverPath, ...args, "--home", world.home], options, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }));
  });
}

/** Commands of people, one after the other. */
async function runCommands(world: World): Promise<void> {
  const lines = [["import"], ["rebuild"], ["doctor", "--check", "--json"], ["doctor", "--json"]];
  for (let nth = 0; Date.now() < world.untilMs; nth += 1) {
    const line = lines[nth % lines.length] ?? [];
    const { code, out, err } = await command(world, ...line);
    world.counts[line.join(" ")] = (world.counts[line.join(" ")] ?? 0) + 1;
    // A killed server may leave half a line, or an index that nobody has told yet: that is a finding, no failure.
    const isCheck = line.includes("--check");
    if (code !== 0 && !isCheck) world.complaints.push(`${line.join(" ")}: ${code} ${err}`);
    if (isCheck && !out.startsWith("{")) world.complaints.push(`check: ${code} ${err}`);
  }
}

async function growNative(world: World): Promise<void> {
  while (Date.now() < world.untilMs) {
    const sessionId = uuidOf(7_000_000 + Math.floor(world.random() * 5));
    const number = world.native.size;
    const text = `${word} native ${number}`;
    const make = number % 2 ? answerLine : promptLine;
    const line = make(number, text, { sessionId, parent: number - 1 });
    const cut = Math.floor(world.random() * line.length);
    const path = sessionPath(join(world.userHome, ".claude"), sessionId);
    writeLines(path, line.slice(0, cut));
    appendFileSync(path, line.slice(cut));
    world.native.set(text, sessionId);
    await delay(5 + world.random() * 40);
  }
}

/** What was promised of each acknowledged event, and of each line of an agent. */
function lostOrDisordered({ home, sessions, acknowledged, native }: World): string[] {
  const logs = new Map(writtenLogs(home).map((path) => [basename(path, ".jsonl"), plainEvents(path)]));
  const problems = sessions.filter((id) => !logs.has(id)).map((id) => `session ${id} is lost`);
  for (const [writer, keys] of acknowledged) {
    const own = (logs.get(writer.split(" ")[0] ?? "") ?? []).flatMap(({ key }) => (typeof key === "string" ? [key] : []));
    const places = keys.map((key) => own.indexOf(key));
    if (places.some((place, nth) => place < 0 || place <= (places[nth - 1] ?? -1))) problems.push(`${writer}: an acknowledged event is lost or out of order`);
    if (keys.some((key) => own.indexOf(key) !== own.lastIndexOf(key))) problems.push(`${writer}: an event stands twice`);
  }
  const said = [...logs].flatMap(([id, events]) => events.flatMap(({ content }) => (typeof content === "string" && content.includes(" native ") ? [`${id} ${content}`] : [])));
  if (new Set(said).size !== said.length) problems.push("a native line stands twice");
  for (const [text, id] of native) if (!said.includes(`${id} ${text}`)) problems.push(`"${text}" is lost`);
  return problems;
}

it("eight processes on one home do everything at once, and nothing is lost, doubled or out of step", { timeout: workMs + 180_000 }, async () => {
  const seed = newSeed();
  const world: World = {
    home: join(tempDir(), "home"),
    userHome: tempDir(),
    random: seededRandom(seed),
    untilMs: Date.now() + workMs,
    sessions: [],
    acknowledged: new Map(),
    native: new Map(),
    complaints: [],
    counts: {},
  };
  const places = Array.from({ length: serversAtOnce }, (_, place) => serve(world, place));
  await Promise.all([...places, runCommands(world), runCommands(world), growNative(world)]);
  const events = [...world.acknowledged.values()].reduce((sum, keys) => sum + keys.length, 0);
  const context = `seed ${seed}, ${world.sessions.length} sessions, ${events} events acknowledged, ${world.native.size} native lines, ${JSON.stringify(world.counts)}`;
  console.log(context);
  expect(world.complaints, context).toEqual([]);

  const server = await connectServer({ home: world.home, userHome: world.userHome, args: [] });
  await waitFor("the import to be through", async () => (await server.call("import_sessions"))["events"] === 0, { timeoutMs: 30_000 });
  expect(lostOrDisordered(world), context).toEqual([]);
  await server.call("list_sessions");
  const checked = await waitFor("a check without a fault", async () => ((last = await command(world, "doctor", "--check", "--json")).code === 0 ? last : undefined), { timeoutMs: 30_000 }).catch(() => undefined);
  expect(checked?.code, `${context}\n${last?.out}`).toBe(0);
  const { check } = JSON.parse(last?.out ?? "{}") as { check: { logs: number; events: number; findings: { severity: string }[] } };
  expect(check.findings.filter(({ severity }) => severity === "fault"), context).toEqual([]);
  // A server that was killed in start_session may have made a log and written nothing.
  expect(check.logs, context).toBe(logPaths(world.home).length);
  expect(server.stderr(), context).toBe("");
});

/** The last check, for its findings where it fails. */
let last: { code: number; out: string } | undefined;
