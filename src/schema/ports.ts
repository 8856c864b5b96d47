/**
 * What `mcp` and `cli` may ask of the parts behind them. `main` fills these interfaces; nothing here runs.
 * Times are milliseconds since the epoch, sizes and offsets are bytes, session ids are whole unless said otherwise.
 */
import type { AgentLogEvent, AnyLogEvent, EventDraft } from "./event.js";
import type { SessionBrief, SessionFull, SessionStatus } from "./session.js";

/** One line of a log: its place, its bytes as text without the newline, and the object it holds. */
export interface LogLine {
  seq: number;
  offsetBytes: number;
  raw: string;
  event: AnyLogEvent;
}

export interface StartSession {
  provider: string;
  command: string;
  /** Absolute path, or null for a session without a workspace. */
  workspacePath: string | null;
  /** A new UUID where absent. */
  sessionId?: string;
  providerSessionId?: string;
  parentSessionId?: string;
  model?: string;
  title?: string;
  resumed: boolean;
  prompt?: string;
}

export interface StartedSession {
  sessionId: string;
  startedAt: string;
  resumed: boolean;
  nextSeq: number;
  logPath: string;
}

export interface Appended {
  /** As the log's name spells it. */
  sessionId: string;
  /** In the order of the drafts; a draft whose `key` the log holds already gives the seq of that event. */
  seqs: number[];
  /** How many of `seqs` were there before. */
  repeated: number;
}

export interface EndedSession {
  endedAt: string;
  lastSeq: number;
  alreadyEnded: boolean;
}

/** How far a rebuild is: sessions for indexes and the catalogue, bytes of logs for the search. */
export interface RebuildProgress {
  done: number;
  total: number;
}

export interface RebuildOptions {
  /** A rebuild that is stopped throws the signal's reason; what it had not come to is made good by whoever needs it next. */
  signal?: AbortSignal;
  onProgress?: (progress: RebuildProgress) => void;
}

/** Sessions on disk: writing them, and reading their lines. */
export interface LogPort {
  /**
   * Makes a log with its `session_started`, or goes on with one (`resumed`).
   * @throws {CoreError} `INVALID_ARGUMENT`, `SESSION_EXISTS`, `LOCK_TIMEOUT`, `LOG_IO`, `READ_ONLY`.
   */
  start(request: StartSession): Promise<StartedSession>;
  /**
   * Appends all drafts in one write, or none.
   * @throws {CoreError} `SESSION_NOT_FOUND`, `SESSION_ENDED`, `EVENT_TOO_LARGE`, `LOCK_TIMEOUT`, `LOG_IO`, `READ_ONLY`.
   */
  append(sessionId: string, drafts: readonly EventDraft[]): Promise<Appended>;
  /** Writes `session_result` (where `result` is given) and `session_ended`; an ended session stays as it is. */
  end(sessionId: string, outcome: { success: boolean; error?: string; result?: string }): Promise<EndedSession>;
  /** Lines with seq greater than `afterSeq`, in log order; `-1` for all. Reads lazily. */
  forward(sessionId: string, afterSeq: number): Iterable<LogLine>;
  /** Lines before the first line with seq at least `beforeSeq` (`Infinity` for the end), last one first. Reads lazily. */
  backward(sessionId: string, beforeSeq: number): Iterable<LogLine>;
  /** Greatest seq of the log, -1 where it is empty. */
  lastSeq(sessionId: string): number;
  /** Bytes of the log; 0 where it is gone. */
  sizeBytes(sessionId: string): number;
  /**
   * Calls `listener` soon after any process wrote to that session's log; an event only says «look again».
   * @returns A function that ends it.
   */
  watch(sessionId: string, listener: () => void): () => void;
  /**
   * Has `index.json` of each folder and `sessions_index.json` say what the logs say. Entries of logs that are not there are left alone.
   * @returns Sessions that have a log, and those of which an index said something else or nothing.
   * @throws {CoreError} `LOCK_TIMEOUT`, `LOG_IO`, `READ_ONLY`.
   */
  rebuildIndexes(options: RebuildOptions): Promise<{ sessions: number; mended: number }>;
  /** Ends what this process started and nobody ended, with `session_ended` `synthetic`. Then closes all logs. */
  shutdown(reason: string): Promise<void>;
}

export interface SessionQuery {
  provider?: string;
  /** Absolute; sessions in it or below. */
  workspace?: string;
  /** Absolute or as the tools wrote it. */
  file?: string;
  status?: SessionStatus;
  sinceMs?: number;
  untilMs?: number;
  text?: string;
  includeChildren: boolean;
  limit: number;
  cursor?: string;
}

export interface SessionPage {
  sessions: SessionFull[];
  total: number;
  /** Cursor of the place after each session of `sessions`; undefined after the last of all. */
  cursorAfter: (string | undefined)[];
}

/** Who asks: what `current` and `previous` mean. */
export interface Asker {
  /** The asking agent's own provider session ids, most certain first. Empty: it cannot be told. */
  providerSessionIds: readonly string[];
  /** Its workspace, absolute. */
  workspace: string;
}

/** The sessions of a home, derived from their logs. Every answer has taken in what this process appended before. */
export interface CataloguePort {
  /** @throws {CoreError} `INVALID_CURSOR`. */
  list(query: SessionQuery): SessionPage;
  get(sessionId: string): SessionFull | undefined;
  /**
   * The whole id that `ref` means: a whole id (ours, else a provider's), a prefix of at least 4 characters that fits one, `latest`, `current` or `previous`.
   * @param forWriting Only a whole id of ours, or an identified `current`.
   * @throws {CoreError} `SESSION_NOT_FOUND` (with the nearest ids), `AMBIGUOUS_SESSION` (with the candidates), `INVALID_ARGUMENT`.
   */
  resolve(ref: string, asker: Asker, options: { forWriting: boolean }): string;
  /** Shortest unique prefix of at least 8 characters. */
  shortId(sessionId: string): string;
  /** At most `limit` ids of ours that begin so, in any case, the one written last first. */
  idsBeginning(prefix: string, limit: number): string[];
  /** Sums over the sessions that the filters leave, from what is known of them: no log is read. @throws {CoreError} `INVALID_CURSOR`, `INVALID_ARGUMENT` (unknown time zone). */
  stats(query: StatsQuery): StatsPage;
  /** Makes the catalogue anew from the logs; others may use it meanwhile. @throws {CoreError} `INVALID_ARGUMENT` where a newer version wrote it. */
  rebuild(options: RebuildOptions): Promise<void>;
  /** Tells of sessions that appeared or changed in any process, at most every 250 ms; `added` = a session nobody knew. */
  onChange(listener: (change: { added: boolean; sessionIds: readonly string[] }) => void): () => void;
}

/** What is summed up: everything that `session_stats` may group by. */
export type StatsGrouping = "none" | "session" | "provider" | "model" | "workspace" | "day" | "agent" | "tool" | "tool_kind" | "file";

/** The filters of `list`, or one session. */
export interface StatsQuery extends SessionQuery {
  sessionId?: string;
  groupBy: StatsGrouping;
  /** IANA name; what a day is. */
  timeZone: string;
}

/** Sums over events; what no event says is left out. */
export interface StatsSums {
  sessions: number;
  events: number;
  userMessages?: number;
  assistantMessages?: number;
  toolCalls?: number;
  toolErrors?: number;
  inputTokens?: number;
  outputTokens?: number;
  cacheReadTokens?: number;
  cacheCreationTokens?: number;
  totalCostUsd?: number;
  /** Gaps between events of a session that are under 5 minutes, added up. */
  durationMs?: number;
}

export interface StatsPage {
  groups: (StatsSums & { key: string })[];
  totals: StatsSums;
  /** Cursor of the place after each group; undefined after the last of all. */
  cursorAfter: (string | undefined)[];
}

/** Who or what said a piece of text. */
export type SearchRole = "user" | "assistant" | "reasoning" | "tool_input" | "tool_output";

export interface SearchQuery {
  query: string;
  match: "words" | "substring" | "regex";
  caseSensitive: boolean;
  provider?: string;
  /** Absolute; sessions in it or below. */
  workspace?: string;
  /** Absolute or as the tools wrote it: events whose tools read or changed it. */
  file?: string;
  sessionId?: string;
  types?: readonly string[];
  role?: SearchRole;
  /** A tool's name, or its beginning with `*`. */
  tool?: string;
  toolKinds?: readonly string[];
  sinceMs?: number;
  untilMs?: number;
  sort: "recent" | "relevance";
  limit: number;
  cursor?: string;
  /** The asking session; its events are left out and counted. */
  askingSessionId?: string;
  signal?: AbortSignal;
  /** Told now and then, where logs have to be read through, of those that are; what is looked for in a second place begins anew. */
  onProgress?: (progress: { logs: number; logsTotal: number }) => void;
}

/** One event that matches. */
export interface SearchHit {
  sessionId: string;
  seq: number;
  /** Start of its line in the log. */
  offsetBytes: number;
  type: string;
  tool?: string;
  ts: string;
  /** The text in which the first match stands, as it is: not masked, not cut. */
  text: string;
  /** The first match, as places in `text`. */
  matchStart: number;
  matchEnd: number;
}

export interface SearchPage {
  hits: SearchHit[];
  total: number;
  totalIsExact: boolean;
  /** Matches of the asking session, and of calls and results of this server's own tools. */
  excluded: number;
  /** Matches outside the asked workspace; only counted where there are none inside. */
  elsewhere?: number;
  index: { complete: boolean; pendingBytes: number };
  /** Cursor of the place after each hit; undefined after the last of all. */
  cursorAfter: (string | undefined)[];
}

/** Full-text search, derived from the logs. */
export interface SearchPort {
  /**
   * What matches, of all that was appended before the call.
   * @throws {CoreError} `INVALID_CURSOR`, `INVALID_REGEX`, `INVALID_ARGUMENT` (a query without a word). An aborted search throws the signal's reason.
   */
  search(query: SearchQuery): Promise<SearchPage>;
  /** Makes the index anew from the logs; searches go on meanwhile and say what is pending. @throws {CoreError} `INVALID_ARGUMENT` where a newer version wrote it. */
  rebuild(options: RebuildOptions): Promise<void>;
}

export interface ImportReport {
  imported: number;
  updated: number;
  unchanged: number;
  failed: { path: string; error: string }[];
  events: number;
  bytes: number;
  byProvider: Record<string, { imported: number; updated: number; unchanged: number; events: number }>;
  elapsedMs: number;
}

export interface ImportOptions {
  providers?: readonly string[];
  /** Native files last written before this are left alone. */
  sinceMs?: number;
  dryRun: boolean;
  /** Read every file from 0, whatever the checkpoints say. Nothing is written twice all the same. */
  force: boolean;
  signal?: AbortSignal;
  /** `events`: those that were written so far. */
  onProgress?: (progress: { files: number; filesTotal: number; bytes: number; bytesTotal: number; events: number }) => void;
}

export interface LiveSession {
  sessionId: string;
  provider: string;
  sourcePath: string;
  lastEventAt?: string;
}

/** `attached`: a native session was found; `waiting`: none yet, it goes on looking; `ambiguous`: several, so none. */
export type Following = "attached" | "waiting" | "ambiguous";

/** A session of ours that is to take over what a provider writes of the same session. */
export interface FollowQuery {
  provider: string;
  workspacePath: string | null;
  /** The native session, where the caller names it. */
  providerSessionId?: string;
  /** Native sessions that the caller may be, most certain first. */
  callerSessionIds: readonly string[];
  /** The session that shall receive its events. */
  sessionId: string;
  startedAtMs: number;
}

export interface FollowAnswer {
  following: Following;
  /** The log that already holds that native session, where there is one. */
  existingSessionId?: string;
}

/** Native logs of the providers: imported and followed. */
export interface IngestPort {
  /** Providers that this version can read. */
  readonly providers: readonly string[];
  /** @throws {CoreError} `READ_ONLY`, `INVALID_ARGUMENT` (unknown provider). A cancelled import throws the signal's reason; what was imported stays. */
  import(options: ImportOptions): Promise<ImportReport>;
  /**
   * Resolves when the first import in the background is through, at the latest `timeoutMs` after it began; at once where this process does none.
   * What is newest is imported first: an agent that has just been started finds its own session then.
   */
  caughtUp(timeoutMs: number): Promise<void>;
  /** What is being written now. */
  live(): LiveSession[];
  /** The last `limit` lines of all live sessions of a provider, in the order in which they were read. */
  liveLines(provider: string, limit: number): string[];
  /** Calls `listener` when what `liveLines(provider)` gives has changed. Starts looking where nothing does yet. */
  watchLive(provider: string, listener: () => void): () => void;
  /** Finds the native session that a session of ours is to follow. */
  follow(query: FollowQuery): Promise<FollowAnswer>;
}

/** A session that somebody wants removed. */
export interface PlannedRemoval {
  sessionId: string;
  /** Length of its log. */
  sizeBytes: number;
  /** Why it is not removed: somebody writes it. */
  keptBecause?: string;
}

/** Removes sessions for good: their logs, and all that says what these said. */
export interface RemovalPort {
  /** How long the logs of these sessions are, and which of them are being written. Changes nothing. */
  plan(sessions: readonly SessionFull[]): PlannedRemoval[];
  /**
   * Removes what is planned, but for what is kept or was written to since. No import brings it back. Where the process is killed, a later one goes on with it.
   * @param options.signal Asked between two logs; what is removed by then is removed whole.
   * @returns What was removed, and what was not.
   * @throws {CoreError} `READ_ONLY`; `LOCK_TIMEOUT` where another process removes; `LOG_IO`.
   */
  remove(planned: readonly PlannedRemoval[], options: RebuildOptions): Promise<{ removed: string[]; kept: PlannedRemoval[] }>;
}

/** Takes secrets out of text that leaves: the same text with each secret as `[secret:KIND]`. */
export type Mask = (text: string) => string;

export type { AgentLogEvent, SessionBrief, SessionFull };
