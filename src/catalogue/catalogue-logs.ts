import type { DerivedFile } from "../io/derived-file.js";
import { idKeysIn, placeColumns, refOf, toLogPlace, type LogPlace, type LogRef } from "../log/log-place.js";
import type { KnownLogs } from "../log/log-sweep.js";
import type { LogSync } from "./log-sync.js";
import type { FoldedLog, SessionTable } from "./session-table.js";

const logsPerTransaction = 64;

/** The logs that the catalogue knows, for the sweep: what it finds is read at once and written in batches. */
export class CatalogueLogs implements KnownLogs {
  readonly #file: DerivedFile<SessionTable>;
  readonly #sync: LogSync;
  readonly #now: () => number;
  #folded: FoldedLog[] = [];

  constructor(file: DerivedFile<SessionTable>, sync: LogSync, options: { now: () => number }) {
    this.#file = file;
    this.#sync = sync;
    this.#now = options.now;
  }

  get generation(): number {
    return this.#file.generation;
  }

  isComplete(): boolean {
    return this.#file.use((table) => table.number("SELECT complete_ms FROM catalogue")) > 0;
  }

  foldersLookedThrough(): Map<string, number> {
    const rows = this.#file.use((table) => table.all("SELECT logs_dir, changed_ms FROM folders"));
    return new Map(rows.map((row) => [String(row["logs_dir"]), Number(row["changed_ms"])]));
  }

  rememberFolder(logsDir: string, changedMs: number): void {
    const sql = "INSERT INTO folders VALUES (?, ?) ON CONFLICT DO UPDATE SET changed_ms = excluded.changed_ms WHERE changed_ms <> excluded.changed_ms";
    this.#file.write((table) => table.sql(sql).run(logsDir, changedMs));
  }

  logsDirs(): string[] {
    return this.#file.use((table) => table.all("SELECT DISTINCT logs_dir FROM sessions").map((row) => String(row["logs_dir"])));
  }

  idKeysIn(logsDir: string): Set<string> {
    return this.#file.use((table) => idKeysIn(table, logsDir));
  }

  placesIn(logsDir: string): Map<string, LogPlace> {
    return this.#file.use((table) => table.placesIn(logsDir));
  }

  byId(sessionId: string): LogPlace | undefined {
    return this.#file.use((table) => table.byId(sessionId));
  }

  likeliest(count: number): LogPlace[] {
    return this.#file.use((table) => table.all(`SELECT ${placeColumns} FROM sessions ORDER BY last_ms DESC, id_key LIMIT ?`, count).map(toLogPlace));
  }

  *take(log: LogRef): Generator<undefined, boolean> {
    const base = this.#file.use((table) => table.byId(log.id));
    const read = yield* this.#sync.read(log, base);
    if (!read) return false;
    this.#folded.push(read);
    if (this.#folded.length >= logsPerTransaction) this.flush();
    return true;
  }

  flush(): void {
    const folded = this.#folded;
    this.#folded = [];
    // Another process wrote of these meanwhile: they are looked at anew.
    for (const log of this.#sync.save(folded)) this.#sync.sync(refOf(log));
  }

  forget(place: LogPlace): void {
    this.#sync.forgetIfGone(place);
  }

  complete(generation: number): void {
    this.#file.write((table) => generation === this.#file.generation && table.run("UPDATE catalogue SET complete_ms = ? WHERE complete_ms = 0", this.#now()));
  }
}
