import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CoreError, hasSystemCode } from "../errors.js";
import { makePrivateDir } from "../io/atomic-write.js";
import { atDatabase, removeDatabase } from "../io/database-file.js";
import { regularStat } from "../io/regular-file.js";
import type { Home } from "../log/home.js";
import { logIoError } from "../log/log-io-error.js";
import type { SessionLogs } from "../log/session-logs.js";
import type { NativeEnvironment, Provider } from "../providers/provider.js";
import type { FollowAnswer, FollowQuery, ImportOptions, ImportReport, IngestPort, LiveSession } from "../schema/ports.js";
import { Background } from "./background.js";
import { checkpointPath } from "./engine.js";
import { Engines } from "./engines.js";
import { followNative } from "./follow-native.js";
import type { HelpNeeds, ImportHelp } from "./import-helper.js";
import { importPass } from "./import-pass.js";
import { defaultIntervals, type IngestIntervals } from "./intervals.js";
import { Lease } from "./lease.js";
import type { LiveView } from "./live-view.js";
import { MemoryLive } from "./memory-live.js";
import { nativeRoots, type NativeRoot } from "./native-root.js";
import { SentSessions } from "./sent-sessions.js";
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
  /** For an import that somebody waits for. */
  help?: ImportHelp;
}

/** Native logs of the providers: found, imported, followed. Making one costs nothing; the first question opens what it needs. */
export class Ingest implements IngestPort {
  readonly providers: readonly string[];
  readonly #options: IngestOptions;
  readonly #intervals: IngestIntervals;
  readonly #now: () => number;
  readonly #roots: readonly NativeRoot[];
  readonly #engines: Engines;
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
    const { home, logs, providers, exclude, findByNative, onWarning } = options;
    this.#engines = new Engines({ home, logs, providers, exclude, findByNative, onWarning, now: this.#now });
  }

  /** Waits for the lease, then imports what is new and follows what grows, until `close()`. Nothing where `writes` is false. */
  startBackground(): void {
    if (!this.#options.writes || this.#isClosed) return;
    const { isAlive, onWarning } = this.#options;
    const start = (): void => {
      if (this.#isClosed || this.#background) return;
      this.#background = new Background({ engines: this.#engines, roots: this.#roots, intervals: this.#intervals, isAlive, now: this.#now, onWarning });
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
      const engine = this.#engines.make("dryRun");
      try {
        return await importPass(engine, { ...rest, roots, now: this.#now });
      } finally {
        engine.close();
      }
    }
    const isHeld = this.#lease().tryAcquire();
    try {
      return await this.#engines.use((engine) => importPass(engine, { ...rest, roots, now: this.#now, help: this.#options.help }));
    } finally {
      if (isHeld) this.#lease().release();
    }
  }

  /** Reads sessions that another process found, as its helper. @throws {RangeError} as `SentSessions`. */
  helpImport(options: HelpNeeds & { signal: AbortSignal }): SentSessions {
    return new SentSessions(this.#engines.current(), { ...options, rootsOf: (provider) => this.#rootsOf([provider]), now: this.#now });
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
    const answer = followNative(request, { engine: this.#engines.current(), roots, findByNative });
    const isLeft = answer.existingSessionId === undefined && answer.following !== "ambiguous";
    if (isLeft && !writes && !this.#hasIngester()) this.#followAlone(request);
    return answer;
  }

  /** Takes out what is kept of the native files behind logs that were removed. */
  async erase(sessionIds: readonly string[]): Promise<void> {
    const path = checkpointPath(this.#options.home);
    if (!regularStat(path)) return;
    await this.#engines.use(async (engine) => {
      if (engine.db.erase(() => engine.checkpoints.forget(sessionIds))) return;
      this.#engines.retire();
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
    this.#engines.close();
    this.#heldLease?.close();
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
      engine: this.#engines.make("written", { onlyFollowed: true }),
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
      ? new WrittenLive({ ...common, engine: () => this.#engines.current(), logs, activeMs: this.#intervals.activeMs })
      : new MemoryLive({ ...common, newEngine: (onEvents) => this.#engines.make("memory", { onEvents }), intervals: this.#intervals, onWarning });
    return this.#view;
  }
}

function passOverAbort(error: unknown): void {
  if (!hasSystemCode(error, "ABORT_ERR")) throw error;
}
