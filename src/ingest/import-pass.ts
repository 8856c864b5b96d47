import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isCorrupt } from "../io/sqlite.js";
import type { ImportOptions, ImportReport } from "../schema/ports.js";
import type { FileRow, SessionRow } from "./checkpoints.js";
import { sameStat, walkRoot, type FoundFile } from "./discover.js";
import type { Engine } from "./engine.js";
import { describeFailure } from "./failure.js";
import type { FileStepResult } from "./file-step.js";
import { bySession, originalsFirst, type SessionFiles } from "./import-order.js";
import { withSession } from "./with-session.js";
import { headFault } from "./native-file.js";
import type { NativeRoot } from "./native-root.js";
import { claimSaid } from "./said-once.js";

/** How often progress is told, and how often the indexes are written. */
const progressMs = 100;
const indexMs = 2000;

export interface ImportPassOptions extends Omit<ImportOptions, "providers" | "dryRun"> {
  roots: readonly NativeRoot[];
  now: () => number;
  /** Whether nothing more is to be expected of a file for now; of all where absent. */
  isOver?: (found: FoundFile) => boolean;
  /** Called with all that was found, before any of it is read. */
  onFound?: (files: readonly FoundFile[], processFiles: readonly { root: NativeRoot; path: string }[]) => void;
}

/** Finds all native files, and reads those that changed since they were read last. */
export async function importPass(engine: Engine, options: ImportPassOptions): Promise<ImportReport> {
  const pass = new ImportPass(engine, options);
  try {
    return await pass.run();
  } finally {
    engine.flushIndexes();
  }
}

class ImportPass {
  readonly #engine: Engine;
  readonly #options: ImportPassOptions;
  readonly #report: ImportReport = { imported: 0, updated: 0, unchanged: 0, failed: [], events: 0, bytes: 0, byProvider: {}, elapsedMs: 0 };
  readonly #startedMs: number;
  #rows = new Map<string, FileRow>();
  #sessions = new Map<number, SessionRow>();
  /** Sessions of which something was told that their logs do not hold, as `<provider> <native id>`. */
  #told = new Set<string>();
  /** Folders with news of a session that is not named, as `<provider> <folder>`. */
  readonly #toldFolders = new Set<string>();
  #progress = { files: 0, filesTotal: 0, bytes: 0, bytesTotal: 0 };
  #toldMs = 0;
  #indexedMs: number;

  constructor(engine: Engine, options: ImportPassOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#startedMs = options.now();
    this.#indexedMs = this.#startedMs;
  }

  async run(): Promise<ImportReport> {
    await this.#engine.prepare();
    const { files, processFiles } = await this.#discover();
    const found = files.flatMap((file) => this.#owned(file) ?? []);
    this.#options.onFound?.(found, processFiles);
    this.#rows = this.#engine.checkpoints.files();
    this.#sessions = this.#engine.checkpoints.sessions();
    this.#told = new Set(this.#engine.sideFacts.untold().map(({ provider, nativeId }) => `${provider} ${nativeId}`));
    const sessions = bySession(found).filter((session) => session.mtimeMs >= (this.#options.sinceMs ?? 0));
    const changed: SessionFiles[] = [];
    for (const session of sessions) {
      if (this.#isChanged(session)) changed.push(session);
      else this.#countUnchanged(session);
    }
    this.#expect(changed);
    for (const session of originalsFirst(changed, (file) => !this.#rows.has(file.file.path))) await this.#import(session);
    this.#tell(true);
    this.#report.elapsedMs = this.#options.now() - this.#startedMs;
    return this.#report;
  }

  async #discover(): Promise<{ files: FoundFile[]; processFiles: { root: NativeRoot; path: string }[] }> {
    const files: FoundFile[] = [];
    const processFiles: { root: NativeRoot; path: string }[] = [];
    for (const root of this.#options.roots) {
      for (const path of root.sidePaths) this.#lookBeside(root, path);
      for (const folder of walkRoot(root)) {
        files.push(...folder.files);
        processFiles.push(...folder.processFiles.map((path) => ({ root, path })));
        for (const path of folder.sideFiles) this.#lookBeside(root, path);
        if (folder.error !== undefined) this.#report.failed.push({ path: folder.path, error: folder.error });
        this.#options.signal?.throwIfAborted();
        await nextTurn();
      }
    }
    return { files, processFiles };
  }

  #owned(file: FoundFile): FoundFile | undefined {
    const owned = withSession(file, (path) => this.#engine.checkpoints.nativeIdOfFile(path));
    const fault = owned ? undefined : headFault(file);
    if (fault !== undefined) this.#report.failed.push({ path: file.file.path, error: describeFailure(fault) });
    return owned;
  }

  /** What is told beside a session is written with it. */
  #lookBeside(root: NativeRoot, path: string): void {
    for (const { provider, nativeId, folder } of this.#engine.sideFacts.look(root, path)) if (nativeId === "") this.#toldFolders.add(`${provider} ${folder}`);
  }

  #isChanged(session: SessionFiles): boolean {
    return this.#isTold(session) || [...session.main, ...session.parts].some((found) => this.#isFileChanged(found));
  }

  #isTold({ provider, nativeId, main }: SessionFiles): boolean {
    return this.#told.has(`${provider} ${nativeId}`) || (this.#toldFolders.size > 0 && main.some((found) => this.#isBelowTold(found)));
  }

  #isBelowTold({ file, root }: FoundFile): boolean {
    for (let folder = dirname(file.path); folder.length >= root.dir.length; folder = dirname(folder)) {
      if (this.#toldFolders.has(`${file.provider} ${folder}`)) return true;
      if (folder === dirname(folder)) return false;
    }
    return false;
  }

  /** One look at what `stat` said; and whether the log still has what the file gave. */
  #isFileChanged(found: FoundFile): boolean {
    const row = this.#rows.get(found.file.path);
    const session = row && this.#sessions.get(row.session);
    if (!row || !session || this.#options.force || !row.settled || !sameStat(row, found.stat)) return true;
    const { targets } = this.#engine;
    if (row.skipped) return !session.foreignLog && !targets.isExcluded(session.cwd) && !targets.isRemoved(session);
    return session.logBytes > 0 && !targets.isIntact(session);
  }

  #countUnchanged(session: SessionFiles): void {
    const rows = [...session.main, ...session.parts].map((found) => this.#rows.get(found.file.path));
    // What is kept out of everything is kept out of the numbers too.
    if (!rows.every((row) => row?.skipped)) {
      this.#report.unchanged += 1;
      this.#of(session.provider).unchanged += 1;
    }
  }

  #expect(sessions: readonly SessionFiles[]): void {
    for (const session of sessions) {
      for (const found of [...session.main, ...session.parts]) {
        this.#progress.filesTotal += 1;
        this.#progress.bytesTotal += this.#bytesToRead(found);
      }
    }
  }

  #bytesToRead({ file, stat }: FoundFile): number {
    const row = this.#options.force ? undefined : this.#rows.get(file.path);
    return Math.max(0, stat.sizeBytes - Math.min(row?.offsetBytes ?? 0, stat.sizeBytes));
  }

  async #import(session: SessionFiles): Promise<void> {
    const total: FileStepResult = { events: 0, bytes: 0, created: false, linked: false, waiting: false };
    const failedBefore = this.#report.failed.length;
    claimSaid(this.#engine, session, this.#rows);
    let waiting: FoundFile[] = [];
    for (const found of [...session.main, ...session.parts]) {
      this.#options.signal?.throwIfAborted();
      const isDue = this.#isFileChanged(found) || (found.file.role === "main" && this.#isTold(session));
      if (isDue && (await this.#importFile(found, total))) waiting.push(found);
      this.#progress.files += 1;
      this.#progress.bytes += this.#bytesToRead(found);
      this.#tell(false);
    }
    // An agent's file may name the calls of agents of its own, whose files came before it.
    for (let before = Number.POSITIVE_INFINITY; waiting.length > 0 && waiting.length < before; ) {
      before = waiting.length;
      const again = waiting;
      waiting = [];
      for (const found of again) if (await this.#importFile(found, total)) waiting.push(found);
    }
    this.#count(session, total, this.#report.failed.length > failedBefore);
    if (this.#options.now() - this.#indexedMs < indexMs) return;
    this.#engine.flushIndexes();
    this.#indexedMs = this.#options.now();
  }

  /** @returns Whether what it needs is not there yet. */
  async #importFile(found: FoundFile, total: FileStepResult): Promise<boolean> {
    const { signal, force, isOver = () => true } = this.#options;
    try {
      const result = await this.#engine.run(found, { final: isOver(found), force, orphans: true }, signal);
      total.events += result.events;
      total.bytes += result.bytes;
      total.created ||= result.created;
      if (result.sessionId !== undefined) total.sessionId = result.sessionId;
      return result.waiting && found.file.role !== "main";
    } catch (error) {
      signal?.throwIfAborted();
      if (isCorrupt(error)) throw error;
      // Whatever one file does to its reader, the rest goes on: the report names it.
      this.#report.failed.push({ path: found.file.path, error: describeFailure(error) });
      return false;
    }
  }

  #count({ provider }: SessionFiles, { events, bytes, created, sessionId }: FileStepResult, isFailed: boolean): void {
    const counts = this.#of(provider);
    const kind = created ? "imported" : events > 0 ? "updated" : "unchanged";
    if (kind !== "unchanged" || (sessionId !== undefined && !isFailed)) {
      this.#report[kind] += 1;
      counts[kind] += 1;
    }
    counts.events += events;
    this.#report.events += events;
    this.#report.bytes += bytes;
  }

  #of(provider: string): ImportReport["byProvider"][string] {
    return (this.#report.byProvider[provider] ??= { imported: 0, updated: 0, unchanged: 0, events: 0 });
  }

  #tell(isLast: boolean): void {
    const nowMs = this.#options.now();
    if (!this.#options.onProgress || (!isLast && nowMs - this.#toldMs < progressMs)) return;
    this.#toldMs = nowMs;
    this.#options.onProgress({ ...this.#progress, events: this.#report.events });
  }
}
