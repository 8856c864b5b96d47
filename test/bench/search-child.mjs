// One task on a home in a process of its own: `search-child.mjs PARTS TASK`, with what it needs as JSON on stdin; the answer is JSON on stdout.
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { median, peakMb } from "./timing.mjs";

const [partsPath, task] = process.argv.slice(2);
const parts = await import(pathToFileURL(partsPath).href);
const given = JSON.parse(readFileSync(0, "utf8"));
// The server has done that before its first answer.
parts.chooseEngine();

const onWarning = (message) => {
  throw new Error(message);
};

function openLogs(dir) {
  const home = new parts.Home({ dir });
  return { home, logs: new parts.SessionLogs(home, {}), onWarning };
}

const openSearch = () => new parts.Search(openLogs(given.home));
const queryOf = (query) => ({ match: "words", caseSensitive: false, sort: "recent", limit: 10, ...query });

async function timed(fn) {
  const start = performance.now();
  const value = await fn();
  return { ms: performance.now() - start, value };
}

/** Bytes still to be taken in, as the index itself says; undefined while it is not there or not yet all logs are known. */
function pendingBytes(db) {
  const row = db.prepare("SELECT (SELECT complete_ms FROM search) AS complete, (SELECT SUM(pending_bytes) FROM sessions) AS pending").get();
  return row.complete > 0 ? row.pending : undefined;
}

/** When another connection wrote last, once none has for half a second. */
async function lastChangeAt(db) {
  const version = db.prepare("PRAGMA data_version");
  let [changedAt, known] = [performance.now(), version.get().data_version];
  while (performance.now() < changedAt + 500) {
    await delay(10);
    const { data_version: now } = version.get();
    if (now !== known) [changedAt, known] = [performance.now(), now];
  }
  return changedAt;
}

/** All matches of a query, page by page. */
async function walk(search, query) {
  const places = [];
  for (let cursor; ; ) {
    const page = await search.search(queryOf({ ...query, ...(cursor && { cursor }) }));
    places.push(...page.hits.map(({ sessionId, seq, text, matchStart, matchEnd }) => ({ place: `${sessionId}/${seq}`, matched: text.slice(matchStart, matchEnd) })));
    cursor = page.cursorAfter.at(-1);
    if (cursor === undefined) return { places, total: page.total, totalIsExact: page.totalIsExact, excluded: page.excluded };
  }
}

/** A table of the engine itself for the same texts, without anything around it. */
function rawTable(path) {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  const db = parts.openDatabase(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  db.exec(`CREATE VIRTUAL TABLE texts USING fts5(body, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2 tokenchars '${parts.wordSymbols}'")`);
  return db;
}

/** Size of a database once its journal is worked into it. */
function wholeBytes(path) {
  const db = parts.openDatabase(path);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  return statSync(path).size;
}

const batchBytes = 4_000_000;

/** The texts of each event of a log that has any. */
function* textsIn(path) {
  for (const { bytes } of parts.linesForward(path, { fromByte: 0 })) {
    const texts = parts.eventTexts(parts.parseLine(bytes) ?? {});
    if (texts.length > 0) yield texts;
  }
}

const tasks = {
  async build() {
    const search = openSearch();
    const start = performance.now();
    await search.ready();
    const db = parts.openDatabase(join(given.home, "search.sqlite"), { readOnly: true });
    while (pendingBytes(db) !== 0) await delay(10);
    const ms = performance.now() - start;
    const tidiedMs = (await lastChangeAt(db)) - start;
    db.close();
    const { index } = await search.search(queryOf({ query: "any" }));
    if (!index.complete) throw new Error("the index is not complete");
    search.close();
    return { ms, tidiedMs, peakMb: peakMb(), bytes: wholeBytes(join(given.home, "search.sqlite")) };
  },

  /** The same rows into raw FTS5: `ms` is what the inserts took, without reading and parsing. */
  raw() {
    const path = join(given.dir, "raw.sqlite");
    const db = rawTable(path);
    const insert = db.prepare("INSERT INTO texts (rowid, body) VALUES (?, ?)");
    let [ms, textBytes, rowId, waiting, waitingBytes] = [0, 0, 0, [], 0];
    const flush = () => {
      const start = performance.now();
      db.exec("BEGIN");
      for (const text of waiting) insert.run((rowId += 1), text);
      db.exec("COMMIT");
      ms += performance.now() - start;
      [waiting, waitingBytes] = [[], 0];
    };
    for (const logPath of given.paths) {
      for (const texts of textsIn(logPath)) {
        const body = texts.map(parts.splitLone).join("\n\u{e000}\n");
        for (const text of texts) textBytes += Buffer.byteLength(text);
        waitingBytes += body.length;
        waiting.push(body);
      }
      if (waitingBytes >= batchBytes) flush();
    }
    flush();
    db.close();
    return { ms, textBytes, rows: rowId, bytes: wholeBytes(path) };
  },

  /** The first search of this process, and the same again. */
  async first() {
    const search = openSearch();
    const first = await timed(() => search.search(queryOf(given.query)));
    const again = [];
    for (let round = 0; round < 21; round += 1) again.push((await timed(() => search.search(queryOf(given.query)))).ms);
    search.close();
    return { firstMs: first.ms, again, hits: first.value.hits.length };
  },

  /** Each query so often. */
  async queries() {
    const search = openSearch();
    await search.search(queryOf(given.queries[0]));
    const all = [];
    for (const query of given.queries) {
      const times = [];
      let page;
      for (let round = 0; round < given.rounds; round += 1) {
        const { ms, value } = await timed(() => search.search(queryOf(query)));
        times.push(ms);
        page = value;
      }
      all.push({ times, hits: page.hits.length, total: page.total });
    }
    search.close();
    return all;
  },

  /** The floor of words: statements on the raw table; the first of this process, and again. */
  statements() {
    return given.statements.map(({ sql, params }) => {
      const start = performance.now();
      const db = parts.openDatabase(given.path, { readOnly: true });
      const rows = db.prepare(sql).all(...params).length;
      const firstMs = performance.now() - start;
      const statement = db.prepare(sql);
      const again = Array.from({ length: 11 }, () => {
        const from = performance.now();
        statement.all(...params);
        return performance.now() - from;
      });
      db.close();
      return { firstMs, againMs: median(again), rows };
    });
  },

  /** Each needle's queries; what they find. */
  async needles() {
    const search = openSearch();
    const all = [];
    for (const query of given.queries) all.push({ query, ...(await walk(search, { ...query, limit: 3 })) });
    search.close();
    return all;
  },

  async buildCatalogue() {
    const catalogue = new parts.Catalogue(openLogs(given.home));
    await catalogue.ready();
    catalogue.close();
    return {};
  },

  /** The last events of a session, and those after a seq; each read so often. */
  async pages() {
    const { home, logs, onWarning: warn } = openLogs(given.home);
    const catalogue = new parts.Catalogue({ home, logs, onWarning: warn });
    const store = new parts.LogStore(logs, { seqOffset: (id, seq) => catalogue.seqOffset(id, seq) });
    const take = (lines) => {
      const seqs = [];
      for (const { seq } of lines) {
        seqs.push(seq);
        if (seqs.length === given.count) break;
      }
      return seqs.sort((one, other) => one - other);
    };
    const pages = { last: () => take(store.backward(given.sessionId, Infinity)), page: () => take(store.forward(given.sessionId, given.afterSeq)) };
    const answer = {};
    for (const [name, page] of Object.entries(pages)) {
      const seqs = page();
      const times = [];
      for (let round = 0; round < given.rounds; round += 1) times.push((await timed(page)).ms);
      answer[name] = { seqs, times };
    }
    catalogue.close();
    return answer;
  },

  /** What the catalogue answers to each call: the first in a row, and others, with pauses in which the catalogue does what it does beside. */
  async catalogue() {
    const catalogue = new parts.Catalogue(openLogs(given.home));
    const ask = ({ method, query }) => {
      const start = performance.now();
      const value = catalogue[method](query);
      return { ms: performance.now() - start, value };
    };
    const firsts = given.calls.map(ask);
    const times = given.calls.map(() => []);
    for (let round = 0; round < given.rounds; round += 1) {
      for (const [nth, call] of given.calls.entries()) {
        await delay(10);
        times[nth].push(ask(call).ms);
      }
    }
    catalogue.close();
    return firsts.map(({ ms, value }, nth) => ({ firstMs: ms, times: times[nth], ...(given.keeps && { value }) }));
  },
};

process.stdout.write(JSON.stringify(await tasks[task]()));
