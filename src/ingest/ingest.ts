import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CoreError, hasSystemCode } from "../errors.js";
import { makePrivateDir } from "../io/atomic-write.js";
import { atDatabase, removeDatabase } from "../io/database-file.js";
import { regularStat } from "../io/regular-file.js";
import { isCorrupt } from "../io/sqlite.js";
import { GlobalIndexQueue } from "../log/global-index-queue.js";
import type { Home } from "../log/home.js";
import { logIoError } from "../log/log-io-error.js";
import type { SessionLogs } from "../log/session-logs.js";
import type { NativeEnvironment, Provider } from "../providers/provider.js";
import type { AgentLogEvent } from "../schema/event.js";
import type { FollowAnswer, FollowQuery, ImportOptions, ImportReport, IngestPort, LiveSession } from "../schema/ports.js";
import { Background } from "./background.js";
import { CheckpointDb } from "./checkpoint-db.js";
import { Engine, checkpointPath, type EngineMode } from "./engine.js";
import { followNative } from "./follow-native.js";
import { importPass } from "./import-pass.js";
import { defaultIntervals, type IngestIntervals } from "./intervals.js";
import { Lease } from "./lease.js";
import type { LiveView } from "./live-view.js";
import { MemoryLive } from "./memory-live.js";
import { nativeRoots, type NativeRoot } from "./native-root.js";
import { SoloFollow } from "./solo-follow.js";
import { WrittenLive } from "./written-live.js";

export interface IngestOptions {
  home: Home;
  logs: SessionLogs;
  /** All that this version can read. */
  providers: readonly Provider[];
  environment: NativeEnvironment;
  /** Names of those to look for. */
  enabled: readonly string[];
  /** Absolute paths of workspaces that are kept out of everything. */
  exclude: readonly string[];
  /** Native files are imported and followed in the background. */
  writes: boolean;
  /** Nothing may be written, on demand neither; where absent, as if nothing is written in the background. */
  readOnly?: boolean;
  isAlive: (pid: number) => boolean;
  findByNative: (provider: string, nativeId: string) => string | undefined;
  onWarning: (message: string) => void;
  now?: () => number;
  intervals?: Partial<IngestIntervals>;
}

/** Native logs of the providers: found, imported, followed. Making one costs nothing; the first question opens what it needs. */
export class Ingest implements IngestPort {
  readonly providers: readonly string[];
  readonly #options: IngestOptions;
  readonly #intervals: IngestIntervals;
  readonly #now: () => number;
  readonly #roots: readonly NativeRoot[];
  readonly #retired: Engine[] = [];
  #current: Engine | undefined;
  #globalIndex: GlobalIndexQueue | undefined;
  #heldLease: Lease | undefined;
  #background: Background | undefined;
  #solo: SoloFollow | undefined;
  #view: LiveView | undefined;
  #backgroundFromMs = 0;
  #isClosed = false;
  /** The home cannot be made: what is live is looked at in memory alone. */
  #isHomeless = false;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#intervals = { ...defaultIntervals, ...options.intervals };
    this.providers = options.providers.map(({ name }) => name);
    this.#roots = this.#rootsOf(options.enabled);
  }

  /** Waits for the lease, then imports what is new and follows what grows, until `close()`. Nothing where `writes` is false. */
  startBackground(): void {
    if (!this.#options.writes || this.#isClosed) return;
    const { isAlive, onWarning } = this.#options;
    const start = (): void => {
      if (this.#isClosed || this.#background) return;
      const withEngine = <T>(fn: (engine: Engine) => Promise<T>): Promise<T> => this.#withEngine(fn);
      const parts = { engine: () => this.#engine(), withEngine, roots: this.#roots, intervals: this.#intervals, isAlive, now: this.#now, onWarning };
      this.#background = new Background({ ...parts, onError: (error) => this.#onError(error) });
      this.#background.start();
      this.#backgroundFromMs = performance.now();
    };
    try {
      this.#lease().waitFor(start, (error) => onWarning(`Cannot take the lease of the home yet: ${error instanceof Error ? error.message : String(error)}`));
    } catch (error) {
      if (!(error instanceof CoreError) || error.code !== "LOG_IO") throw error;
      this.#isHomeless = true;
      onWarning(`Cannot import in the background: ${error.message} Then start the server again.`);
    }
  }

  /** Resolves when the first import of the background is through; at once where it is not this process that does it. */
  async settled(): Promise<void> {
    await this.#background?.settled();
  }

  async caughtUp(timeoutMs: number): Promise<void> {
    const leftMs = this.#backgroundFromMs + timeoutMs - performance.now();
    if (!this.#background || leftMs <= 0) return;
    const limit = new AbortController();
    await Promise.race([this.settled(), delay(leftMs, undefined, { signal: limit.signal, ref: false }).catch(passOverAbort)]);
    limit.abort();
  }

  async import(options: ImportOptions): Promise<ImportReport> {
    if (this.#isReadOnly) throw new CoreError("READ_ONLY", "Nothing is imported with --read-only. Leave it out.");
    const { providers = this.#options.enabled, dryRun, ...rest } = options;
    const roots = this.#rootsOf(this.#requireKnown(providers));
    if (dryRun) {
      const engine = this.#newEngine("dryRun");
      try {
        return await importPass(engine, { ...rest, roots, now: this.#now });
      } finally {
        engine.close();
      }
    }
    const isHeld = this.#lease().tryAcquire();
    try {
      return await this.#withEngine((engine) => importPass(engine, { ...rest, roots, now: this.#now }));
    } finally {
      if (isHeld) this.#lease().release();
    }
  }

  live(): LiveSession[] {
    return this.#look((view) => view.live());
  }

  liveLines(provider: string, limit: number): string[] {
    return this.#look((view) => view.lines(provider, limit));
  }

  watchLive(provider: string, listener: () => void): () => void {
    return this.#look((view) => view.watch(provider, listener));
  }

  async follow(request: FollowQuery): Promise<FollowAnswer> {
    if (this.#isReadOnly) throw new CoreError("READ_ONLY", "Nothing is followed with --read-only. Leave it out.");
    this.#requireKnown([request.provider]);
    const { findByNative, writes } = this.#options;
    const roots = this.#rootsOf([request.provider]);
    const answer = followNative(request, { engine: this.#engine(), roots, findByNative });
    const isLeft = answer.existingSessionId === undefined && answer.following !== "ambiguous";
    if (isLeft && !writes && !this.#hasIngester()) this.#followAlone(request);
    return answer;
  }

  /** Takes out what is kept of the native files behind logs that were removed. */
  async erase(sessionIds: readonly string[]): Promise<void> {
    const path = checkpointPath(this.#options.home);
    if (!regularStat(path)) return;
    await this.#withEngine(async (engine) => {
      if (engine.db.erase(() => engine.checkpoints.forget(sessionIds))) return;
      this.#retire();
      atDatabase(path, () => removeDatabase(path));
    });
  }

  /** Stops everything; what waits in files that are followed is said before. Later calls do nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#background?.close();
    await this.#solo?.close();
    await this.#view?.close();
    for (const engine of [...this.#retired, ...(this.#current ? [this.#current] : [])]) engine.close();
    this.#heldLease?.close();
    this.#closeGlobalIndex();
  }

  get #isReadOnly(): boolean {
    return this.#options.readOnly ?? !this.#options.writes;
  }

  #rootsOf(names: readonly string[]): NativeRoot[] {
    const { providers, environment } = this.#options;
    return nativeRoots(
      providers.filter(({ name }) => names.includes(name)),
      environment,
    );
  }

  #requireKnown(names: readonly string[]): readonly string[] {
    const unknown = names.find((name) => !this.providers.includes(name));
    if (unknown === undefined) return names;
    throw new CoreError("INVALID_ARGUMENT", `provider ${JSON.stringify(unknown.slice(0, 64))} is not known. Give some of ${this.providers.join(", ")}.`);
  }

  /** The engine that writes. `import.sqlite` may have been deleted since the last time: then it is a new one. */
  #engine(): Engine {
    if (this.#current?.isStale) this.#retire();
    this.#current ??= this.#newEngine("written");
    return this.#current;
  }

  /** A step may still be under way in it. */
  #retire(): void {
    if (this.#current) this.#retired.push(this.#current);
    this.#current = undefined;
  }

  #newEngine(mode: EngineMode, special: { onlyFollowed?: boolean; onEvents?: (events: readonly AgentLogEvent[]) => void } = {}): Engine {
    const { home, logs, providers, exclude, findByNative, onWarning } = this.#options;
    const upsertGlobal = (entry: Parameters<GlobalIndexQueue["upsert"]>[0]): void => this.#globalQueue().upsert(entry);
    const { onlyFollowed = false, onEvents } = special;
    return new Engine(mode, { home, logs, providers, exclude, findByNative, onWarning, upsertGlobal, now: this.#now, onlyFollowed }, onEvents);
  }

  /** Damage of `import.sqlite` may show only in the middle of the work: then it begins anew. */
  async #withEngine<T>(fn: (engine: Engine) => Promise<T>): Promise<T> {
    try {
      return await fn(this.#engine());
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this.#onError(error);
      return fn(this.#engine());
    }
  }

  #onError(error: unknown): void {
    if (!isCorrupt(error)) return;
    const { home, onWarning } = this.#options;
    const damaged = this.#current && { inode: this.#current.db.inode };
    this.#retire();
    CheckpointDb.setAside(checkpointPath(home), { ...damaged, nowMs: this.#now(), onWarning });
  }

  #globalQueue(): GlobalIndexQueue {
    const { home, onWarning } = this.#options;
    this.#globalIndex ??= new GlobalIndexQueue(home.dir, { logsDirs: () => home.allLogsDirs(), onWarning });
    return this.#globalIndex;
  }

  #closeGlobalIndex(): void {
    try {
      this.#globalIndex?.close();
    } catch (error) {
      if (!(error instanceof CoreError) || !["LOCK_TIMEOUT", "LOG_IO"].includes(error.code)) throw error;
      this.#options.onWarning(`Cannot write sessions_index.json: ${error.message}`);
    }
  }

  /** @throws {CoreError} `LOG_IO` where the home cannot be made. */
  #lease(): Lease {
    const { dir } = this.#options.home;
    try {
      makePrivateDir(dir);
    } catch (error) {
      throw logIoError(`Cannot make the folder "${dir}"`, error);
    }
    this.#heldLease ??= new Lease(join(dir, "ingest.lease"), { retryMs: this.#intervals.leaseMs });
    return this.#heldLease;
  }

  /** Whether another process reads native files in the background. */
  #hasIngester(): boolean {
    if (!this.#lease().tryAcquire()) return true;
    this.#lease().release();
    return false;
  }

  #followAlone({ provider, workspacePath: workspace, providerSessionId: nativeId, sessionId }: FollowQuery): void {
    const { onWarning } = this.#options;
    this.#solo ??= new SoloFollow({
      engine: this.#newEngine("written", { onlyFollowed: true }),
      roots: this.#roots,
      intervals: this.#intervals,
      now: this.#now,
      onWarning,
    });
    this.#solo.add({ provider, workspace, nativeId, sessionId });
  }

  /** Where checkpoints cannot be kept, what is live is told from memory. */
  #look<T>(look: (view: LiveView) => T): T {
    try {
      return look(this.#liveView());
    } catch (error) {
      if (!(error instanceof CoreError) || error.code !== "LOG_IO" || this.#isHomeless) throw error;
      this.#isHomeless = true;
      this.#view = undefined;
      return look(this.#liveView());
    }
  }

  #liveView(): LiveView {
    const { logs, isAlive, writes, onWarning } = this.#options;
    const common = { roots: this.#roots, isAlive, now: this.#now };
    this.#view ??= writes && !this.#isHomeless
      ? new WrittenLive({ ...common, engine: () => this.#engine(), logs, activeMs: this.#intervals.activeMs })
      : new MemoryLive({ ...common, newEngine: (onEvents) => this.#newEngine("memory", { onEvents }), intervals: this.#intervals, onWarning });
    return this.#view;
  }
}

function passOverAbort(error: unknown): void {
  if (!hasSystemCode(error, "ABORT_ERR")) throw error;
}
