import { v4 as newUuid } from "uuid";
import { CoreError, systemCode } from "../errors.js";
import { FileWatch } from "../io/file-watch.js";
import { statIfThere } from "../io/stat-if-there.js";
import type { EventDraft } from "../schema/event.js";
import type { Appended, EndedSession, LogLine, LogPort, RebuildOptions, StartedSession, StartSession } from "../schema/ports.js";
import { ProviderName } from "../schema/provider-name.js";
import { formatTime } from "../schema/time.js";
import { Home } from "./home.js";
import { Heartbeats, type HeartbeatOptions } from "./heartbeats.js";
import type { AppendResult } from "./append-result.js";
import type { LogSummary } from "./log-summary.js";
import { backwardLines, forwardLines, greatestSeq, type SeqOffset } from "./log-reader.js";
import { rebuildIndexes } from "./rebuild-indexes.js";
import { requireSessionId } from "./require-session-id.js";
import type { FoundLog } from "./session-finder.js";
import type { SessionLogs } from "./session-logs.js";
import { endDrafts, shutdownDrafts, startDrafts } from "./store-drafts.js";
import { StoreIndex } from "./store-index.js";

export interface LogStoreOptions {
  /**
   * Place from which to look for the line after `seq` in a session's log (see `SeqOffset`). Undefined where none is known.
   */
  seqOffset?: (sessionId: string, seq: number) => number | undefined;
  heartbeats?: Pick<HeartbeatOptions, "intervalMs" | "limitMs">;
  /** Used for `watch`; one of its own where absent. */
  fileWatch?: FileWatch;
  /** Milliseconds since the epoch. */
  now?: () => number;
  onWarning?: (message: string) => void;
}

const mendEveryMs = 1000;

/** Already ended: found under the lock, so that nothing is written. */
class AlreadyEnded extends Error {
  readonly summary: LogSummary;

  constructor(summary: LogSummary) {
    super("session has ended");
    this.summary = summary;
  }
}

/** Sessions on disk, for those who serve them: see `LogPort`. */
export class LogStore implements LogPort {
  readonly #logs: SessionLogs;
  readonly #options: LogStoreOptions;
  readonly #index: StoreIndex;
  readonly #heartbeats: Heartbeats;
  readonly #fileWatch: FileWatch;
  readonly #onWarning: (message: string) => void;
  #mending: NodeJS.Timeout | undefined;

  constructor(logs: SessionLogs, options: LogStoreOptions = {}) {
    this.#logs = logs;
    this.#options = options;
    this.#onWarning = options.onWarning ?? (() => undefined);
    this.#index = new StoreIndex(logs.home, this.#onWarning);
    this.#heartbeats = new Heartbeats(logs, { ...options.heartbeats, now: options.now ?? Date.now, onWarning: this.#onWarning });
    this.#fileWatch = options.fileWatch ?? new FileWatch();
  }

  async start(request: StartSession): Promise<StartedSession> {
    requireProvider(request.provider);
    const isFresh = request.sessionId === undefined;
    const sessionId = request.sessionId === undefined ? newUuid() : requireSessionId(request.sessionId);
    // Looking for what cannot be there would cost a look at the names of all logs.
    const existing = isFresh ? undefined : this.#logs.find(sessionId);
    if (existing && !request.resumed) throw sessionExists(existing.sessionId);
    const log = existing ?? this.#placeOf(sessionId, request);
    if (existing && request.providerSessionId !== undefined) this.#logs.open(sessionId).setProviderSessionId(request.providerSessionId);
    const result = await this.#index.after(log, () => this.#appendStart(log, request, existing !== undefined), { isFresh });
    this.#heartbeats.start(log.sessionId, log.path);
    const [started] = result.events;
    return {
      sessionId: log.sessionId,
      startedAt: started?.ts ?? formatTime(Date.now()),
      resumed: existing !== undefined,
      nextSeq: (result.seqs.at(-1) ?? 0) + 1,
      logPath: log.path,
    };
  }

  async append(sessionId: string, drafts: readonly EventDraft[]): Promise<Appended> {
    const opened = this.#logs.opened(sessionId);
    if (!opened) return this.#appendTo(this.#logs.require(sessionId), drafts);
    try {
      return await this.#appendTo(opened, drafts);
    } catch (error) {
      // Gone from its place, with nothing written: it may lie in another logs folder by now.
      if (!(error instanceof CoreError) || error.code !== "SESSION_NOT_FOUND") throw error;
      return this.#appendTo(this.#logs.require(sessionId), drafts);
    }
  }

  async end(sessionId: string, outcome: { success: boolean; error?: string; result?: string }): Promise<EndedSession> {
    const guard = (summary: LogSummary): void => {
      if (summary.startedByProvider) throw endedByProvider(sessionId);
      if (summary.ended === "yes") throw new AlreadyEnded(summary);
    };
    try {
      const log = this.#logs.require(sessionId);
      const result = await this.#index.after(log, () => this.#logs.appendTo(log, endDrafts(outcome), { guard }));
      this.#heartbeats.stop(log.sessionId);
      return { endedAt: result.events.at(-1)?.ts ?? "", lastSeq: result.seqs.at(-1) ?? -1, alreadyEnded: false };
    } catch (error) {
      if (!(error instanceof AlreadyEnded)) throw error;
      return { endedAt: error.summary.endedAt ?? "", lastSeq: error.summary.lastSeq, alreadyEnded: true };
    }
  }

  forward(sessionId: string, afterSeq: number): Iterable<LogLine> {
    const { path, sessionId: id } = this.#logs.require(sessionId);
    return forwardLines(path, afterSeq, this.#seqOffset(id));
  }

  backward(sessionId: string, beforeSeq: number): Iterable<LogLine> {
    const { path, sessionId: id } = this.#logs.require(sessionId);
    return backwardLines(path, beforeSeq, this.#seqOffset(id));
  }

  lastSeq(sessionId: string): number {
    const { path, sessionId: id } = this.#logs.require(sessionId);
    return greatestSeq(path, this.#seqOffset(id));
  }

  sizeBytes(sessionId: string): number {
    return statIfThere(this.#logs.require(sessionId).path)?.size ?? 0;
  }

  watch(sessionId: string, listener: () => void): () => void {
    const { path } = this.#logs.require(sessionId);
    const endWatch = this.#fileWatch.watch(path, listener);
    const endAppends = this.#logs.onAppend((append) => {
      if (append.logPath === path) listener();
    });
    return () => {
      endWatch();
      endAppends();
    };
  }

  /** Has indexes told, now and every second, what killed processes did not tell them. */
  mendIndexes(): void {
    this.#index.mend();
    this.#mending ??= setInterval(() => this.#index.mend(), mendEveryMs).unref();
  }

  rebuildIndexes(options: RebuildOptions): Promise<{ sessions: number; mended: number }> {
    this.#logs.requireWritable();
    return rebuildIndexes(this.#logs.home, { ...options, onWarning: this.#onWarning });
  }

  async shutdown(reason: string): Promise<void> {
    clearInterval(this.#mending);
    const sessionIds = this.#heartbeats.sessionIds;
    this.#heartbeats.close();
    for (const sessionId of sessionIds) await this.#endUnended(sessionId, reason);
    this.#index.close();
    await this.#fileWatch.close();
    this.#logs.close();
  }

  async #appendTo(log: FoundLog, drafts: readonly EventDraft[]): Promise<Appended> {
    const guard = (summary: LogSummary): void => requireOpenSession(log.sessionId, summary);
    const append = (): Promise<AppendResult> => this.#logs.appendTo(log, drafts, { guard });
    const isIndexed = drafts.some(({ kind }) => kind.type === "provider_status");
    const { seqs, repeated } = await (isIndexed ? this.#index.after(log, append) : append());
    return { sessionId: log.sessionId, seqs, repeated };
  }

  #placeOf(sessionId: string, { workspacePath }: StartSession): FoundLog {
    const logsDir = this.#logs.home.logsDirFor(workspacePath);
    return { sessionId, logsDir, path: Home.logPath(logsDir, sessionId) };
  }

  #appendStart(log: FoundLog, request: StartSession, goesOn: boolean): Promise<AppendResult> {
    // Another process may have made the same session since it was looked for.
    const guard = ({ lastSeq }: LogSummary): void => {
      if (!goesOn && !request.resumed && lastSeq >= 0) throw sessionExists(log.sessionId);
    };
    const identity = { provider: request.provider, providerSessionId: request.providerSessionId ?? null };
    if (!goesOn) this.#logs.create(log.sessionId, identity, log.logsDir);
    return this.#logs.appendAsync(log.sessionId, startDrafts(request, { goesOn }), { guard });
  }

  /** One session that cannot be ended must not keep the others from it. */
  async #endUnended(sessionId: string, reason: string): Promise<void> {
    const guard = (summary: LogSummary): void => {
      if (summary.ended !== "no" || summary.startedByProvider) throw new AlreadyEnded(summary);
    };
    try {
      await this.#index.after(this.#logs.require(sessionId), () => this.#logs.appendAsync(sessionId, shutdownDrafts(reason), { guard }));
    } catch (error) {
      if (error instanceof AlreadyEnded) return;
      const code = systemCode(error);
      if (code === undefined) throw error;
      this.#onWarning(`Cannot end session ${sessionId}: ${code}`);
    }
  }

  #seqOffset(sessionId: string): SeqOffset {
    return (seq) => this.#options.seqOffset?.(sessionId, seq);
  }
}

function requireProvider(provider: string): void {
  if (ProviderName.safeParse(provider).success) return;
  throw new CoreError("INVALID_ARGUMENT", `provider ${JSON.stringify(provider.slice(0, 80))} is no name of a provider. Give 1 to 64 of a-z 0-9 . _ -, the first a letter or digit.`);
}

/** A session that a provider writes may be annotated at any time; an end that only a shutdown wrote stops nobody. */
function requireOpenSession(sessionId: string, { ended, startedByProvider }: LogSummary): void {
  if (ended !== "yes" || startedByProvider) return;
  throw new CoreError("SESSION_ENDED", `Session ${sessionId} has ended. Reopen it by start_session with this session_id and resumed: true.`);
}

function sessionExists(sessionId: string): CoreError {
  return new CoreError("SESSION_EXISTS", `Session ${sessionId} exists. Go on with it by resumed: true, or leave session_id out for a new one.`);
}

function endedByProvider(sessionId: string): CoreError {
  return new CoreError("INVALID_ARGUMENT", `session_id ${sessionId}: a provider writes this session; it can be annotated, not ended.`);
}
