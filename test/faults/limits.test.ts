import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { claudeUserHome } from "../helpers/claude-user-home.js";
import { homeProblems, plainEvents, writtenLogs } from "../helpers/home-check.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { connectServer, type ConnectedServer } from "../helpers/server.js";
import { canTrace } from "../helpers/system-calls.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

/** Whether a running process can be given other limits here. */
function canLimit(): boolean {
  try {
    execFileSync("prlimit", ["--pid", String(process.pid), "--nofile"], { stdio: "ignore" });
    return true;
  } catch (error) {
    if (error instanceof Error && ("status" in error || "code" in error)) return false;
    throw error;
  }
}

/** Limits what a process may have; the hard limit stays, so that it can be raised again. */
function limit(pid: number, what: "nofile" | "fsize", value: number | "unlimited"): void {
  execFileSync("prlimit", ["--pid", String(pid), `--${what}=${value}:`]);
}

/** Lets a process open nothing more, whatever numbers its open files have. @returns Gives it back what it had. */
function starve(pid: number): () => void {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let firstFree = 0;
  while (open.has(firstFree)) firstFree += 1;
  limit(pid, "nofile", firstFree);
  return () => limit(pid, "nofile", 1024);
}

const keysIn = (home: string): unknown[] => writtenLogs(home).flatMap(plainEvents).flatMap(({ key }) => (typeof key === "string" ? [key] : []));

async function checkAfter(server: ConnectedServer, args: readonly string[] = ["--no-import"]): Promise<void> {
  await server.client.close();
  const next = await connectServer({ home: server.home, args });
  await waitFor("true indexes", () => homeProblems(server.home).length === 0, { timeoutMs: 5000 }).catch(() => undefined);
  expect(homeProblems(server.home)).toEqual([]);
  expect(await next.call("list_sessions")).toMatchObject({ total: writtenLogs(server.home).length });
  await next.client.close();
}

it.skipIf(!canLimit())("a server that can open no more files says so, goes on with what is open, and with all when it may again", async () => {
  const userHome = claudeUserHome("00000000-0000-4000-8000-00000000f11e");
  const server = await connectServer({ userHome, args: [] });
  await waitFor("the import", async () => (await server.call("list_sessions"))["total"] === 1);
  const { session_id: sessionId } = await server.call("start_session", { provider: "acme", prompt: "marigold" });
  const release = starve(server.pid);
  const outcomes: string[] = [];
  const acknowledged: string[] = [];
  for (let nth = 0; nth < 20; nth += 1) {
    const calls = [
      server.call("emit_event", { session_id: sessionId, events: [{ type: "user_message", content: `columbine ${nth}`, key: `k${nth}` }] }).then(() => void acknowledged.push(`k${nth}`)),
      server.call("start_session", { provider: "acme", prompt: `larkspur ${nth}`, workspace_path: tempDir() }),
      server.call("search_sessions", { query: "larkspur", match: "substring", include_current: true }),
      server.call("list_sessions"),
      server.call("read_session", { session_id: "00000000-0000-4000-8000-00000000f11e" }),
      server.call("import_sessions", { force: true }),
    ];
    for (const result of await Promise.allSettled(calls)) outcomes.push(result.status === "fulfilled" ? "ok" : String((result.reason as Error).message));
  }
  const refusals = outcomes.filter((text) => text !== "ok");
  expect(refusals.filter((text) => !/^LOG_IO: .*(EMFILE\. Too many files are open: |the file cannot be used\. ).*limit.*ulimit -n/s.test(text))).toEqual([]);
  expect(refusals.length).toBeGreaterThan(0);
  release();
  expect(await server.call("emit_event", { session_id: sessionId, events: [{ type: "user_message", content: "room", key: "last" }] })).toMatchObject({ count: 1 });
  await server.call("start_session", { provider: "acme", prompt: "foxglove" });
  expect(await server.call("search_sessions", { query: "foxglove", include_current: true })).toMatchObject({ total: 1 });
  expect(keysIn(server.home)).toEqual([...acknowledged, "last"]);
  await checkAfter(server);
});

it.skipIf(!canLimit())("a write that ends in the middle of a line is taken back whole and says so, and what comes later stands behind what was there", async () => {
  const seed = newSeed();
  const random = seededRandom(seed);
  const server = await connectServer();
  const { session_id: sessionId, log_path: path } = await server.call("start_session", { provider: "acme", prompt: "marigold" });
  const expected: string[] = [];
  const refusals: { says: boolean; grew: number }[] = [];
  for (let nth = 0; nth < 40; nth += 1) {
    const events = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, event) => ({ type: "user_message", content: `columbine ${"x".repeat(random() * 2000)}`, key: `k${nth}-${event}` }));
    const roomBytes = Math.floor(random() * 6000);
    const before = statSync(String(path)).size;
    limit(server.pid, "fsize", before + roomBytes);
    const outcome = await server.call("emit_event", { session_id: sessionId, events }).then(
      () => "ok",
      (error: Error) => error.message,
    );
    limit(server.pid, "fsize", "unlimited");
    if (outcome === "ok") expected.push(...events.map(({ key }) => key));
    else refusals.push({ says: outcome.includes(` 0 of ${events.length} events were written: EFBIG. Check`), grew: statSync(String(path)).size - before });
  }
  expect(refusals, `seed ${seed}`).toEqual(refusals.map(() => ({ says: true, grew: 0 })));
  expect(refusals.length, `seed ${seed}`).toBeGreaterThan(0);
  expect(expected.length, `seed ${seed}`).toBeGreaterThan(0);
  expect(keysIn(server.home), `seed ${seed}`).toEqual(expected);
  expect(await server.call("search_sessions", { query: "columbine", include_current: true, limit: 1 })).toMatchObject({ total: expected.length });
  await checkAfter(server);
});

/** The one fault that each test's server meets, now and then, when it writes to its log. */
const faults = [
  { error: "EINTR", isTold: false },
  { error: "EIO", isTold: true },
  { error: "ENOSPC", isTold: true },
];

it.skipIf(!canTrace()).each(faults)("$error from a write to a log loses and doubles nothing", async ({ error, isTold }) => {
  const home = join(tempDir(), "home");
  const sessionId = "written-under-faults";
  const path = join(home, "logs/sessions", `${sessionId}.jsonl`);
  const under = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", path, "-e", "trace=write", "-e", `inject=write:error=${error}:when=3+4`];
  const server = await connectServer({ home, under });
  await server.call("start_session", { provider: "acme", session_id: sessionId });
  const expected: string[] = [];
  const errors: string[] = [];
  for (let nth = 0; nth < 30; nth += 1) {
    const events = [0, 1].map((event) => ({ type: "user_message", content: "columbine", key: `k${nth}-${event}` }));
    await server.call("emit_event", { session_id: sessionId, events }).then(
      () => expected.push(...events.map(({ key }) => key)),
      (failure: Error) => errors.push(failure.message),
    );
  }
  expect(errors.length > 0).toBe(isTold);
  for (const message of errors) expect(message).toMatch(new RegExp(`^LOG_IO: .*0 of 2 events were written: ${error}\\. Check`));
  expect(keysIn(home)).toEqual(expected);
  await checkAfter(server);
});
