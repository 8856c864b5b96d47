import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, closeSync, linkSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { SessionLogWriter } from "../../src/log/writer.js";
import { removeFromSessionIndex, updateSessionIndex } from "../../src/log/session-index.js";
import { bundleScript, childEnv, runInProcesses } from "../helpers/child-script.js";
import { newSeed, seededRandom } from "../helpers/random.js";
import { sessionMetadata } from "../helpers/session-metadata.js";
import { waitFor } from "../helpers/wait-for.js";
import { entry, idsIn, indexPath, largeIndex, letRest, put } from "./large-index.js";

const inodeOf = (path: string): number => statSync(path).ino;
const textOf = (logsDir: string): string => readFileSync(indexPath(logsDir), "utf8");
const locksOf = (logsDir: string): string[] => readdirSync(join(logsDir, "locks")).filter((name) => name.startsWith("index.json."));

test("A large index that is changed at its end has the text of one that is written whole, whatever is changed", () => {
  const seed = newSeed();
  const random = seededRandom(seed);
  const [byEnd, whole] = [largeIndex(), largeIndex()];
  const words = ["", "ended", "é🎉\u2028", 'a "quoted" \\ one\nin two lines', "x".repeat(3000)];
  for (let step = 0; step < 150; step += 1) {
    const isNew = random() < 0.4;
    const id = isNew ? `n-${step}` : `s-${Math.floor(random() < 0.3 ? random() * 400 : 380 + random() * 20)}`;
    const more = { command: words[Math.floor(random() * words.length)] ?? "", source_paths: Array.from({ length: Math.floor(random() * 3) }, (_, nth) => `/native ${nth}`) };
    put(byEnd, id, { ...more, isFresh: isNew && random() < 0.5 });
    updateSessionIndex(whole, (entries) => entries.set(id, { ...(entries.get(id) ?? entry(id)), ...more }));
    expect(textOf(byEnd) === textOf(whole), `seed ${seed}, step ${step}`).toBe(true);
    if (random() < 0.7) letRest(byEnd);
  }
  expect(statSync(indexPath(byEnd)).mode & 0o777).toBe(0o600);
});

test("A session that is taken out of a large index stands in no older version of it either", () => {
  const logsDir = largeIndex();
  for (const id of ["a", "b", "c"]) {
    put(logsDir, id, { isFresh: true });
    letRest(logsDir);
  }
  const holds = (name: string): boolean => readFileSync(join(logsDir, name), "utf8").includes('"s-3"');
  expect(locksOf(logsDir).filter((name) => holds(join("locks", name)))).toEqual(["index.json.twin"]);
  removeFromSessionIndex(logsDir, ["s-3"]);
  expect(locksOf(logsDir).filter((name) => holds(join("locks", name)))).toEqual([]);
  expect(holds("index.json")).toBe(false);
  put(logsDir, "d", { isFresh: true });
  expect(idsIn(logsDir)).toHaveLength(403);
});

test("Two versions of a large index take turns, so that none is written whole", () => {
  const logsDir = largeIndex();
  const inodes = ["a", "b", "c", "d", "e"].map((id) => {
    put(logsDir, id, { isFresh: true });
    letRest(logsDir);
    return inodeOf(indexPath(logsDir));
  });
  expect(new Set(inodes).size).toBe(2);
  expect([inodes[2], inodes[3], inodes[4]]).toEqual([inodes[0], inodes[1], inodes[0]]);
  expect(idsIn(logsDir).slice(-6)).toEqual(["s-399", "a", "b", "c", "d", "e"]);
  expect(locksOf(logsDir)).toEqual(["index.json.state", "index.json.twin"]);
});

test("A version that was replaced a moment ago stays as it is for who still reads it", () => {
  const logsDir = largeIndex();
  put(logsDir, "a");
  const [before, fd] = [textOf(logsDir), openSync(indexPath(logsDir), "r")];
  onTestFinished(() => closeSync(fd));
  for (const id of ["b", "c", "d"]) put(logsDir, id);
  expect(readFileSync(fd, "utf8")).toBe(before);
  expect(idsIn(logsDir).slice(-4)).toEqual(["a", "b", "c", "d"]);
});

test("A clock that was set back does not end the turns", () => {
  const logsDir = largeIndex();
  put(logsDir, "a");
  letRest(logsDir, Date.now() + 3_600_000);
  put(logsDir, "b");
  letRest(logsDir);
  const twin = inodeOf(join(logsDir, "locks", "index.json.twin"));
  put(logsDir, "c");
  letRest(logsDir, Date.now() + 3_600_000);
  put(logsDir, "d");
  expect(inodeOf(join(logsDir, "locks", "index.json.twin"))).toBe(twin);
  expect(idsIn(logsDir).slice(-4)).toEqual(["a", "b", "c", "d"]);
});

test("What an entry far from the end is changed to costs nobody theirs", () => {
  const logsDir = largeIndex();
  for (const [nth, id] of ["s-3", "s-399", "s-0", "new", "s-200"].entries()) {
    put(logsDir, id, { ended_at: `2026-01-0${nth + 1}T00:00:00.000Z` });
    letRest(logsDir);
  }
  expect(idsIn(logsDir)).toEqual([...Array.from({ length: 400 }, (_, nth) => `s-${nth}`), "new"]);
  const ended = (JSON.parse(textOf(logsDir)) as { sessions: { wrapper_session_id: string; ended_at: string | null }[] }).sessions.filter((one) => one.ended_at !== null);
  expect(ended.map((one) => [one.wrapper_session_id, one.ended_at?.slice(0, 10)])).toEqual([
    ["s-0", "2026-01-03"], ["s-3", "2026-01-01"], ["s-200", "2026-01-05"], ["s-399", "2026-01-02"], ["new", "2026-01-04"],
  ]);
});

test("Nothing is written where an entry stays as it is", () => {
  const logsDir = largeIndex();
  put(logsDir, "s-390", { command: "x" });
  const { ino, mtimeMs } = statSync(indexPath(logsDir));
  put(logsDir, "s-390", { command: "x" });
  expect(statSync(indexPath(logsDir))).toMatchObject({ ino, mtimeMs });
});

/** What another program may do to an index, whole and in place. */
const foreignWrites: [string, (path: string) => void][] = [
  ["replaced it", (path) => {
    writeFileSync(`${path}.other`, withForeign(path));
    renameSync(`${path}.other`, path);
  }],
  ["wrote it in place", (path) => writeFileSync(path, withForeign(path))],
  ["wrote it in place without a space", (path) => writeFileSync(path, JSON.stringify(JSON.parse(withForeign(path))))],
];

function withForeign(path: string): string {
  const index = JSON.parse(readFileSync(path, "utf8")) as { sessions: unknown[] };
  return JSON.stringify({ sessions: [entry("foreign", { command: "theirs" }), ...index.sessions.slice(1)] }, null, 2);
}

test.each(foreignWrites)("What another program changed when it %s is kept", (_name, write) => {
  const logsDir = largeIndex();
  put(logsDir, "a");
  letRest(logsDir);
  write(indexPath(logsDir));
  for (const id of ["b", "c", "d"]) {
    put(logsDir, id, { isFresh: true });
    letRest(logsDir);
  }
  const ids = idsIn(logsDir);
  expect([ids[0], ids.includes("s-0"), ...ids.slice(-4)]).toEqual(["foreign", false, "a", "b", "c", "d"]);
  expect(locksOf(logsDir)).toEqual(["index.json.state", "index.json.twin"]);
});

const strayFiles: [string, (locks: string, path: string) => void][] = [
  ["the state is gone", (locks) => rmSync(join(locks, "index.json.state"))],
  ["the state is half written", (locks) => truncateSync(join(locks, "index.json.state"), 30)],
  ["the older version is gone", (locks) => rmSync(join(locks, "index.json.twin"))],
  ["the older version was written to", (locks) => appendFileSync(join(locks, "index.json.twin"), "x")],
  ["the older version has another name too", (locks) => linkSync(join(locks, "index.json.twin"), join(locks, "index.json.last"))],
  ["the older version is another file", (locks) => writeFileSync(join(locks, "index.json.twin"), "x")],
  ["the index has a second name", (locks, path) => linkSync(path, join(locks, "index.json.last"))],
  ["files in the making lie about", (locks) => ["next", "last"].forEach((kind) => writeFileSync(join(locks, `index.json.${kind}`), "y".repeat(500_000)))],
];

test.each(strayFiles)("An index goes on where %s", (_name, stray) => {
  const logsDir = largeIndex();
  for (const id of ["a", "b"]) {
    put(logsDir, id);
    letRest(logsDir);
  }
  stray(join(logsDir, "locks"), indexPath(logsDir));
  for (const id of ["c", "d", "e"]) put(logsDir, id);
  expect(idsIn(logsDir).slice(-6)).toEqual(["s-399", "a", "b", "c", "d", "e"]);
});

test.each([
  ["cut", "a", (path: string) => truncateSync(path, 50_000)],
  ["spoilt at its start", "a", (path: string) => overwrite(path)],
  ["spoilt at its start before a change that changes nothing", "s-399", (path: string) => overwrite(path)],
])("A large index that was %s behind our back is moved aside and rebuilt from the logs", (_name, id, spoil) => {
  const logsDir = largeIndex();
  const writer = SessionLogWriter.create(logsDir, sessionMetadata({ wrapperSessionId: "logged" }));
  onTestFinished(() => writer.close());
  writer.emit("wrapper", { type: "session_started", command: "exec", resumed: false, backfilled: false });
  letRest(logsDir);
  spoil(indexPath(logsDir));
  put(logsDir, id);
  expect(idsIn(logsDir)).toEqual(["logged", id]);
  expect(readdirSync(logsDir).filter((name) => name.startsWith("index.json.corrupt-"))).toHaveLength(1);
});

function overwrite(path: string): void {
  const fd = openSync(path, "r+");
  writeSync(fd, "#", 0);
  closeSync(fd);
}

test("A copy of the index that somebody made by a link stays as it is", () => {
  const logsDir = largeIndex();
  put(logsDir, "a");
  letRest(logsDir);
  const copy = `${indexPath(logsDir)}.copy`;
  linkSync(indexPath(logsDir), copy);
  const before = readFileSync(copy, "utf8");
  for (const id of ["b", "c", "d"]) {
    put(logsDir, id);
    letRest(logsDir);
  }
  expect(readFileSync(copy, "utf8")).toBe(before);
  expect(idsIn(logsDir).slice(-4)).toEqual(["a", "b", "c", "d"]);
});

const reader = `
import { readFileSync } from "node:fs";
const path = process.argv[2];
process.stdout.write("ready");
let reads = 0;
process.on("SIGTERM", () => { process.stdout.write(" " + reads); process.exit(0); });
(function read() {
  JSON.parse(readFileSync(path, "utf8"));
  reads += 1;
  setImmediate(read);
})();
`;

const writers = `
import { updateSessionIndex } from "./src/log/session-index.ts";
import { newIndexEntry } from "./src/log/index-entry.ts";
import { setTimeout as delay } from "node:timers/promises";
const [number, logsDir, untilMs] = process.argv.slice(2);
for (let nth = 0; Date.now() < Number(untilMs); nth += 1) {
  const id = "p-" + number + "-" + nth;
  const change = (more) => updateSessionIndex(logsDir, (entries) => {
    const entry = entries.get(id) ?? newIndexEntry("/logs/sessions/" + id + ".jsonl", { provider: "acme", startedAt: "2026-01-05T10:11:12.000Z" });
    entries.set(id, { ...entry, ...more });
  }, { only: { sessionId: id } });
  change({});
  change({ ended_at: "2026-01-05T10:11:12.000Z" });
  if (nth % 8 === 0) await delay(2 ** (nth / 8));
}
`;

test("Processes that change a large index at one time lose nobody's entries, and a reader never sees half of it", { timeout: 60_000 }, async () => {
  const logsDir = largeIndex(2000);
  const child = spawn(process.execPath, [bundleScript(reader), indexPath(logsDir)], { stdio: ["ignore", "pipe", "pipe"], env: childEnv });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const closed = once(child, "close");
  await waitFor("the reader", () => out.startsWith("ready"));
  // Longer than a version rests, so that versions take turns while they are read.
  await runInProcesses(writers, 3, [logsDir, String(Date.now() + 6000)]);
  child.kill("SIGTERM");
  await closed;
  expect(err).toBe("");
  expect(Number(out.slice("ready ".length))).toBeGreaterThan(10);
  const { sessions } = JSON.parse(textOf(logsDir)) as { sessions: { wrapper_session_id: string; ended_at: string | null }[] };
  const written = sessions.slice(2000);
  expect(sessions.slice(0, 2000).map((one) => one.wrapper_session_id)).toEqual(Array.from({ length: 2000 }, (_, nth) => `s-${nth}`));
  for (const number of [0, 1, 2]) {
    const own = written.filter((one) => one.wrapper_session_id.startsWith(`p-${number}-`)).map((one) => one.wrapper_session_id);
    expect(own).toEqual(own.map((_, nth) => `p-${number}-${nth}`));
    expect(own.length).toBeGreaterThan(8);
  }
  expect(written.every((one) => one.ended_at !== null)).toBe(true);
});

const killed = `
import { put, letRest } from "./test/log/large-index.ts";
import { writeSync } from "node:fs";
const [round, logsDir] = process.argv.slice(2);
for (let nth = 0; ; nth += 1) {
  const id = "k-" + round + "-" + nth;
  put(logsDir, id, { isFresh: true });
  writeSync(1, id + "\\n");
  if (nth % 3 !== 0) letRest(logsDir);
}
`;

test("A process that is killed at any moment leaves an index that is whole and holds all it was told", { timeout: 60_000 }, async () => {
  const seed = newSeed();
  const random = seededRandom(seed);
  const logsDir = largeIndex();
  const script = bundleScript(killed);
  const told: string[] = [];
  for (let round = 0; round < 15; round += 1) {
    const child = spawn(process.execPath, [script, String(round), logsDir], { stdio: ["ignore", "pipe", "inherit"], env: childEnv });
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    const closed = once(child, "close");
    await waitFor("a first entry", () => out.includes("\n"));
    await delay(random() * 60);
    child.kill("SIGKILL");
    await closed;
    told.push(...out.split("\n").slice(0, -1));
    const ids = idsIn(logsDir);
    const lost = told.filter((id) => !ids.includes(id));
    expect(lost, `seed ${seed}, round ${round}`).toEqual([]);
    expect(new Set(ids).size, `seed ${seed}, round ${round}`).toBe(ids.length);
  }
  put(logsDir, "last");
  expect(idsIn(logsDir).at(-1)).toBe("last");
});
