import { isCorrupt } from "../io/sqlite.js";
import type { ImportOptions, ImportReport } from "../schema/ports.js";
import type { FoundFile } from "./discover.js";
import type { Engine } from "./engine.js";
import { describeFailure } from "./failure.js";
import type { FileStepResult } from "./file-step.js";
import { ChangedFiles, type FindOptions } from "./find-changed.js";
import { originalsFirst, type SessionFiles } from "./import-order.js";
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
  onFolder?: FindOptions["onFolder"];
  /** Called when all was found, before any of it is read. */
  onFound?: (processFiles: readonly { root: NativeRoot; path: string }[]) => void;
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
  readonly #changed: ChangedFiles;
  readonly #report: ImportReport;
  readonly #startedMs: number;
  #progress = { files: 0, filesTotal: 0, bytes: 0, bytesTotal: 0 };
  #toldMs = 0;
  #indexedMs: number;

  constructor(engine: Engine, options: ImportPassOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#startedMs = options.now();
    const { roots, force, signal, onFolder } = options;
    this.#changed = new ChangedFiles(engine, { roots, force, signal, onFolder });
    this.#report = { imported: 0, updated: 0, unchanged: 0, failed: this.#changed.failed, events: 0, bytes: 0, byProvider: {}, elapsedMs: 0 };
    this.#indexedMs = this.#startedMs;
  }

  async run(): Promise<ImportReport> {
    const { sinceMs = 0, onFound } = this.#options;
    await this.#engine.prepare();
    const sessions = await this.#changed.find();
    onFound?.(this.#changed.processFiles);
    this.#countUnchanged();
    const due = sessions.filter(({ mtimeMs }) => mtimeMs >= sinceMs);
    this.#expect(due);
    this.#options.onProgress?.({ ...this.#progress, events: 0 });
    for (const session of originalsFirst(due, (found) => this.#changed.rowOf(found) === undefined)) await this.#import(session);
    this.#tell(true);
    this.#report.elapsedMs = this.#options.now() - this.#startedMs;
    return this.#report;
  }

  #countUnchanged(): void {
    for (const { provider, count } of this.#changed.unchanged.counts(this.#options.sinceMs ?? 0)) {
      this.#report.unchanged += count;
      this.#of(provider).unchanged += count;
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

  #bytesToRead(found: FoundFile): number {
    const { stat } = found;
    const row = this.#options.force ? undefined : this.#changed.rowOf(found);
    return Math.max(0, stat.sizeBytes - Math.min(row?.offsetBytes ?? 0, stat.sizeBytes));
  }

  async #import(session: SessionFiles): Promise<void> {
    const total: FileStepResult = { events: 0, bytes: 0, created: false, linked: false, waiting: false };
    const failedBefore = this.#report.failed.length;
    claimSaid(this.#engine, session);
    let waiting: FoundFile[] = [];
    for (const found of [...session.main, ...session.parts]) {
      this.#options.signal?.throwIfAborted();
      const isDue = this.#changed.isChanged(found) || (found.file.role === "main" && this.#changed.isTold(session));
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
