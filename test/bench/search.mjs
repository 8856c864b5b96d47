// Search and statistics on a made-up history of logs. Floors: the same rows in raw FTS5, ripgrep and JSON.parse on the same files.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { firstAnswers } from "./first-answers.mjs";
import { needles, words } from "./needles.mjs";
import { bundleParts } from "./parts.mjs";
import { check, row } from "./rows.mjs";
import { parseAll, timedMs } from "./timing.mjs";

function buildRows(run, { home, dir, made, rounds }) {
  const [ours, floors] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(join(home, `search.sqlite${suffix}`), { force: true });
    floors.push(run("raw", { dir, paths: made.paths }));
    ours.push(run("build", { home }));
  }
  const { textBytes, rows } = floors[0];
  const megabytes = (bytes) => bytes / 1e6;
  const floorMs = floors.map(({ ms }) => ms);
  const size = megabytes(ours.at(-1).bytes);
  return [
    row(`first index, ${megabytes(made.bytes).toFixed(0)} MB, ${rows} rows`, { ours: ours.map(({ ms }) => ms), floor: floorMs, floorName: "same rows, raw FTS5" }, { times: 1.3 }),
    row("first index, and all of it merged", { ours: ours.map(({ tidiedMs }) => tidiedMs), floor: floorMs, floorName: "same rows, raw FTS5" }),
    row("size of the index, to its text", { ours: size, floor: megabytes(textBytes), floorName: "its text", unit: "MB" }, { times: 0.35 }),
    row("size of the index, to raw FTS5", { ours: size, floor: megabytes(floors[0].bytes), floorName: "raw FTS5", unit: "MB" }),
    row("peak memory, first index", { ours: Math.max(...ours.map(({ peakMb }) => peakMb)), unit: "MB" }, { most: 182 }),
  ];
}

/** Whether each query finds all places of its needle and nothing else. */
function needleRow(run, { home, made }) {
  const asked = needles.flatMap((needle) => needle.queries.map((query) => ({ needle, query })));
  const answers = run("needles", { home, queries: asked.map(({ query }) => query) });
  const wrong = asked.filter(({ needle, query }, nth) => {
    const { places, total, totalIsExact, excluded } = answers[nth];
    const planted = needle.count === 0 ? new Set() : made.places.get(needle.name);
    const found = new Set(places.map(({ place }) => place));
    const isRight = total === needle.count && totalIsExact && excluded === (needle.excluded ?? 0) && places.length === found.size && found.size === planted.size && [...found].every((place) => planted.has(place));
    if (!isRight) console.error(`${needle.name}: ${JSON.stringify(query)} found ${total}${totalIsExact ? "" : "+"}, ${excluded} left out; ${needle.count} were planted`);
    return !isRight;
  });
  return check("needles found, all and only they, with exact counts", wrong.length === 0, `${asked.length - wrong.length} of ${asked.length} queries`);
}

async function wordRows(run, { home, dir }) {
  const first = await firstAnswers(home, { name: "search_sessions", args: { query: words.rare } });
  const firsts = Array.from({ length: 5 }, () => run("first", { home, query: { query: words.rare } }));
  const match = "SELECT rowid FROM texts WHERE texts MATCH ?";
  const statements = [
    { sql: match, params: [words.rare] },
    { sql: `${match} ORDER BY rowid DESC LIMIT 10`, params: [words.common] },
    { sql: `${match} ORDER BY rank LIMIT 10`, params: [words.common] },
  ];
  const rawRuns = Array.from({ length: 3 }, () => run("statements", { path: join(dir, "raw.sqlite"), statements }));
  const raw = (nth, key) => ({ floor: rawRuns.map((one) => one[nth][key]), floorName: "raw FTS5" });
  const queries = [{ query: words.common }, { query: words.common, sort: "relevance" }];
  const [recent, relevance] = run("queries", { home, queries, rounds: 21 });
  return [
    row("rare word, first search of a client, its server has settled", { ours: first.settled, ...raw(0, "firstMs") }, { most: 8 }),
    row("rare word, first search of a client, at once after initialize", { ours: first.atOnce }),
    row("rare word, first search of a process, without a server", { ours: firsts.map(({ firstMs }) => firstMs), ...raw(0, "firstMs") }),
    row("rare word, again", { ours: firsts.flatMap(({ again }) => again), ...raw(0, "againMs") }, { most: 3 }),
    row("common word, 10 newest", { ours: recent.times, ...raw(1, "againMs") }, { most: 5 }),
    row("common word, by relevance", { ours: relevance.times, ...raw(2, "againMs") }, { most: 40 }),
  ];
}

/** Milliseconds of ripgrep on these files; undefined where it is not installed. */
function ripgrepMs(home, options) {
  const args = ["--no-config", "--no-ignore", "--hidden", "--fixed-strings", ...options, words.nowhere, join(home, "projects")];
  const start = performance.now();
  const { error, status, stderr } = spawnSync("rg", args, { encoding: "utf8" });
  if (error?.code === "ENOENT") return undefined;
  if (error || status !== 1) throw error ?? new Error(`ripgrep ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

const scanRounds = 5;

function scanRows(run, { home, made }) {
  const parseMs = timedMs(() => parseAll(made.paths));
  const cases = [
    { what: "substring that is nowhere", query: { query: words.nowhere, match: "substring" }, options: ["--ignore-case"], name: "ripgrep -i" },
    { what: "substring that is nowhere, case as typed", query: { query: words.nowhere, match: "substring", caseSensitive: true }, options: [], name: "ripgrep" },
  ];
  const rows = cases.map(({ what, query, options, name }) => {
    const [ours, floor] = [[], []];
    for (let round = 0; round < scanRounds; round += 1) {
      ours.push(...run("queries", { home, queries: [query], rounds: 3 })[0].times);
      floor.push(ripgrepMs(home, options));
    }
    const isThere = !floor.includes(undefined);
    return row(what, { ours, ...(isThere ? { floor, floorName: name } : { note: "ripgrep is not installed" }) }, { times: 4 });
  });
  return [...rows, row("substring that is nowhere, to parsing", { ours: rows[0].ours.median, floor: parseMs, floorName: "JSON.parse of every line" })];
}

/** A floor that counts: the tokens of every usage event, by day. */
function recount(byDay) {
  return [...byDay].map(([key, sums]) => ({ key, ...sums })).sort((one, other) => (one.key < other.key ? 1 : -1));
}

async function usageRows(run, { home, made }) {
  const query = { includeChildren: true, limit: 10_000, groupBy: "day", timeZone: "UTC" };
  const [usage] = run("catalogue", { home, calls: [{ method: "stats", query }], rounds: 11, keeps: true });
  const told = usage.value.groups.filter(({ inputTokens }) => inputTokens).map(({ key, inputTokens, outputTokens, cacheReadTokens }) => ({ key, inputTokens, outputTokens, cacheReadTokens }));
  const planted = recount(made.usageByDay);
  const parse = { floor: timedMs(() => parseAll(made.paths)), floorName: "JSON.parse of every line" };
  const first = await firstAnswers(home, { name: "session_stats", args: { group_by: "day" } });
  return [
    row(`usage by day, ${made.records} events`, { ours: usage.times, ...parse }, { most: 50 }),
    row("usage by day, first call of a client, its server has settled", { ours: first.settled, ...parse }, { most: 50 }),
    row("usage by day, first call of a client, at once after initialize", { ours: first.atOnce }),
    row("usage by day, first of a process, without a server", { ours: usage.firstMs }),
    check("usage by day, equal to the token", JSON.stringify(told) === JSON.stringify(planted), `${told.length} days`),
  ];
}

/** On the shared history; what it finds there it leaves built. */
export async function searchHistory({ corpora, dir, gb }) {
  const { home, made } = corpora.history();
  const run = bundleParts(dir);
  const given = { home, dir, made, rounds: gb < 0.2 ? 3 : 1 };
  return [...buildRows(run, given), needleRow(run, given), ...(await wordRows(run, given)), ...scanRows(run, given), ...(await usageRows(run, given))];
}
