import { closeSync, type Stats } from "node:fs";
import type { DerivedFile } from "../io/derived-file.js";
import { lineAt } from "../io/lines.js";
import { openIfThere } from "../io/open-if-there.js";
import type { Prepared } from "../io/prepared.js";
import { regularStat } from "../io/regular-file.js";
import { parseLine } from "../log/line-fields.js";
import { idKeysIn, isThere, placeColumns, toLogPlace, type LogPlace, type LogRef } from "../log/log-place.js";
import type { KnownLogs } from "../log/log-sweep.js";
import { pathKey } from "../log/path-key.js";
import { foldSessionId } from "../schema/session-id.js";
import { emptyRowState, takeEvent, type RowState } from "./row-state.js";
import { removeSession } from "./save-rows.js";
import { sessionById } from "./session-rows.js";

const looksPerTransaction = 256;

/** A log as it was just looked at. */
interface Look {
  log: LogRef;
  stats: Stats;
  /** What the first line of a log says that nobody knew. */
  head: RowState | undefined;
}

/** The logs that the index knows, for the sweep: what it finds is noted, to be read by the indexer. */
export class SearchLogs implements KnownLogs {
  readonly #file: DerivedFile<Prepared>;
  readonly #now: () => number;
  #looks: Look[] = [];

  constructor(file: DerivedFile<Prepared>, options: { now: () => number }) {
    this.#file = file;
    this.#now = options.now;
  }

  get generation(): number {
    return this.#file.generation;
  }

  isComplete(): boolean {
    return this.#file.use((table) => table.number("SELECT complete_ms FROM search")) > 0;
  }

  foldersLookedThrough(): Map<string, number> {
    const rows = this.#file.use((table) => table.all("SELECT logs_dir, changed_ms FROM folders"));
    return new Map(rows.map((row) => [String(row["logs_dir"]), Number(row["changed_ms"])]));
  }

  rememberFolder(logsDir: string, changedMs: number): void {
    const sql = "INSERT INTO folders VALUES (?, ?) ON CONFLICT DO UPDATE SET changed_ms = excluded.changed_ms WHERE changed_ms <> excluded.changed_ms";
    this.#file.write((table) => table.run(sql, logsDir, changedMs));
  }

  logsDirs(): string[] {
    return this.#file.use((table) => table.all("SELECT DISTINCT logs_dir FROM sessions").map((row) => String(row["logs_dir"])));
  }

  idKeysIn(logsDir: string): Set<string> {
    return this.#file.use((table) => idKeysIn(table, logsDir));
  }

  placesIn(logsDir: string): Map<string, LogPlace> {
    const rows = this.#file.use((table) => table.all(`SELECT ${placeColumns} FROM sessions WHERE logs_dir = ?`, logsDir).map(toLogPlace));
    return new Map(rows.map((place) => [foldSessionId(place.id), place]));
  }

  byId(sessionId: string): LogPlace | undefined {
    return this.#file.use((table) => sessionById(table, sessionId));
  }

  likeliest(count: number): LogPlace[] {
    return this.#file.use((table) => table.all(`SELECT ${placeColumns} FROM sessions ORDER BY mtime_ms DESC LIMIT ?`, count).map(toLogPlace));
  }

  *take(log: LogRef): Generator<undefined, boolean> {
    const stats = regularStat(log.path);
    if (!stats) return false;
    const head = this.byId(log.id) ? undefined : headOf(log);
    if (head === "none") return false;
    this.#looks.push({ log, stats, head });
    if (this.#looks.length >= looksPerTransaction) this.flush();
    yield;
    return true;
  }

  flush(): void {
    const looks = this.#looks;
    this.#looks = [];
    if (looks.length > 0) this.#file.write((table) => looks.forEach((look) => note(table, look)));
  }

  forget(place: LogPlace): void {
    if (!isThere(place)) this.#file.write((table) => removeSession(table, place));
  }

  /** Has a log read again from its start, where it turned out to be another than its file's size and time say; takes it out where it is gone. */
  mistrust(idKey: string): void {
    const place = this.byId(idKey);
    if (place && !isThere(place)) this.forget(place);
    this.#file.write((table) => table.run("UPDATE sessions SET mark = '?', pending_bytes = MAX(1, size_bytes) WHERE id_key = ?", idKey));
  }

  /** Size of all logs that are known. */
  bytes(): number {
    return this.#file.use((table) => table.number("SELECT SUM(size_bytes) FROM sessions"));
  }

  complete(generation: number): void {
    this.#file.write((table) => generation === this.#file.generation && table.run("UPDATE search SET complete_ms = ? WHERE complete_ms = 0", this.#now()));
  }
}

function note(table: Prepared, { log, stats, head }: Look): void {
  const known = sessionById(table, log.id);
  if (!known) return head && insert(table, { log, stats, head });
  const isReplaced = known.inode !== stats.ino || stats.size < known.indexedBytes || known.logsDir !== log.logsDir;
  table.run(
    "UPDATE sessions SET id = ?, logs_dir = ?, size_bytes = ?, mtime_ms = ?, pending_bytes = ? WHERE n = ?",
    log.id,
    log.logsDir,
    stats.size,
    stats.mtimeMs,
    isReplaced ? stats.size : stats.size - known.indexedBytes,
    known.n,
  );
}

function insert(table: Prepared, { log, stats, head }: Look & { head: RowState }): void {
  const { provider, workspace, ms } = head;
  table.run(
    `INSERT INTO sessions (id, id_key, logs_dir, indexed_bytes, size_bytes, inode, mtime_ms, mark, mark_bytes, pending_bytes,
       provider, workspace, began_ms, last_ms, setback_ms, first_row, last_row, state)
     VALUES (?, ?, ?, 0, ?, ?, ?, '', 0, ?, ?, ?, ?, 0, 0, 0, 0, ?)`,
    log.id,
    foldSessionId(log.id),
    log.logsDir,
    stats.size,
    stats.ino,
    stats.mtimeMs,
    stats.size,
    provider,
    workspace === null ? "" : pathKey(workspace),
    ms,
    JSON.stringify(emptyRowState()),
  );
}

/** What the first line of a log says; `none` where it has no whole line yet. */
function headOf(log: LogRef): RowState | "none" {
  const state = emptyRowState();
  // One that cannot be read is reported when it is to be indexed.
  const fd = openIfThere(log.path, "EACCES", "EPERM");
  if (fd === undefined) return regularStat(log.path) ? state : "none";
  try {
    const line = lineAt(fd, 0);
    const event = line && parseLine(line);
    if (event) takeEvent(state, event);
    return line ? state : "none";
  } finally {
    closeSync(fd);
  }
}
