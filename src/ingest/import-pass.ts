import type { ImportOptions, ImportReport } from "../schema/ports.js";
import type { FoundFile } from "./discover.js";
import type { Engine } from "./engine.js";
import { ChangedFiles, type FindOptions } from "./find-changed.js";
import { toSent, type ImportHelp, type ImportHelper } from "./import-helper.js";
import { ImportOrder, type SessionFiles } from "./import-order.js";
import { inLanes } from "./in-lanes.js";
import type { NativeRoot } from "./native-root.js";
import { SessionImport, type SessionOutcome } from "./session-import.js";

/** How often progress is told. */
const progressMs = 100;

export interface ImportPassOptions extends Omit<ImportOptions, "providers" | "dryRun"> {
  roots: readonly NativeRoot[];
  now: () => number;
  /** Whether nothing more is to be expected of a file for now; of all where absent. */
  isOver?: (found: FoundFile) => boolean;
  onFolder?: FindOptions["onFolder"];
  /** Called when all was found, before any of it is read. */
  onFound?: (processFiles: readonly { root: NativeRoot; path: string }[]) => void;
  /** For a second process that reads sessions too, where there is one to be had. */
  help?: ImportHelp | undefined;
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
  readonly #sessions: SessionImport;
  readonly #report: ImportReport;
  readonly #startedMs: number;
  #progress = { files: 0, filesTotal: 0, bytes: 0, bytesTotal: 0 };
  #toldMs = 0;

  constructor(engine: Engine, options: ImportPassOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#startedMs = options.now();
    const { roots, force, signal, onFolder, isOver, now } = options;
    this.#changed = new ChangedFiles(engine, { roots, force, signal, onFolder });
    this.#report = { imported: 0, updated: 0, unchanged: 0, failed: this.#changed.failed, events: 0, bytes: 0, byProvider: {}, elapsedMs: 0 };
    this.#sessions = new SessionImport(engine, { force, signal, isOver, now });
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
    const order = new ImportOrder(due, (found) => this.#changed.rowOf(found) === undefined);
    await this.#importAll(order.originals(), this.#helperFor(due));
    for (const session of order.copies()) await this.#import(session);
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

  #helperFor(sessions: readonly SessionFiles[]): ImportHelper | undefined {
    const { help, force } = this.#options;
    const { checkpointInode } = this.#engine;
    if (!help || checkpointInode === undefined || sessions.length < 2 || this.#progress.bytesTotal < help.fromBytes) return undefined;
    return help.open({ force, checkpointInode });
  }

  async #importAll(sessions: Generator<SessionFiles>, helper: ImportHelper | undefined): Promise<void> {
    const { signal } = this.#options;
    let before = Promise.resolve();
    /** One after the other, also what a helper left undone: the state of each is held in memory. */
    const here = (session: SessionFiles): Promise<void> => (before = before.then(() => this.#import(session)));
    if (!helper) return inLanes(sessions, [here]);
    const there = async (session: SessionFiles): Promise<void> => {
      if (!(await this.#importBy(helper, session))) await here(session);
    };
    const stopHelper = (): void => void helper.close();
    signal?.addEventListener("abort", stopHelper);
    try {
      // Two sessions are with the helper at a time: while it reads one, the next is there already.
      await inLanes(sessions, [here, there, there], stopHelper);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stopHelper);
      await helper.close();
    }
    // What it could not tell, or was killed before it told.
    this.#engine.mendIndexes();
  }

  async #import(session: SessionFiles): Promise<void> {
    const outcome = await this.#sessions.run(session, { isDue: (found) => this.#isDue(found, session), onFile: (found) => this.#done(found) });
    this.#count(session, outcome);
  }

  /** @returns False where the helper ended before it was through. */
  async #importBy(helper: ImportHelper, session: SessionFiles): Promise<boolean> {
    const outcome = await helper.import(toSent(session, (found) => this.#isDue(found, session)));
    if (!outcome) return false;
    this.#count(session, outcome);
    for (const found of [...session.main, ...session.parts]) this.#done(found);
    return true;
  }

  #isDue(found: FoundFile, session: SessionFiles): boolean {
    return this.#changed.isChanged(found) || (found.file.role === "main" && this.#changed.isTold(session));
  }

  #done(found: FoundFile): void {
    this.#progress.files += 1;
    this.#progress.bytes += this.#bytesToRead(found);
    this.#tell(false);
  }

  #count({ provider }: SessionFiles, { events, bytes, created, sessionId, failed }: SessionOutcome): void {
    const counts = this.#of(provider);
    const kind = created ? "imported" : events > 0 ? "updated" : "unchanged";
    if (kind !== "unchanged" || (sessionId !== undefined && failed.length === 0)) {
      this.#report[kind] += 1;
      counts[kind] += 1;
    }
    counts.events += events;
    this.#report.events += events;
    this.#report.bytes += bytes;
    this.#report.failed.push(...failed);
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
