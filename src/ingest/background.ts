import { dirname, sep } from "node:path";
import type { Engine } from "./engine.js";
import type { Engines } from "./engines.js";
import { findFile, readFolder, type FoundFile } from "./discover.js";
import { processEnd } from "./facts.js";
import { describeFailure } from "./failure.js";
import { importPass, type ImportPassOptions } from "./import-pass.js";
import { folderUseMs } from "./folder-watches.js";
import type { IngestIntervals } from "./intervals.js";
import type { LiveProcess } from "./live-processes.js";
import { headFault, headOf } from "./native-file.js";
import type { NativeRoot } from "./native-root.js";
import { ProcessWatch } from "./process-watch.js";
import type { Told } from "./side-facts.js";
import { Tail } from "./tail.js";
import type { SideFact } from "../providers/provider.js";
import { isRecent } from "../schema/time.js";
import { withSession } from "./with-session.js";

/** Files by whose last writing folders are watched before the first look; more of a day are found by that. */
const mostExpected = 4096;

export interface BackgroundOptions {
  engines: Engines;
  roots: readonly NativeRoot[];
  intervals: IngestIntervals;
  isAlive: (pid: number) => boolean;
  now: () => number;
  onWarning: (message: string) => void;
}

/** Import and tail of one process, for as long as it has the lease. */
export class Background {
  readonly #options: BackgroundOptions;
  readonly #abort = new AbortController();
  readonly #warned = new Set<string>();
  /** Files of agents that could not be read yet, by path. */
  readonly #waiting = new Map<string, FoundFile>();
  #tail: Tail | undefined;
  #processes: ProcessWatch | undefined;
  #pass: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BackgroundOptions) {
    this.#options = options;
  }

  /** Starts; returns at once. */
  start(): void {
    this.#pass = this.#run().finally(() => (this.#pass = undefined));
  }

  /** Resolves when the first pass is through. */
  async settled(): Promise<void> {
    await this.#pass;
  }

  /** Ends the pass, says what waits in the files that are followed, and stops. */
  async close(): Promise<void> {
    this.#abort.abort();
    clearInterval(this.#timer);
    await this.#tail?.close();
    await this.#pass;
  }

  async #run(): Promise<void> {
    await this.#import();
    if (this.#abort.signal.aborted) return;
    const tick = (): void => void this.#processes?.tick().catch((error: unknown) => this.#options.engines.onError(error));
    this.#timer = setInterval(tick, this.#options.intervals.processMs).unref();
  }

  async #import(): Promise<void> {
    const { roots, now } = this.#options;
    const { signal } = this.#abort;
    const isOver = (found: FoundFile): boolean => this.#isOver(found, this.#options.engines.current());
    try {
      const report = await this.#options.engines.use(async (engine) => {
        await engine.prepare();
        this.#follow();
        const onFolder: ImportPassOptions["onFolder"] = (root, content) => this.#tail?.know(root, content);
        return importPass(engine, { roots, now, force: false, signal, isOver, onFolder, onFound: (processFiles) => this.#startTail(processFiles) });
      });
      for (const { path, error } of report.failed) this.#warn(path, error);
    } catch (error) {
      if (signal.aborted) return;
      // What could not be imported at once is followed all the same.
      this.#options.engines.onError(error);
      this.#options.onWarning(`Cannot import: ${describeFailure(error)}`);
      this.#follow();
      this.#startTail([]);
    }
  }

  /** Watches begin before the first look through all files, which may take long: those where somebody worked of late first. */
  #follow(): void {
    if (this.#tail || this.#abort.signal.aborted) return;
    const { roots, now, intervals, isAlive } = this.#options;
    const db = this.#options.engines.current().db;
    const onSwitch = (provider: string, fact: SideFact): void => void this.#options.engines.current().sideFacts.add(provider, fact);
    const processes = new ProcessWatch({ db, isAlive, now, onEnd: (process, isClean) => this.#endSession(process, isClean), onSwitch });
    this.#processes = processes;
    this.#tail = new Tail({
      roots,
      now,
      intervals,
      step: (file, options) => this.#step(file, options),
      onProcessFile: (root, path) => processes.look(root, path),
      onSideFile: (root, path) => this.#lookBeside(root, path),
    });
    for (const { path, mtimeMs } of this.#options.engines.current().checkpoints.lastWritten(now() - folderUseMs, mostExpected)) {
      const root = roots.find((one) => one.holds(path));
      if (root) this.#tail.expect(root, path, mtimeMs);
    }
  }

  #startTail(processFiles: readonly { root: NativeRoot; path: string }[]): void {
    this.#tail?.start();
    for (const { root, path } of processFiles) this.#processes?.look(root, path);
  }

  async #step(found: FoundFile, { final, metBytes }: { final: boolean; metBytes: number | undefined }): Promise<boolean> {
    try {
      const engine = this.#options.engines.current();
      const owned = withSession(found, (path) => engine.checkpoints.nativeIdOfFile(path));
      // Where nothing says whose it is, a change may; one that cannot be read is tried again.
      if (!owned) return headFault(found) === undefined;
      // While the first pass goes on, a file that may begin with copies waits until the pass comes to it.
      if (this.#pass && this.#mayHoldCopies(owned, engine)) return false;
      if (final && !this.#isOver(owned, engine)) return false;
      const orphans = owned.file.role !== "main" && !this.#hasMain(owned, engine);
      const { waiting, linked } = await engine.run(owned, { final, orphans, ...(metBytes === undefined ? {} : { metBytes }) });
      engine.flushIndexes();
      this.#noteWaiting(owned, waiting);
      if (linked) this.#readAgents(owned);
      return !waiting;
    } catch (error) {
      this.#options.engines.onError(error);
      this.#warn(found.file.path, describeFailure(error));
      return false;
    }
  }

  /** An agent's file may wait for its call: when one is named, it is read at once. */
  #noteWaiting(found: FoundFile, waiting: boolean): void {
    if (waiting && found.file.role !== "main") this.#waiting.set(found.file.path, found);
    else this.#waiting.delete(found.file.path);
  }

  #readAgents({ file }: FoundFile): void {
    for (const found of this.#waiting.values()) if (found.file.nativeSessionId === file.nativeSessionId) this.#tail?.again(found);
  }

  /** What a side file tells of sessions that have a log is written there; the rest waits for one. */
  #lookBeside(root: NativeRoot, path: string): void {
    const engine = this.#options.engines.current();
    try {
      for (const told of engine.sideFacts.look(root, path)) this.#sayFacts(root, told);
    } catch (error) {
      this.#options.engines.onError(error);
      this.#warn(path, describeFailure(error));
    }
  }

  #sayFacts(root: NativeRoot, told: Told): void {
    const found = this.#filesMeant(told).flatMap((path) => findFile(root, path) ?? []);
    for (const file of told.nativeId === "" ? found : found.slice(0, 1)) this.#tail?.again(file);
  }

  /** Where main files of the session were seen. One that is not named is one that was written a moment ago. */
  #filesMeant({ provider, nativeId, folder }: Told): string[] {
    const { checkpoints } = this.#options.engines.current();
    const session = nativeId === "" ? undefined : checkpoints.session(provider, nativeId);
    if (session) return checkpoints.filesOf(session).filter(({ role }) => role === "main").map(({ path }) => path);
    if (nativeId !== "") return [];
    const recent = checkpoints.filesWrittenSince(this.#options.now() - this.#options.intervals.activeMs);
    return recent.filter(({ file }) => file.role === "main" && file.path.startsWith(folder + sep)).map(({ file }) => file.path);
  }

  /**
   * A session that began a moment ago may not have said yet where it works: what decides where its log lies is not forced out of it.
   * (Hooks of the user's run before the first record that has a `cwd`.)
   */
  #isOver({ file, stat }: FoundFile, engine: Engine): boolean {
    if (file.role !== "main" || !isRecent(stat.mtimeMs, this.#options.now(), this.#options.intervals.activeMs)) return true;
    return engine.checkpoints.session(file.provider, file.nativeSessionId)?.sessionId !== undefined;
  }

  #mayHoldCopies(found: FoundFile, engine: Engine): boolean {
    return found.file.role === "main" && engine.checkpoints.file(found.file.path) === undefined && headOf(found).continues;
  }

  /** Whether the session's own file was seen: then it is the one that begins the log. */
  #hasMain(found: FoundFile, engine: Engine): boolean {
    const session = engine.checkpoints.session(found.file.provider, found.file.nativeSessionId);
    const known = session ? engine.checkpoints.filesOf(session).some((row) => row.role === "main") : false;
    return known || this.#mainBeside(found, engine);
  }

  /** A main file that lies in a folder above and was not read yet. */
  #mainBeside({ root, file }: FoundFile, { checkpoints }: Engine): boolean {
    for (let folder = dirname(file.path); folder.length > root.dir.length; folder = dirname(folder)) {
      const mains = readFolder(root, folder).files.filter((found) => found.file.role === "main");
      if (mains.some((found) => withSession(found, (path) => checkpoints.nativeIdOfFile(path))?.file.nativeSessionId === file.nativeSessionId)) return true;
    }
    return false;
  }

  async #endSession(process: Omit<LiveProcess, "cwd">, isClean: boolean): Promise<void> {
    const engine = this.#options.engines.current();
    const session = engine.checkpoints.session(process.provider, process.nativeSessionId);
    if (!session) return;
    for (const { path } of engine.checkpoints.filesOf(session)) {
      const found = this.#options.roots.flatMap((root) => (path.startsWith(root.dir) ? (findFile(root, path) ?? []) : []))[0];
      if (found) await this.#step({ ...found, file: { ...found.file, nativeSessionId: process.nativeSessionId } }, { final: true, metBytes: undefined });
    }
    engine.endSession(session.key, (followed) => processEnd({ pid: process.pid, startedAtMs: process.startedAtMs, isClean }, followed));
  }

  /** Each trouble of a file is told once, not with every try. */
  #warn(path: string, error: string): void {
    const text = `Cannot read ${path}: ${error}`;
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#options.onWarning(text);
  }
}
