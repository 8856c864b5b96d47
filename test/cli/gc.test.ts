import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/io/sqlite.js";
import { homeProblems } from "../helpers/home-check.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { connectServer, serverPath, type ConnectedServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";
import { answerLine, promptLine, sessionPath, uuidOf, writeLines } from "../ingest/claude-lines.js";

const secretWord = "quixotry";
const keptWord = "lilac";
const longAgo = new Date("2026-01-06T00:00:00Z");

function start(args: readonly string[], { home, userHome = tempDir() }: { home: string; userHome?: string }) {
  const child = spawn(process.execPath, [serverPath, ...args, "--home", home], { env: { PATH: process.env["PATH"] ?? "", HOME: userHome } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<{ code: number | string; out: string; err: string }>((resolve) => child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "", out, err })));
  return { child, ended };
}

async function run(args: readonly string[], place: { home: string; userHome?: string }, exitCode = 0): Promise<Record<string, unknown>> {
  const { code, out, err } = await start([...args, "--json"], place).ended;
  expect({ code, err }).toEqual({ code: exitCode, err: "" });
  return JSON.parse(out) as Record<string, unknown>;
}

/** Files of a home in which a text stands, whatever kind of file it is; back to front, as keys of paths are, it counts too. */
function holding(home: string, text: string): string[] {
  const reversed = [...text].toReversed().join("");
  return readdirSync(home, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(home, name);
    const bytes = statSync(path).isFile() ? readFileSync(path).toString("latin1").toLowerCase() : "";
    return name.includes(text) || bytes.includes(text) || bytes.includes(reversed);
  });
}

/** A user's home in which Claude Code wrote two sessions a while ago: the first holds the secret word, also as a file that a tool read. */
function nativeHistory(): { userHome: string; doomed: string; kept: string; path: string } {
  const userHome = tempDir();
  const [doomed, kept] = [uuidOf(101), uuidOf(202)];
  const claudeDir = join(userHome, ".claude");
  const path = sessionPath(claudeDir, doomed);
  writeLines(path, promptLine(1, `about ${secretWord} and more`, { sessionId: doomed }), answerLine(2, `the ${secretWord} is in /w/${secretWord}.txt`, { sessionId: doomed, parent: 1 }));
  writeLines(sessionPath(claudeDir, kept), promptLine(11, `about ${keptWord}`, { sessionId: kept }), answerLine(12, "it blooms", { sessionId: kept, parent: 11 }));
  for (const id of [doomed, kept]) utimesSync(sessionPath(claudeDir, id), longAgo, longAgo);
  return { userHome, doomed, kept, path };
}

async function imported(): Promise<ReturnType<typeof nativeHistory> & { home: string }> {
  const native = nativeHistory();
  const home = join(tempDir(), "home");
  expect(await run(["import"], { home, userHome: native.userHome })).toMatchObject({ imported: 2 });
  await run(["rebuild"], { home });
  return { ...native, home };
}

function isThere(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, command)));
}

async function found(server: ConnectedServer, query: string): Promise<number> {
  const page = await waitFor("the whole index", async () => {
    const answer = await server.call("search_sessions", { query, include_current: true });
    return (answer["index"] as { complete: boolean }).complete && answer;
  });
  return Number(page["total"]);
}

it("shows what it would remove, and removes nothing without --yes where nobody can be asked", async () => {
  const { home, userHome, doomed } = await imported();
  const shown = await start(["gc", "--older-than", "1d"], { home, userHome }).ended;
  expect(shown).toMatchObject({ code: 0, err: "" });
  expect(shown.out).toContain(`  ${doomed}  claude`);
  expect(shown.out).toContain("2 sessions, 0.00 MB; 0 stay\nNothing was removed. Give --yes to remove them.\n");
  const report = await run(["gc", "--session", doomed.slice(0, 36)], { home, userHome });
  expect(report).toMatchObject({ removed: false, sessions: [{ session_id: doomed, provider: "claude", bytes: expect.any(Number) }], kept: [], staying: 1 });
  expect(await run(["gc", "--older-than", "10000w"], { home, userHome })).toEqual({ removed: false, sessions: [], bytes: 0, kept: [], children: [], staying: 2 });
  expect(holding(home, doomed).length).toBeGreaterThan(0);
});

it("leaves no byte of a removed session in the home but its key, and no import brings it back", async () => {
  const { home, userHome, doomed, kept } = await imported();
  writeFileSync(join(home, "search.sqlite.corrupt-2026-01-01T00-00-00-000Z"), secretWord, { mode: 0o600 });
  const logs = join(home, "logs");
  writeFileSync(join(logs, "sessions", `${doomed}.jsonl.corrupt-2026-01-01T00-00-00-000Z`), secretWord);
  expect(holding(home, secretWord)).toEqual(expect.arrayContaining(["search.sqlite", "catalogue.sqlite", `logs/sessions/${doomed}.jsonl`]));
  expect(await run(["gc", "--session", doomed, "--yes"], { home, userHome })).toMatchObject({ removed: true, sessions: [{ session_id: doomed }], staying: 1 });
  expect(holding(home, secretWord)).toEqual([]);
  expect(holding(home, doomed)).toEqual(["logs/backfill_state.json"]);
  expect(JSON.parse(readFileSync(join(logs, "backfill_state.json"), "utf8"))).toEqual({ version: 0, imported_session_keys: [`claude:${doomed}`] });
  expect(homeProblems(home)).toEqual([]);
  const nothing = { imported: 0, updated: 0, events: 0, failed: [] };
  expect(await run(["import"], { home, userHome })).toMatchObject(nothing);
  expect(await run(["import", "--force"], { home, userHome })).toMatchObject(nothing);
  for (const name of ["import", "catalogue", "search"]) rmSync(join(home, `${name}.sqlite`));
  expect(await run(["import"], { home, userHome })).toMatchObject(nothing);
  await run(["rebuild"], { home, userHome });
  expect(readdirSync(join(logs, "sessions"))).toEqual([`${kept}.jsonl`]);
  expect(holding(home, secretWord)).toEqual([]);
});

it("leaves what goes on in the agent's own file outside too, and says that a child stays", async () => {
  const { home, userHome, doomed, path } = await imported();
  const writer = await connectServer({ home });
  const { session_id: child } = await writer.call("start_session", { provider: "acme", parent_session_id: doomed });
  await writer.client.close();
  const report = await run(["gc", "--session", doomed, "--yes"], { home, userHome });
  expect(report["children"]).toEqual([{ session_id: child, parent: doomed }]);
  appendFileSync(path, promptLine(3, `more of ${secretWord}`, { sessionId: doomed, parent: 2 }));
  expect(await run(["import"], { home, userHome })).toMatchObject({ imported: 0, events: 0 });
  expect(existsSync(join(home, "logs/sessions", `${doomed}.jsonl`))).toBe(false);
});

it("keeps what is being written, and says why", async () => {
  const { home, userHome, doomed, path } = await imported();
  const server = await connectServer({ home });
  const { session_id: live } = await server.call("start_session", { provider: "acme", prompt: "on it" });
  expect(await run(["gc", "--session", String(live), "--yes"], { home, userHome }, 1)).toMatchObject({ sessions: [], kept: [{ session_id: live, because: "it is being written" }] });
  utimesSync(path, new Date(), new Date());
  expect(await run(["gc", "--session", doomed, "--yes"], { home, userHome }, 1)).toMatchObject({ sessions: [], kept: [{ session_id: doomed }] });
  expect(await server.call("emit_event", { session_id: live, message: "still here" })).toMatchObject({ count: 1 });
  expect(existsSync(join(home, "logs/sessions", `${doomed}.jsonl`))).toBe(true);
});

it("works beside a server: it neither finds nor makes anew what was removed, and goes on with the rest", async () => {
  const { home, userHome, doomed, path } = await imported();
  const server = await connectServer({ home, userHome, args: [] });
  expect(await found(server, secretWord)).toBeGreaterThan(0);
  const { session_id: own } = await server.call("start_session", { provider: "acme", prompt: `remember ${secretWord}` });
  await server.call("emit_event", { session_id: own, event: { type: "tool_call", tool_name: "Read", tool_id: "t1", input: { file_path: `/w/${secretWord}.txt` } } });
  await server.call("end_session", { session_id: own });
  expect(await found(server, secretWord)).toBeGreaterThan(2);
  expect(await run(["gc", "--session", String(own), "--yes"], { home, userHome })).toMatchObject({ removed: true });
  expect(await run(["gc", "--session", doomed, "--yes"], { home, userHome })).toMatchObject({ removed: true });
  expect(await found(server, secretWord)).toBe(0);
  expect(await server.failure("read_session", { session_id: doomed })).toContain("SESSION_NOT_FOUND");
  expect(await server.failure("emit_event", { session_id: own, message: "again" })).toContain("SESSION_NOT_FOUND");
  appendFileSync(path, promptLine(3, "what follows", { sessionId: doomed, parent: 2 }));
  const other = uuidOf(303);
  writeLines(sessionPath(join(userHome, ".claude"), other), promptLine(21, "a new one", { sessionId: other }));
  await waitFor("the session that came behind it", () => existsSync(join(home, "logs/sessions", `${other}.jsonl`)));
  expect(existsSync(join(home, "logs/sessions", `${doomed}.jsonl`))).toBe(false);
  expect(await found(server, keptWord)).toBeGreaterThan(0);
  await server.client.close();
  expect(holding(home, secretWord)).toEqual([]);
  expect(homeProblems(home)).toEqual([]);
});

it.each(["at any moment", "when the log is gone"])("can be killed %s: the next server goes on with it", async (moment) => {
  const seed = newSeed();
  const random = seededRandom(seed);
  for (let round = 0; round < 4; round += 1) {
    const { home, userHome, doomed } = await imported();
    const log = join(home, "logs/sessions", `${doomed}.jsonl`);
    const { child, ended } = start(["gc", "--session", doomed, "--yes"], { home, userHome });
    const isDue = moment === "at any moment" ? delay(100 + random() * 300) : waitFor("the end of the log", () => !existsSync(log), { everyMs: 1 });
    await Promise.race([isDue, ended]);
    child.kill("SIGKILL");
    await ended;
    const server = await connectServer({ home, userHome, args: [] });
    expect(await found(server, keptWord), `seed ${seed}`).toBeGreaterThan(0);
    await waitFor(`the end of what was left of it, seed ${seed}`, () => holding(join(home, "locks"), doomed).length === 0);
    const stays = existsSync(log);
    expect((await found(server, secretWord)) > 0, `seed ${seed}`).toBe(stays);
    await server.client.close();
    expect(homeProblems(home), `seed ${seed}`).toEqual([]);
    expect(holding(home, secretWord).length > 0, `seed ${seed}`).toBe(stays);
    expect(await run(["import", "--force"], { home, userHome })).toMatchObject({ imported: 0, events: 0 });
    expect((await run(["gc", "--older-than", "1d", "--yes"], { home, userHome }))["sessions"]).toHaveLength(stays ? 2 : 1);
    expect(holding(home, secretWord), `seed ${seed}`).toEqual([]);
  }
});

it.skipIf(!isThere("script"))("asks the one at a terminal, and takes anything but a yes for a no", async () => {
  const { home, userHome, doomed } = await imported();
  for (const [answer, isRemoved] of [
    ["n\n", false],
    ["\u0004", false],
    ["y\n", true],
  ] as const) {
    const command = [process.execPath, serverPath, "gc", "--session", doomed, "--home", home].map((part) => `'${part}'`).join(" ");
    const child = spawn("script", ["-qec", command, "/dev/null"], { env: { PATH: process.env["PATH"] ?? "", HOME: userHome } });
    onTestFinished(() => void child.kill("SIGKILL"));
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    const ended = new Promise((resolve) => child.on("close", resolve));
    await waitFor("the question", () => out.includes("Remove 1 session for good? [y/N]"));
    child.stdin.write(answer);
    await ended;
    expect(out).toContain(isRemoved ? "1 session removed." : "Nothing was removed.");
    expect(existsSync(join(home, "logs/sessions", `${doomed}.jsonl`))).toBe(!isRemoved);
  }
});

it("refuses what it cannot mean", async () => {
  const { home, userHome, doomed } = await imported();
  for (const [args, said] of [
    [["gc"], "gc needs one of --older-than AGE and --session ID"],
    [["gc", "--older-than", "soon"], '--older-than "soon" is no age'],
    [["gc", "--session", "latest"], '--session "latest" may mean another session'],
  ] as const) {
    const { code, err } = await start(args, { home, userHome }).ended;
    expect({ code, isSaid: err.includes(said) }, args.join(" ")).toEqual({ code: 2, isSaid: true });
  }
  const readOnly = await start(["gc", "--session", doomed, "--yes", "--read-only"], { home, userHome }).ended;
  expect(readOnly).toMatchObject({ code: 1, err: expect.stringContaining("Nothing is written with --read-only. Leave it out.") });
  expect((await start(["gc", "--session", "nobody-knows-it"], { home, userHome }).ended).code).toBe(1);
  expect(holding(home, doomed).length).toBeGreaterThan(0);
});

it.each(["import.sqlite", "catalogue.sqlite", "search.sqlite"])("removes nothing where a newer version wrote %s, and says what to do", async (name) => {
  const { home, userHome, doomed } = await imported();
  const db = openDatabase(join(home, name));
  db.exec("PRAGMA user_version = 99");
  db.close();
  const { code, err } = await start(["gc", "--session", doomed, "--yes"], { home, userHome }).ended;
  expect({ code, last: err.trimEnd().split("\n").at(-1) }).toEqual({
    code: 1,
    last: `session-log-mcp: Cannot remove sessions: "${join(home, name)}" was written by a newer version. Use that version, or remove the file.`,
  });
  expect(existsSync(join(home, "logs/sessions", `${doomed}.jsonl`))).toBe(true);
  expect(existsSync(join(home, "locks/removing"))).toBe(false);
});
