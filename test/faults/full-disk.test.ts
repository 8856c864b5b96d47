import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { homeProblems, plainEvents, writtenLogs } from "../helpers/home-check.js";
import { connectServer } from "../helpers/server.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

/** Whether a small disk can be made here: by root, on Linux. */
function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const dir = tempDirOf();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", dir], { stdio: "ignore" });
    execFileSync("umount", [dir]);
    return true;
  } catch (error) {
    if (error instanceof Error && ("status" in error || "code" in error)) return false;
    throw error;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function tempDirOf(): string {
  return execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
}

/** A disk of a few megabytes, empty; unmounted with the test. */
function smallDisk(): string {
  const dir = join(tempDir(), "disk");
  mkdirSync(dir);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", dir]);
  onTestFinished(() => void execFileSync("umount", ["-l", dir]));
  return dir;
}

/** Leaves so many bytes of the disk free. @returns The file that fills it. */
function fill(disk: string, leftBytes: number): string {
  const filler = join(disk, "filler");
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
  return filler;
}

it.skipIf(!canMount())("a full disk refuses what it cannot hold and says so; nothing acknowledged is lost, and all goes on when there is room", { timeout: 60_000 }, async () => {
  const disk = smallDisk();
  const home = join(disk, "home");
  const server = await connectServer({ home });
  const { session_id: sessionId } = await server.call("start_session", { provider: "acme" });
  await server.call("search_sessions", { query: "anything" });
  const filler = fill(disk, 200_000);
  const acknowledged: string[] = [];
  const errors: string[] = [];
  for (let nth = 0; errors.length < 5 && nth < 400; nth += 1) {
    const events = Array.from({ length: 3 }, (_, event) => ({ type: "user_message", content: `marigold ${nth}-${event} ${"x".repeat(2000)}`, key: `k${nth}-${event}` }));
    await server.call("emit_event", { session_id: sessionId, events }).then(
      () => acknowledged.push(...events.map(({ key }) => key)),
      (error: Error) => errors.push(error.message),
    );
  }
  expect(errors).toHaveLength(5);
  for (const error of errors) expect(error).toMatch(/^LOG_IO: .*(ENOSPC|free space)/s);
  // Reads go on from what there is, databases kept in memory where they cannot be written.
  expect(await server.call("read_session", { session_id: sessionId, limit: 1, detail: "full" })).toMatchObject({ events: [{ key: acknowledged.at(-1) }] });
  expect(await server.call("search_sessions", { query: "marigold", limit: 1, include_current: true })).toMatchObject({ hits: [{}] });
  expect(await server.call("list_sessions")).toMatchObject({ total: 1 });
  await expect(server.call("start_session", { provider: "acme" })).rejects.toThrow(/^(LOG_IO|LOCK_TIMEOUT): /);

  rmSync(filler);
  const last = await server.call("emit_event", { session_id: sessionId, message: "there is room" });
  expect(last).toMatchObject({ count: 1 });
  const { session_id: second } = await server.call("start_session", { provider: "acme" });
  await server.client.close();
  const logs = writtenLogs(home);
  const keys = logs.flatMap(plainEvents).flatMap(({ key }) => (typeof key === "string" ? [key] : []));
  expect(keys).toEqual(acknowledged);
  const next = await connectServer({ home, args: [] });
  await waitFor("true indexes", () => homeProblems(home).length === 0, { timeoutMs: 5000 }).catch(() => undefined);
  expect(homeProblems(home)).toEqual([]);
  const { sessions } = (await next.call("list_sessions")) as { sessions: { session_id: string }[] };
  expect(sessions.map(({ session_id }) => session_id)).toEqual(expect.arrayContaining([sessionId, second]));
  expect(await next.call("search_sessions", { query: '"there is room"' })).toMatchObject({ total: 1 });
  expect(next.stderr()).toBe("");
});

it("a home that vanishes while the server runs is made again by the next write, and what was in it is not spoken of", async () => {
  const server = await connectServer();
  const { session_id: sessionId } = await server.call("start_session", { provider: "acme", prompt: "marigold" });
  rmSync(server.home, { recursive: true });
  expect(await server.failure("emit_event", { session_id: sessionId, message: "gone" })).toMatch(/^SESSION_NOT_FOUND: /);
  expect(await server.call("list_sessions")).toMatchObject({ sessions: [] });
  expect(await server.call("search_sessions", { query: "marigold", include_current: true })).toMatchObject({ hits: [] });
  const { session_id: next } = await server.call("start_session", { provider: "acme", prompt: "columbine" });
  expect(await server.call("search_sessions", { query: "columbine", include_current: true })).toMatchObject({ total: 1 });
  expect(await server.call("list_sessions")).toMatchObject({ sessions: [{ session_id: next }] });
  await server.client.close();
  expect(homeProblems(server.home)).toEqual([]);
});

it.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)("a home on a disk that cannot be written is read, and a write says what to do", async () => {
  const written = await connectServer();
  const { session_id: sessionId } = await written.call("start_session", { provider: "acme", prompt: "marigold" });
  await written.client.close();
  if (!canMount()) return;
  execFileSync("mount", ["--bind", written.home, written.home]);
  onTestFinished(() => void execFileSync("umount", ["-l", written.home]));
  execFileSync("mount", ["-o", "remount,ro,bind", written.home]);
  const server = await connectServer({ home: written.home, args: [] });
  expect(await server.call("list_sessions")).toMatchObject({ sessions: [{ session_id: sessionId }] });
  expect(await server.call("search_sessions", { query: "marigold" })).toMatchObject({ total: 1 });
  expect(await server.failure("emit_event", { session_id: sessionId, message: "no" })).toMatch(/^LOG_IO: .*(EROFS|permissions)/s);
  expect(await server.failure("start_session", { provider: "acme" })).toMatch(/^LOG_IO: /);
  expect(server.stderr()).toContain("cannot be written");
});
