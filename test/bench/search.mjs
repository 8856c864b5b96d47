// Search and statistics on a made-up history of logs. Floors: the same rows in raw FTS5, ripgrep and JSON.parse on the same files.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstAnswers } from "./first-answers.mjs";
import { writeHistory } from "./history.mjs";
import { needles, words } from "./needles.mjs";
import { bundleParts } from "./parts.mjs";
import { median, parseAll, timedMs } from "./timing.mjs";

const shown = (value, unit) => (value === undefined ? "–" : `${value.toFixed(value < 1 ? 3 : value < 100 ? 1 : 0)} ${unit}`);
const ratioOf = (ours, floor) => (floor === undefined ? null : Number((ours / floor).toFixed(2)));

/** Held by its own value. */
function row(what, { ours, floor, unit = "ms" }, most) {
  return { what, ours: shown(ours, unit), floor: shown(floor, unit), ratio: ratioOf(ours, floor), budget: most === undefined ? "–" : `<= ${most} ${unit}`, held: most === undefined ? null : ours <= most };
}

/** Held by its ratio to the floor; without a floor nothing is said. */
function ratioRow(what, { ours, floor, unit = "ms" }, most) {
  return { ...row(what, { ours, floor, unit }), budget: most === undefined ? "–" : `<= ${most} x`, held: most === undefined || floor === undefined ? null : ours / floor <= most };
}

function buildRows(run, { home, dir, made, rounds }) {
  const [ours, floors] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(join(home, `search.sqlite${suffix}`), { force: true });
    floors.push(run("raw", { dir, paths: made.paths }));
    ours.push(run("build", { home }));
  }
  const { textBytes, rows } = floors[0];
  const peakMb = Math.max(...ours.map((one) => one.peakMb));
  const megabytes = (bytes) => bytes / 1e6;
  return [
    ratioRow(`first index, ${shown(megabytes(made.bytes), "MB")}, ${rows} rows`, { ours: median(ours.map(({ ms }) => ms)), floor: median(floors.map(({ ms }) => ms)) }, 1.3),
    ratioRow("the same, and all of it merged", { ours: median(ours.map(({ tidiedMs }) => tidiedMs)), floor: median(floors.map(({ ms }) => ms)) }),
    ratioRow("size of the index to its text", { ours: megabytes(ours.at(-1).bytes), floor: megabytes(textBytes), unit: "MB" }, 0.35),
    ratioRow("size of the index to raw FTS5", { ours: megabytes(ours.at(-1).bytes), floor: megabytes(floors[0].bytes), unit: "MB" }),
    row("peak memory, first index", { ours: peakMb, unit: "MB" }, 182),
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
  const all = String(asked.length);
  return { what: "needles found, all and only they, with exact counts", ours: String(asked.length - wrong.length), floor: "–", ratio: null, budget: all, held: wrong.length === 0 };
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
  const raw = (nth, key) => median(rawRuns.map((one) => one[nth][key]));
  const queries = [{ query: words.common }, { query: words.common, sort: "relevance" }];
  const [recent, relevance] = run("queries", { home, queries, rounds: 21 });
  return [
    row("rare word, first search of a client, its server has settled", { ours: first.settledMs, floor: raw(0, "firstMs") }, 8),
    row("the same, at once after initialize", { ours: first.atOnceMs }),
    row("the same, the search alone in a new process", { ours: median(firsts.map(({ firstMs }) => firstMs)), floor: raw(0, "firstMs") }),
    row("rare word, again", { ours: median(firsts.map(({ againMs }) => againMs)), floor: raw(0, "againMs") }, 3),
    row("common word, 10 newest", { ours: recent.ms, floor: raw(1, "againMs") }, 5),
    row("common word, by relevance", { ours: relevance.ms, floor: raw(2, "againMs") }, 40),
  ];
}

/** Milliseconds of ripgrep on these files; undefined where it is not installed. */
function ripgrepMs(home, options) {
  const args = ["--no-config", "--no-ignore", "--hidden", "--fixed-strings", ...options, words.nowhere, join(home, "projects")];
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    const { error, status, stderr } = spawnSync("rg", args, { encoding: "utf8" });
    if (error?.code === "ENOENT") return undefined;
    if (error || status !== 1) throw error ?? new Error(`ripgrep ended with ${status}: ${stderr}`);
    return performance.now() - start;
  });
  return times.includes(undefined) ? undefined : median(times);
}

function scanRows(run, { home, made }) {
  const parseMs = timedMs(() => parseAll(made.paths));
  const queries = [{ query: words.nowhere, match: "substring" }, { query: words.nowhere, match: "substring", caseSensitive: true }];
  const [anyCase, asTyped] = run("queries", { home, queries, rounds: 5 });
  const [rgAnyCase, rgAsTyped] = [ripgrepMs(home, ["--ignore-case"]), ripgrepMs(home, [])];
  const note = rgAsTyped === undefined ? " (not installed)" : "";
  return [
    ratioRow(`substring that is nowhere, to ripgrep -i${note}`, { ours: anyCase.ms, floor: rgAnyCase }, 4),
    ratioRow(`substring that is nowhere, case as typed, to ripgrep${note}`, { ours: asTyped.ms, floor: rgAsTyped }, 4),
    ratioRow("substring that is nowhere, to JSON.parse of every line", { ours: anyCase.ms, floor: parseMs }),
  ];
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
  const isEqual = JSON.stringify(told) === JSON.stringify(planted);
  const parseMs = timedMs(() => parseAll(made.paths));
  const first = await firstAnswers(home, { name: "session_stats", args: { group_by: "day" } });
  return [
    row(`usage by day, ${made.records} events, median`, { ours: usage.ms, floor: parseMs }, 50),
    row("usage by day, first call of a client, its server has settled", { ours: first.settledMs, floor: parseMs }, 50),
    row("the same, at once after initialize", { ours: first.atOnceMs }),
    row("the same, the statistics alone in a new process", { ours: usage.firstMs }),
    { what: "usage by day, equal to the token", ours: isEqual ? `${told.length} days` : "not equal", floor: `${planted.length} days`, ratio: null, budget: "equal", held: isEqual },
  ];
}

/** @param options.megabytes Size of the logs; 1,000 are what the budgets mean. @param options.rounds How often the index is built. */
export async function searchHistory({ megabytes = 60, rounds = megabytes < 200 ? 3 : 1 } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "session-log-bench-"));
  try {
    const home = join(dir, "home");
    mkdirSync(home);
    const run = bundleParts(dir);
    const made = writeHistory(home, { megabytes });
    const given = { home, dir, made, rounds };
    const built = [...buildRows(run, given), needleRow(run, given)];
    run("buildCatalogue", { home });
    return [...built, ...(await wordRows(run, given)), ...scanRows(run, given), ...(await usageRows(run, given))];
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}
