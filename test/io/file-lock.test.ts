import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasSystemCode } from "../../src/errors.js";
import { FileLock, closeFileLocks, fileLock } from "../../src/io/file-lock.js";
import { bundleScript, childEnv, runInProcesses } from "../helpers/child-script.js";
import { readTraffic, sumOf, trafficInto } from "../helpers/file-traffic.js";
import { canTrace } from "../helpers/system-calls.js";
import { tempDir } from "../helpers/temp-dir.js";
import { waitFor } from "../helpers/wait-for.js";

describe("FileLock", () => {
  it("keeps out every other holder, and writes nothing", () => {
    const dir = tempDir();
    const path = join(dir, "locks", "a.lock");
    const [one, two] = [new FileLock(path), new FileLock(path)];
    expect(one.tryLock()).toBe(true);
    expect(one.tryLock()).toBe(false);
    expect(two.tryLock()).toBe(false);
    expect(() => two.withLock(() => 1, { timeoutMs: 20 })).toThrow(expect.objectContaining({ code: "LOCK_TIMEOUT" }));
    one.unlock();
    expect(two.withLock(() => one.tryLock())).toBe(false);
    expect(one.tryLock()).toBe(true);
    one.close();
    expect(two.tryLock()).toBe(true);
    two.close();
    expect(readdirSync(join(dir, "locks"))).toEqual(["a.lock"]);
    expect(statSync(path).size).toBe(0);
  });

  it("keeps out every other holder also when it was taken often, and is free when it is closed while it is held", () => {
    const path = join(tempDir(), "a.lock");
    const [one, two] = [new FileLock(path), new FileLock(path)];
    for (let times = 0; times < 100; times += 1) for (const lock of [one, two]) expect(lock.withLock(() => (lock === one ? two : one).tryLock())).toBe(false);
    expect(one.tryLock()).toBe(true);
    expect(two.tryLock()).toBe(false);
    one.close();
    expect(two.tryLock()).toBe(true);
    expect(one.tryLock()).toBe(false);
    two.close();
    expect(one.tryLock()).toBe(true);
    one.close();
    expect(statSync(path).size).toBe(0);
  });

  it("can be taken again by what runs under it, and is free after an error", () => {
    const lock = new FileLock(join(tempDir(), "a.lock"));
    expect(lock.withLock(() => lock.withLock(() => "inner"))).toBe("inner");
    expect(() =>
      lock.withLock(() => {
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(lock.isHeld).toBe(false);
    expect(lock.tryLock()).toBe(true);
    lock.close();
  });

  it("waits without blocking where it is asked to", async () => {
    const path = join(tempDir(), "a.lock");
    const [one, two] = [new FileLock(path), new FileLock(path)];
    one.tryLock();
    const waiting = two.withLockAsync(() => "had it");
    setImmediate(() => one.unlock());
    expect(await waiting).toBe("had it");
    await waitFor("the lock to be given back", () => one.tryLock());
    await expect(two.withLockAsync(() => 1, { timeoutMs: 20 })).rejects.toMatchObject({ code: "LOCK_TIMEOUT" });
    one.close();
    two.close();
  });

  it("is given back by `withLockAsync` after what follows at once on its result, and may be taken and closed meanwhile", async () => {
    const path = join(tempDir(), "a.lock");
    const [one, two] = [new FileLock(path), new FileLock(path)];
    const isFree = () => two.withLockAsync(() => true, { timeoutMs: 0 }).catch(() => false);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    await turn();
    const followed = await Promise.resolve().then(async () => {
      await one.withLockAsync(() => 1);
      return two.tryLock();
    });
    expect(followed).toBe(false);
    await turn();
    expect(await isFree()).toBe(true);
    await turn();
    await one.withLockAsync(() => 1);
    expect(one.isHeld).toBe(false);
    expect(one.withLock(() => 2)).toBe(2);
    expect(await isFree()).toBe(true);
    await turn();
    await one.withLockAsync(() => 1);
    expect(one.tryLock()).toBe(true);
    await turn();
    expect(await isFree()).toBe(false);
    one.unlock();
    await one.withLockAsync(() => 1);
    one.close();
    expect(await isFree()).toBe(true);
    two.close();
  });

  it("is made anew after its file was removed, so that it still locks others out", async () => {
    const dir = join(tempDir(), "locks");
    const path = join(dir, "a.lock");
    const [one, two] = [new FileLock(path), new FileLock(path)];
    expect(one.withLock(() => 1)).toBe(1);
    rmSync(dir, { recursive: true });
    await waitFor("the lock at its path", () => one.withLock(() => readdirSync(join(dir, "..")).includes("locks")));
    expect(one.withLock(() => two.tryLock())).toBe(false);
    one.close();
    two.close();
  });

  it("says LOG_IO where its file cannot be made", () => {
    const lock = new FileLock("/dev/null/locks/a.lock");
    expect(() => lock.withLock(() => 1)).toThrow(expect.objectContaining({ code: "LOG_IO" }));
  });

  it("is one object for a path in a process", () => {
    const dir = tempDir();
    expect(fileLock(join(dir, "a.lock"))).toBe(fileLock(join(dir, "b", "..", "a.lock")));
    const held = fileLock(join(dir, "held.lock"));
    held.tryLock();
    closeFileLocks(dir);
    expect(held.isHeld).toBe(true);
    expect(fileLock(join(dir, "held.lock"))).toBe(held);
    held.close();
    closeFileLocks(dir);
  });
});

describe("Many FileLocks", () => {
  it("share few connections, and those that are held keep theirs", () => {
    const dir = tempDir();
    const all = Array.from({ length: 300 }, (_, nth) => fileLock(join(dir, `${nth}.lock`)));
    const held = all.slice(0, 3);
    for (const lock of held) expect(lock.tryLock()).toBe(true);
    for (const lock of all.slice(3)) lock.withLock(() => undefined);
    expect(openFilesIn(dir)).toBeLessThanOrEqual(100);
    for (const [nth, lock] of held.entries()) {
      const other = new FileLock(join(dir, `${nth}.lock`));
      expect(other.tryLock()).toBe(false);
      other.close();
      lock.unlock();
    }
    expect(all.map((lock) => lock.withLock(() => "again"))).toEqual(all.map(() => "again"));
    closeFileLocks(dir);
  });
});

const taker = `
import { FileLock } from "./src/io/file-lock.ts";
const [path] = process.argv.slice(2);
const lock = new FileLock(path);
for (let n = 0; n < 500; n += 1) lock.withLock(() => undefined);
lock.close();
`;

it.skipIf(!canTrace())("A FileLock that is taken often looks for no journal any more", () => {
  const path = join(tempDir(), "a.lock");
  const trace = join(tempDir(), "trace");
  const [tracer = "", ...args] = trafficInto(trace);
  const { status, stderr } = spawnSync(tracer, [...args, process.execPath, bundleScript(taker), path], { env: childEnv, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  const { looks } = sumOf(readTraffic(trace), (file) => file.startsWith(path));
  expect(looks).toBeGreaterThan(0);
  expect(looks).toBeLessThan(250);
});

/** Linux shows a process its descriptors as links; one that closes meanwhile leads nowhere. Elsewhere none is seen. */
function openFilesIn(dir: string): number {
  if (!existsSync("/proc/self/fd")) return 0;
  const links = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch (error) {
      if (hasSystemCode(error, "ENOENT")) return "";
      throw error;
    }
  });
  return links.filter((path) => path.startsWith(dir)).length;
}

const counter = `
import { readFileSync, writeFileSync } from "node:fs";
import { FileLock } from "./src/io/file-lock.ts";
const [, dir] = process.argv.slice(2);
const lock = new FileLock(dir + "/a.lock");
for (let n = 0; n < 300; n += 1) {
  const add = () => writeFileSync(dir + "/count", String(Number(readFileSync(dir + "/count", "utf8")) + 1));
  if (n % 2) lock.withLock(add); else await lock.withLockAsync(add);
}
`;

it("FileLock keeps read-change-writes of several processes apart", { timeout: 60_000 }, async () => {
  const dir = tempDir();
  writeFileSync(join(dir, "count"), "0");
  await runInProcesses(counter, 3, [dir]);
  expect(readFileSync(join(dir, "count"), "utf8")).toBe("900");
});
