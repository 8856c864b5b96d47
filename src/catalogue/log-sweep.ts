import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { statIfThere } from "../io/stat-if-there.js";
import { Home } from "../log/home.js";
import { foldSessionId, isSessionId } from "../schema/session-id.js";
import type { CatalogueFile } from "./catalogue-file.js";
import type { LogRef } from "./log-fold.js";
import { isThere, isUnchanged, refOf, type LogSync } from "./log-sync.js";
import { toLogPlace, type LogPlace } from "./session-rows.js";
import type { FoldedLog, SessionTable } from "./session-table.js";

const logsPerTransaction = 64;
const logsPerStep = 64;
/** The clock of a file system may stand still for so long: a folder that changed just now is looked at again. */
const clockStepMs = 40;
/** A log without events that was made so long ago will have none soon. */
const youngMs = 60_000;

/** Looks through the folders of a home for logs that are new, grown, replaced or gone. */
export class LogSweep {
  readonly #home: Home;
  readonly #file: CatalogueFile<SessionTable>;
  readonly #sync: LogSync;
  readonly #now: () => number;
  /** How many logs were found new, changed or gone so far. */
  changes = 0;

  constructor(home: Home, file: CatalogueFile<SessionTable>, sync: LogSync, options: { now: () => number }) {
    this.#home = home;
    this.#file = file;
    this.#sync = sync;
    this.#now = options.now;
  }

  /** Looks at every log, in steps of a few milliseconds; opens those that changed. */
  *steps(): Generator<undefined, void> {
    const logsDirs = this.#home.allLogsDirs();
    for (const logsDir of logsDirs) yield* this.#folder(logsDir, { onlyNew: false });
    this.#forgetOtherFolders(new Set(logsDirs));
    this.#file.write((table) => table.sql("UPDATE catalogue SET complete_ms = ?").run(this.#now()));
  }

  /** Looks for logs that appeared or went: a stat for each folder, and a listing of those that changed. @returns How many folders there are. */
  lookForNewLogs(): number {
    const rows = this.#file.use((table) => table.all("SELECT logs_dir, changed_ms FROM folders"));
    const lookedThrough = new Map(rows.map((row) => [String(row["logs_dir"]), Number(row["changed_ms"])]));
    const logsDirs = this.#home.allLogsDirs();
    for (const logsDir of logsDirs) {
      const changed = statIfThere(join(logsDir, "sessions"))?.mtimeMs;
      if (changed === undefined || lookedThrough.get(logsDir) === changed) continue;
      const steps = this.#folder(logsDir, { onlyNew: true });
      while (!steps.next().done);
    }
    return logsDirs.length;
  }

  /** Looks at the logs with the latest events: those are the likeliest to grow. */
  lookAtNewest(count: number): void {
    const newest = this.#file.use((table) => table.all("SELECT * FROM sessions ORDER BY last_ms DESC, id_key LIMIT ?", count).map(toLogPlace));
    for (const place of newest) {
      const ref = refOf(place);
      const stats = statIfThere(ref.path);
      if (!stats || !isUnchanged(place, place.logsDir, stats)) this.#sync.sync(ref);
    }
  }

  *#folder(logsDir: string, { onlyNew }: { onlyNew: boolean }): Generator<undefined, void> {
    const sessionsDir = join(logsDir, "sessions");
    const changed = statIfThere(sessionsDir)?.mtimeMs;
    const places = this.#file.use((table) => table.placesIn(logsDir));
    const ids = logIdsIn(sessionsDir);
    const there = new Set(ids.map(foldSessionId));
    for (const [key, place] of places) if (!there.has(key)) this.#forget(place);
    const wanted = onlyNew ? ids.filter((id) => !places.has(foldSessionId(id))) : ids;
    const isWhole = yield* this.#logs(logsDir, wanted, places);
    if (isWhole && changed !== undefined && changed < Date.now() - clockStepMs) this.#remember(logsDir, changed);
  }

  #remember(logsDir: string, changedMs: number): void {
    const sql = "INSERT INTO folders VALUES (?, ?) ON CONFLICT DO UPDATE SET changed_ms = excluded.changed_ms WHERE changed_ms <> excluded.changed_ms";
    this.#file.write((table) => table.sql(sql).run(logsDir, changedMs));
  }

  #forget(place: LogPlace): void {
    this.#sync.forgetIfGone(place);
    this.changes += 1;
  }

  /** @returns False where a log was made just now and its first event is still to come. */
  *#logs(logsDir: string, ids: readonly string[], places: ReadonlyMap<string, LogPlace>): Generator<undefined, boolean> {
    let folded: FoldedLog[] = [];
    let isWhole = true;
    for (const [nth, id] of ids.entries()) {
      if (nth % logsPerStep === logsPerStep - 1) yield;
      const read = yield* this.#log({ id, logsDir, path: Home.logPath(logsDir, id) }, places.get(foldSessionId(id)));
      if (read === "young") isWhole = false;
      else if (read) folded.push(read);
      if (folded.length < logsPerTransaction) continue;
      this.#save(folded);
      folded = [];
    }
    this.#save(folded);
    return isWhole;
  }

  *#log(log: LogRef, place: LogPlace | undefined): Generator<undefined, FoldedLog | "young" | undefined> {
    const stats = statIfThere(log.path);
    if (!stats?.isFile() || (place && isUnchanged(place, log.logsDir, stats))) return undefined;
    const base = this.#file.use((table) => table.byId(log.id));
    // Two logs of one id: the one that is known stays the session's.
    const isOther = base && (base.logsDir !== log.logsDir || base.id !== log.id);
    if (isOther && isThere(base)) return undefined;
    const read = yield* this.#sync.read(log, base);
    return read ?? (stats.mtimeMs > Date.now() - youngMs ? "young" : undefined);
  }

  #save(folded: readonly FoldedLog[]): void {
    this.changes += folded.length;
    for (const log of this.#sync.save(folded)) this.#sync.sync({ ...log, path: Home.logPath(log.logsDir, log.id) });
  }

  #forgetOtherFolders(known: ReadonlySet<string>): void {
    const dirs = this.#file.use((table) => table.all("SELECT DISTINCT logs_dir FROM sessions").map((row) => String(row["logs_dir"])));
    for (const dir of dirs) {
      if (known.has(dir)) continue;
      for (const place of this.#file.use((table) => table.placesIn(dir)).values()) this.#forget(place);
    }
  }
}

function logIdsIn(sessionsDir: string): string[] {
  try {
    const names = readdirSync(sessionsDir).filter((name) => name.endsWith(".jsonl"));
    return names.map((name) => basename(name, ".jsonl")).filter(isSessionId);
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "EACCES")) return [];
    throw error;
  }
}
