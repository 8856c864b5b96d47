import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { statIfThere } from "../io/stat-if-there.js";
import type { Home } from "../log/home.js";
import { ImportedKeys } from "../log/imported-keys.js";
import { IndexMarks } from "../log/index-marks.js";
import { sessionKey } from "../log/session-metadata.js";
import type { SessionLogs } from "../log/session-logs.js";
import type { Provider } from "../providers/provider.js";
import type { AgentLogEvent, EventDraft } from "../schema/event.js";
import { CheckpointDb } from "./checkpoint-db.js";
import { Checkpoints } from "./checkpoints.js";
import { Claims } from "./claims.js";
import type { FoundFile } from "./discover.js";
import { findLog, WrittenLogs, type EngineLogs } from "./engine-logs.js";
import { fileStep, type FileStepOptions, type FileStepParts, type FileStepResult } from "./file-step.js";
import { Follows } from "./follows.js";
import { IndexBatch, type IndexBatchOptions } from "./index-batch.js";
import { MemoryLogs } from "./memory-logs.js";
import { rebuildKeys } from "./rebuild-keys.js";
import { SaidPrompts } from "./said-prompts.js";
import type { Appended } from "./session-sink.js";
import { SideFacts } from "./side-facts.js";
import { SessionTargets } from "./session-target.js";

export interface EngineOptions {
  home: Home;
  logs: SessionLogs;
  providers: readonly Provider[];
  exclude: readonly string[];
  findByNative: (provider: string, nativeId: string) => string | undefined;
  onWarning: (message: string) => void;
  upsertGlobal: IndexBatchOptions["upsertGlobal"];
  now: () => number;
  /** Only sessions that one of ours follows; false where absent. */
  onlyFollowed?: boolean;
}

/**
 * `written`: into the logs. `dryRun`: what that would be, going on from what is there. `memory`: sessions from their beginning, for who only looks on.
 */
export type EngineMode = "written" | "dryRun" | "memory";

/** The one engine behind import, tail and looking on: native files in, events out. */
export class Engine {
  readonly checkpoints: Checkpoints;
  readonly claims: Claims;
  readonly follows: Follows;
  readonly targets: SessionTargets;
  readonly sideFacts: SideFacts;
  readonly logs: EngineLogs;
  readonly indexes: IndexBatch;
  readonly #db: CheckpointDb;
  readonly #options: EngineOptions;
  readonly #parts: FileStepParts;
  readonly #busy = new Map<string, Promise<unknown>>();
  readonly #mode: EngineMode;
  #isClosed = false;
  #prepared: Promise<void> | undefined;

  /** @param onEvents In mode `memory` told of all events. */
  constructor(mode: EngineMode, options: EngineOptions, onEvents: (events: readonly AgentLogEvent[]) => void = () => undefined) {
    const { home, logs, now, exclude, findByNative, onlyFollowed = false } = options;
    const path = checkpointPath(home);
    this.#options = options;
    this.#mode = mode;
    this.#db = this.#isWritten ? CheckpointDb.open(path, { nowMs: now(), onWarning: options.onWarning }) : CheckpointDb.copyInMemory(mode === "dryRun" ? path : undefined);
    this.checkpoints = new Checkpoints(this.#db);
    this.logs = this.#isWritten
      ? new WrittenLogs(logs, (log) => this.indexes.announce(log))
      : new MemoryLogs({ now, onEvents, ...(mode === "dryRun" ? { base: logs } : {}) });
    this.claims = new Claims(this.#db, (session) => this.#hasLog(session));
    this.follows = new Follows(this.#db, { logs, now });
    this.indexes = this.#newIndexBatch();
    const { checkpoints, follows } = this;
    const imported = new ImportedKeys(home, options.onWarning);
    // Who only looks on writes nothing that could have been removed.
    const wasImported = (provider: string, nativeId: string): boolean =>
      mode !== "memory" && imported.has(sessionKey({ provider, providerSessionId: nativeId, wrapperSessionId: nativeId }));
    this.targets = new SessionTargets({ logs: this.logs, checkpoints, follows, exclude, findByNative, wasImported, onlyFollowed });
    this.sideFacts = new SideFacts(this.#db);
    const { claims, targets, sideFacts } = this;
    const onAppend: FileStepParts["onAppend"] = (appended) => this.#index(appended);
    this.#parts = { logs: this.logs, checkpoints, claims, prompts: new SaidPrompts(this.#db), targets, sideFacts, onAppend, now };
  }

  get #isWritten(): boolean {
    return this.#mode === "written";
  }

  get db(): CheckpointDb {
    return this.#db;
  }

  /** Of the `import.sqlite` that it shares with other processes; undefined where its checkpoints are its own. */
  get checkpointInode(): number | undefined {
    return this.#db.isInFile ? this.#db.inode : undefined;
  }

  /** Whether `import.sqlite` was deleted or replaced since it was opened. */
  get isStale(): boolean {
    return this.#isWritten && statIfThere(checkpointPath(this.#options.home))?.ino !== this.#db.inode;
  }

  /** Where checkpoints are new: takes in what the logs tell of earlier imports, and mends indexes that were left behind. `close()` ends it early. */
  prepare(): Promise<void> {
    this.#prepared ??= this.#prepare();
    return this.#prepared;
  }

  /** Reads one file to its end, pausing between chunks. Two calls for one file come one after the other. */
  async run(found: FoundFile, options: FileStepOptions, signal?: AbortSignal): Promise<FileStepResult> {
    const { path } = found.file;
    while (this.#busy.has(path)) await this.#busy.get(path);
    const running = this.#drive(found, options, signal);
    // Who comes next waits for the end, not for the outcome.
    const ended = running.then(
      () => undefined,
      () => undefined,
    );
    this.#busy.set(path, ended);
    try {
      return await running;
    } finally {
      if (this.#busy.get(path) === ended) this.#busy.delete(path);
    }
  }

  /** As `run`, without a pause. */
  runNow(found: FoundFile, options: FileStepOptions): FileStepResult {
    const step = fileStep(found, options, this.#parts);
    for (;;) {
      const next = step.next();
      if (next.done) return next.value;
    }
  }

  /** Writes the end of a session that has a log and is not ended. @param draft Makes it, for a session of its own or one that another began. */
  endSession(key: number, draft: (followed: boolean) => EventDraft): void {
    const session = this.checkpoints.sessionByKey(key);
    if (!session || session.foreignLog || this.targets.isExcluded(session.cwd) || !this.targets.isIntact(session)) return;
    const sessionId = session.sessionId ?? "";
    const { followed, isEnded } = this.logs.nature(sessionId);
    if (isEnded) return;
    const { events, sizeBytes } = this.logs.append(sessionId, [draft(followed)]);
    this.checkpoints.saveSession({ ...session, logBytes: sizeBytes });
    if (events.length > 0) this.#index({ sessionId, events, created: false, isAhead: false });
    this.indexes.flush();
  }

  /** Writes what the indexes have yet to learn; nothing where checkpoints were given up meanwhile. */
  flushIndexes(): void {
    if (!this.#isClosed) this.indexes.flush();
  }

  /** Writes what the indexes have yet to learn, also of sessions that a process wrote which ended before it told them. */
  mendIndexes(): void {
    for (const sessionId of this.checkpoints.indexPending()) {
      if (this.indexes.isTelling(sessionId)) continue;
      const log = this.#options.logs.find(sessionId);
      if (log) this.indexes.repair({ sessionId: log.sessionId, logsDir: log.logsDir, logPath: log.path });
    }
    this.indexes.flush();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#db.close();
  }

  async #drive(found: FoundFile, options: FileStepOptions, signal: AbortSignal | undefined): Promise<FileStepResult> {
    await this.prepare();
    const step = fileStep(found, options, this.#parts);
    try {
      for (;;) {
        const next = step.next();
        if (next.done) return next.value;
        signal?.throwIfAborted();
        await nextTurn();
      }
    } finally {
      step.return({ events: 0, bytes: 0, created: false, linked: false, waiting: false });
    }
  }

  async #prepare(): Promise<void> {
    if (this.#mode === "memory") return;
    // What has to be built before it can be asked is not built while others wait for the checkpoints.
    this.#options.findByNative("", "");
    if (this.#db.get("SELECT 1 AS one FROM facts WHERE name = 'rebuilt'") === undefined) {
      const { home, providers } = this.#options;
      const sharing = new Set(providers.filter((provider) => provider.supports.sharedRecords).map((provider) => provider.name));
      for (const _ of rebuildKeys(home, { providers: sharing, checkpoints: this.checkpoints, claims: this.claims })) {
        await nextTurn();
        if (this.#isClosed) return;
      }
      this.#db.run("INSERT OR IGNORE INTO facts (name, value) VALUES ('rebuilt', '1')");
    }
    if (this.#isWritten) this.mendIndexes();
  }

  #hasLog(session: number): boolean {
    const sessionId = this.checkpoints.sessionByKey(session)?.sessionId;
    return sessionId !== undefined && (this.logs.find(sessionId) ?? findLog(this.#options.logs, sessionId)) !== undefined;
  }

  #newIndexBatch(): IndexBatch {
    const { upsertGlobal, onWarning } = this.#options;
    const onWritten = (sessionIds: readonly string[]): void => {
      // What is not noted is told once more.
      if (this.#isClosed) return;
      this.#db.transaction(() => {
        for (const sessionId of sessionIds) this.checkpoints.setIndexPending(sessionId, false);
      });
    };
    return new IndexBatch({ upsertGlobal, onWarning, onWritten, marks: new IndexMarks(this.#options.home) });
  }

  #index({ sessionId, events, created, isAhead }: Appended): void {
    const found = this.#isWritten ? this.#options.logs.find(sessionId) : undefined;
    if (!found) return;
    const log = { sessionId, logsDir: found.logsDir, logPath: found.path };
    if (isAhead) this.indexes.repair(log);
    const changes = this.indexes.take(log, events, created);
    if (changes || isAhead) this.checkpoints.setIndexPending(sessionId, true);
  }
}

/** `<home>/import.sqlite`. */
export function checkpointPath(home: Home): string {
  return join(home.dir, "import.sqlite");
}
