import { basename } from "node:path";
import { CoreError } from "../errors.js";
import type { AgentLogEvent, EventDraft, LogCompleteness, LogSourceKind } from "../schema/event.js";
import { lesserCompleteness } from "./completeness.js";
import { toDraft, type EventInputExtras, type LogEventKindInput } from "./event-input.js";
import { factDraft, withSourcePaths } from "./fact-drafts.js";
import type { SessionFact } from "./index-entry.js";
import type { OnWarning } from "./json-file.js";
import { LogFile } from "./log-file.js";
import { LogPaths } from "./log-path.js";
import type { SessionLogMetadata } from "./session-metadata.js";
import { WriterIndex } from "./writer-index.js";

/** Called with each event after its line is written, outside every lock, so that it may emit in turn. */
export type LogEventCallback = (event: AgentLogEvent) => void;

export interface WriterOptions {
  /** Told what was put right or left out: a corrupt index, a global index that cannot be written. */
  onWarning?: OnWarning;
}

/**
 * Writes the log of one session and keeps its entry in `index.json`. Synchronous: what a call was given is written when it returns.
 * A log that exists goes on: its ids and folders stay where the metadata is null, and its completeness only falls.
 * What changes once lines are written (id, completeness, native files) is a `provider_status` line too, so that the
 * log alone can give the index back; before the first line it needs none, as that line says it.
 */
export class SessionLogWriter {
  readonly #metadata: SessionLogMetadata;
  readonly #logPath: string;
  readonly #index: WriterIndex;
  #providerSessionId: string | null;
  #completeness: LogCompleteness;
  /** Its id was taken away: what older lines say of it no longer counts. */
  #isIdless = false;
  #log: LogFile | undefined;
  #closed = false;
  #callback: LogEventCallback | undefined;
  #lastEventAtMs = Date.now();
  /** Native files named before the first line. */
  readonly #early: string[] = [];

  private constructor(logsDir: string, metadata: SessionLogMetadata, { onWarning }: WriterOptions) {
    this.#metadata = metadata;
    this.#logPath = new LogPaths(logsDir).of(metadata.wrapperSessionId);
    this.#index = new WriterIndex({ logsDir, logPath: this.#logPath, provider: metadata.provider }, onWarning);
    this.#providerSessionId = metadata.providerSessionId;
    this.#completeness = "full";
    const { providerSessionId, completeness } = this.#open().summary();
    this.#providerSessionId = providerSessionId;
    this.#completeness = completeness;
    this.#upsertIndex();
  }

  /**
   * Makes `<logsDir>/sessions/<id>.jsonl`, or goes on with it, and puts the session into `index.json`.
   * No event is written. A new log starts at seq 1.
   * @throws {CoreError} `INVALID_ARGUMENT` (session id), `LOCK_TIMEOUT`, `LOG_IO`.
   */
  static create(logsDir: string, metadata: SessionLogMetadata, options: WriterOptions = {}): SessionLogWriter {
    return new SessionLogWriter(logsDir, metadata, options);
  }

  /**
   * Appends one event.
   * @returns Its seq, or that of the earlier event that has the same `key` or `origin`.
   * @throws {CoreError} `INVALID_EVENT`, `EVENT_TOO_LARGE`, `LOCK_TIMEOUT`, `LOG_IO`, `LOG_CLOSED`. Also what the callback throws; the event is written then.
   */
  emit(sourceKind: LogSourceKind, kind: LogEventKindInput, extras: EventInputExtras = {}): number {
    return this.#append(toDraft(sourceKind, kind, extras));
  }

  /** Writes `session_ended` and its time into the index. The file is closed; a later `emit` opens it again. */
  finish(success: boolean, error: string | null = null): void {
    this.emit("wrapper", { type: "session_ended", success, error });
    this.#release();
  }

  /** Absolute where `logsDir` is. */
  logPath(): string {
    return this.#logPath;
  }

  getProviderSessionId(): string | null {
    return this.#providerSessionId;
  }

  /** When this writer last wrote an event other than a heartbeat; before the first, when it was made. Milliseconds since the epoch. */
  lastEventAtMs(): number {
    return this.#lastEventAtMs;
  }

  /** From the next line on; in the index at once. */
  setProviderSessionId(providerSessionId: string | null): void {
    const log = this.#open();
    if (providerSessionId === this.#providerSessionId) return this.#upsertIndex();
    this.#providerSessionId = providerSessionId;
    this.#isIdless = providerSessionId === null;
    log.setProviderSessionId(providerSessionId);
    this.#tell("provider_session_id", providerSessionId);
  }

  /** Does nothing where `completeness` promises more than the log's. */
  setCompleteness(completeness: LogCompleteness): void {
    const log = this.#open();
    const lesser = lesserCompleteness(this.#completeness, completeness);
    if (lesser === this.#completeness) return this.#upsertIndex();
    this.#completeness = lesser;
    log.lowerCompleteness(lesser);
    this.#tell("completeness", lesser);
  }

  /** Names a native file of the session; one that is named already changes nothing. */
  addSourcePath(path: string): void {
    const isEmpty = this.#isEmpty();
    if (this.#index.sourcePaths.includes(path)) return;
    if (!isEmpty) {
      this.#append(factDraft("source_path", path));
      return;
    }
    this.#early.push(path);
    this.#index.addSourcePath(path);
  }

  /** Replaces the callback. */
  setEventCallback(callback: LogEventCallback): void {
    this.#callback = callback;
  }

  clearEventCallback(): void {
    this.#callback = undefined;
  }

  /** Keeps the session's entry in `<dir>/sessions_index.json` too. Failing to do so is a warning only. */
  setGlobalIndexDir(dir: string): void {
    this.#open();
    this.#index.setGlobalDir(dir);
  }

  /** Closes the file; every later write throws `LOG_CLOSED`. Ends nothing. */
  close(): void {
    this.#closed = true;
    this.#release();
  }

  #append(draft: EventDraft): number {
    const { events, seqs, fromByte } = this.#open().append(withSourcePaths(draft, this.#early));
    this.#early.length = 0;
    if (draft.kind.type !== "heartbeat") this.#lastEventAtMs = Date.now();
    this.#index.take(events, { first: fromByte === 0 && events.length > 0 });
    const callback = this.#callback;
    if (callback) for (const event of events) callback(event);
    return seqs[0] ?? 0;
  }

  #tell(fact: SessionFact, value: string | null): void {
    if (this.#isEmpty()) this.#upsertIndex();
    else this.#append(factDraft(fact, value));
  }

  #isEmpty(): boolean {
    return this.#open().summary().sizeBytes === 0;
  }

  #open(): LogFile {
    if (this.#closed) throw new CoreError("LOG_CLOSED", `Cannot write to log "${this.#logPath}": state is closed, must be open`);
    if (this.#log) return this.#log;
    this.#log = LogFile.open(this.#logPath, {
      provider: this.#metadata.provider,
      sessionId: basename(this.#logPath, ".jsonl"),
      providerSessionId: this.#providerSessionId,
      completeness: this.#completeness,
    });
    if (this.#isIdless) this.#log.setProviderSessionId(null);
    return this.#log;
  }

  #release(): void {
    this.#log?.close();
    this.#log = undefined;
  }

  #upsertIndex(): void {
    const { workspacePath, command, backfilled } = this.#metadata;
    const facts = { providerSessionId: this.#providerSessionId, completeness: this.#completeness, workspacePath, command, backfilled };
    this.#index.upsert(facts);
  }
}
