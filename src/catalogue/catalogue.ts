import { setImmediate as turn } from "node:timers/promises";
import { DerivedFile, type DerivedContent } from "../io/derived-file.js";
import { statIfThere } from "../io/stat-if-there.js";
import { toldMeanwhile } from "../io/told-meanwhile.js";
import type { Home } from "../log/home.js";
import { isThere, refOf } from "../log/log-place.js";
import { LogSweep } from "../log/log-sweep.js";
import { logPaths } from "../log/session-index.js";
import type { SessionLogs } from "../log/session-logs.js";
import { SweepSchedule } from "../log/sweep-schedule.js";
import type { Asker, CataloguePort, RebuildOptions, SessionPage, SessionQuery, StatsPage, StatsQuery } from "../schema/ports.js";
import type { SessionFull } from "../schema/session.js";
import { isSessionId } from "../schema/session-id.js";
import { CatalogueLogs } from "./catalogue-logs.js";
import { catalogueSchema, catalogueVersion } from "./catalogue-schema.js";
import { ChangeFeed, type ChangeListener } from "./change-feed.js";
import { decodeCursor } from "./list-cursor.js";
import { listSessions } from "./list-sessions.js";
import { liveSessions, type LiveSource } from "./live-sessions.js";
import { LogSync } from "./log-sync.js";
import { OwnAppends } from "./own-appends.js";
import { resolveSession } from "./resolve-session.js";
import { byAlias, byOwnPrefix } from "./session-lookup.js";
import type { SessionRow } from "./session-rows.js";
import { SessionTable } from "./session-table.js";
import { viewRow } from "./session-view.js";
import { shortIdOf } from "./short-id.js";
import { decodeStatsCursor } from "./stats-cursor.js";
import { statsPage, StatsWalks } from "./stats-page.js";

export interface CatalogueOptions {
  home: Home;
  logs: Pick<SessionLogs, "find" | "onAppend">;
  /** Nothing but `catalogue.sqlite` is written; false by default. */
  readOnly?: boolean;
  /** Sessions that a provider's process file or growing native file shows to be live, by our id or the provider's. */
  live?: () => readonly LiveSource[];
  /** Told of what was put right; never of recorded text. */
  onWarning?: (message: string) => void;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** The database, in its home. */
export const catalogueFile = "catalogue.sqlite";

const content: DerivedContent<SessionTable> = {
  fileName: catalogueFile,
  title: "the catalogue",
  version: catalogueVersion,
  schema: catalogueSchema,
  // To take the journal into the file waits for the disk: an import would do so several times. What a statement would need to be undone by itself goes into files else.
  pragmas: "PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY",
  toTables: (db) => new SessionTable(db),
};
/** Files that are replaced faster than they can be filled end in an answer of what there is. */
const mostTries = 10;
/** How often others' logs are looked at for listeners while this process appends without a pause. */
const busyLookEveryMs = 1000;
/** Places are kept for every 256th line or so: before the second there is nothing to gain. */
const firstMappedSeq = 256;

/**
 * All sessions of a home, kept in `catalogue.sqlite` and derived from their logs: what this process appends is taken in before
 * every answer and soon after, what others append by looking at their files. Making one costs nothing: the database is
 * opened on first use.
 */
export class Catalogue implements CataloguePort {
  readonly #options: CatalogueOptions;
  readonly #file: DerivedFile<SessionTable>;
  readonly #sync: LogSync;
  readonly #sweep: LogSweep;
  readonly #schedule: SweepSchedule;
  readonly #own: OwnAppends;
  readonly #feed: ChangeFeed;
  readonly #walks = new StatsWalks();
  readonly #stopListening: () => void;
  #lookedAtMs = -Infinity;

  constructor(options: CatalogueOptions) {
    this.#options = options;
    const now = options.now ?? Date.now;
    const onWarning = options.onWarning ?? (() => undefined);
    const onError = (error: unknown): void => onWarning(`The catalogue could not be updated: ${nameOf(error)}`);
    this.#file = new DerivedFile(options.home.dir, content, { onWarning, now, readOnly: options.readOnly ?? false });
    this.#sync = new LogSync(this.#file, { onWarning, now });
    const known = new CatalogueLogs(this.#file, this.#sync, { now });
    this.#sweep = new LogSweep(options.home, known);
    this.#schedule = new SweepSchedule(known, this.#sweep);
    this.#feed = new ChangeFeed(this.#file, {
      look: () => this.#lookWithoutWaiting(),
      isComplete: () => this.#schedule.isComplete(),
      onError,
    });
    this.#own = new OwnAppends(this.#file, this.#sync, { onFlushed: () => this.#feed.soon(), onError, now });
    this.#stopListening = options.logs.onAppend((append) => this.#own.add(append));
  }

  /** Takes in all logs, giving way to others in between: called at start, so that the first answer need not wait for it. */
  async ready(): Promise<void> {
    while (!this.#schedule.isComplete()) await this.#schedule.inBackground();
  }

  async rebuild({ signal, onProgress }: RebuildOptions): Promise<void> {
    this.#file.reset();
    const total = this.#options.home.allLogsDirs().reduce((sum, dir) => sum + logPaths(dir).length, 0);
    const tell = (): void => onProgress?.({ done: this.#file.use((table) => table.number("SELECT COUNT(*) FROM sessions")), total });
    await toldMeanwhile(this.ready(), { tell, ...(signal && { signal }) });
  }

  /** Takes sessions whose logs are gone out of the catalogue, and out of the bytes of its file. @throws {CoreError} `INVALID_ARGUMENT` where a newer version wrote it. */
  erase(sessionIds: readonly string[]): Promise<void> {
    this.#own.flush();
    return this.#file.erase(async () => {
      for (const id of sessionIds) {
        await turn();
        this.#file.write((table) => {
          const row = table.byId(id);
          if (row && !isThere(row)) table.remove(row.n);
        });
      }
    });
  }

  list(query: SessionQuery): SessionPage {
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, query, this.#now());
    return this.#answer(() => {
      const live = this.#live();
      const ask = (table: SessionTable): SessionPage => listSessions(table, query, { cursor, live, nowMs: this.#now() });
      return this.#file.write(ask);
    });
  }

  stats(query: StatsQuery): StatsPage {
    const cursor = query.cursor === undefined ? undefined : decodeStatsCursor(query.cursor, query, this.#now());
    if (query.sessionId !== undefined) {
      this.#own.flush();
      this.#lookUp(query.sessionId);
    }
    return this.#answer(() => {
      const live = query.status === undefined ? [] : this.#live();
      return this.#file.write((table) => statsPage(table, query, { cursor, walks: this.#walks, live, nowMs: this.#now() }));
    });
  }

  get(sessionId: string): SessionFull | undefined {
    this.#own.flush();
    const row = this.#lookUp(sessionId);
    if (!row) return undefined;
    const live = this.#live();
    return this.#file.use((table) => viewRow(table, row, live));
  }

  resolve(ref: string, asker: Asker, options: { forWriting: boolean }): string {
    this.#own.flush();
    const whole = this.#lookUp(ref);
    if (whole) return whole.id;
    for (;;) {
      const found = this.#answer(() => this.#file.use((table) => resolveSession(table, ref, { asker, ...options })));
      const row = this.#lookUp(found.id);
      if (row) return row.id;
    }
  }

  shortId(sessionId: string): string {
    this.#own.flush();
    this.#schedule.complete();
    return this.#file.use((table) => {
      const ref = table.refById(sessionId);
      return ref ? shortIdOf(table, ref) : sessionId;
    });
  }

  idsBeginning(prefix: string, limit: number): string[] {
    return this.#answer(() => this.#file.use((table) => byOwnPrefix(table, prefix, limit).map(({ id }) => id)));
  }

  onChange(listener: ChangeListener): () => void {
    return this.#feed.listen(listener);
  }

  /** The session whose log holds a provider's session: one of that id where there is one, else the one written last. */
  findByNative(provider: string, nativeSessionId: string): string | undefined {
    this.#own.flushIfNamed(nativeSessionId);
    this.#schedule.complete();
    const found = this.#file.use((table) => byAlias(table, nativeSessionId, provider));
    const inOrder = [...found.filter(({ id }) => id === nativeSessionId), ...found];
    return inOrder.find(({ id }) => this.#lookUp(id))?.id;
  }

  /** The logs folder of a session as far as the catalogue knows it; the log may be gone. */
  locate(sessionId: string): string | undefined {
    return this.#file.use((table) => table.refById(sessionId)?.logsDir);
  }

  /**
   * Start of a line of a session's log whose seq is at most `seq`, as near to it as is known: whatever follows the last
   * line with such a seq stands behind it. Undefined: nothing is known, or seqs do not ascend; begin at the start.
   */
  seqOffset(sessionId: string, seq: number): number | undefined {
    if (seq < firstMappedSeq) return undefined;
    const row = this.#file.use((table) => table.byId(sessionId));
    if (!row?.state.ascending) return undefined;
    const stats = statIfThere(refOf(row).path);
    if (!stats || stats.ino !== row.inode || stats.size < row.indexedBytes) return undefined;
    const sql = "SELECT offset_bytes FROM seq_offsets WHERE n = ? AND seq <= ? ORDER BY seq DESC LIMIT 1";
    return this.#file.use((table) => table.number(sql, row.n, seq)) || undefined;
  }

  /** Writes what waits, ends all timers and closes the database; used again it throws `LOG_CLOSED`. */
  close(): void {
    this.#stopListening();
    this.#feed.close();
    this.#own.close();
    this.#schedule.close();
    this.#file.close();
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  #live(): number[] {
    const sources = this.#options.live?.() ?? [];
    return this.#file.use((table) => liveSessions(table, sources, this.#now()));
  }

  /** The session with that whole id, as its log now is. */
  #lookUp(sessionId: string): SessionRow | undefined {
    if (!isSessionId(sessionId)) return undefined;
    const known = this.#file.use((table) => table.refById(sessionId));
    const row = known && this.#sync.sync(known);
    if (row) return row;
    const found = this.#options.logs.find(sessionId);
    return found && this.#sync.sync({ id: found.sessionId, logsDir: found.logsDir, path: found.path });
  }

  /** Asks a catalogue that has taken in all there is; again where it was lost meanwhile. */
  #answer<R>(ask: () => R): R {
    for (let tries = 1; ; tries += 1) {
      this.#refresh();
      const { generation } = this.#file;
      const answer = ask();
      // Also what a look around found out may have led to another file, such as one in memory where the disk cannot be written.
      if ((generation === this.#file.generation && this.#schedule.isComplete()) || tries >= mostTries) return answer;
    }
  }

  #refresh(): void {
    this.#own.flush();
    this.#schedule.complete();
    this.#sweep.lookAround();
    if (this.#schedule.runIfDue()) this.#sweepOn();
  }

  /** Less often while this process appends without a pause: it would disturb that, and what waits in memory be read from its logs. */
  #lookWithoutWaiting(): void {
    const nowMs = performance.now();
    if (this.#own.isBusy && nowMs < this.#lookedAtMs + busyLookEveryMs) return;
    this.#lookedAtMs = nowMs;
    this.#own.flush();
    if (!this.#schedule.isComplete()) return this.#sweepOn();
    this.#sweep.lookAround();
    if (this.#schedule.runIfDue()) this.#sweepOn();
  }

  #sweepOn(): void {
    this.#schedule.inBackground().catch((error: unknown) => {
      this.#options.onWarning?.(`The catalogue could not be updated: ${nameOf(error)}`);
    });
  }
}

/** What went wrong, without any text of a log. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}
