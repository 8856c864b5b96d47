import { dirname } from "node:path";
import { linesForward } from "../io/lines.js";
import { regularStat } from "../io/regular-file.js";
import { Home } from "../log/home.js";
import { changesIndexEntry } from "../log/index-entry.js";
import { parseLine } from "../log/line-fields.js";
import type { LogFile } from "../log/log-file.js";
import type { SessionLogs } from "../log/session-logs.js";
import { cutTornImport } from "../log/torn-import.js";
import type { IndexBatch } from "./index-batch.js";
import type { AgentLogEvent, EventDraft, LogCompleteness } from "../schema/event.js";
import { parseTime } from "../schema/time.js";

/** A log as the engine looks at it before it appends. */
export interface LogState {
  /** As the log is named, which may differ in case from what was asked for. */
  sessionId: string;
  path: string;
  sizeBytes: number;
}

/** Who began a log. */
export interface LogNature {
  provider: string;
  isEmpty: boolean;
  /** Its session was begun by a writer of its own and follows a native one. */
  followed: boolean;
  /** Nothing but notes stands behind its `session_ended`. */
  isEnded: boolean;
  completeness: LogCompleteness;
}

/** What an append came to: new events, and the size of the log before and after it. */
export interface LogGrowth {
  events: readonly AgentLogEvent[];
  fromBytes: number;
  sizeBytes: number;
}

export interface LogIdentity {
  sessionId: string;
  provider: string;
  providerSessionId: string;
}

/** Logs as the engine needs them: those on disk, or what would be in them. */
export interface EngineLogs {
  /** A look at the file alone. @param cwd Folder of the session, where known: its log is looked for there first. */
  find(sessionId: string, cwd?: string): LogState | undefined;
  /** As `find`, for one of very many: nothing of it is remembered. */
  look(sessionId: string, cwd: string | undefined): LogState | undefined;
  /** Of a log that `find` found. */
  nature(sessionId: string): LogNature;
  /** Native files that its first event names. */
  firstSources(sessionId: string): string[];
  /** Time of its first event, in milliseconds since the epoch. */
  startedMs(sessionId: string): number | undefined;
  /** @param existing An empty log, which gets that identity; undefined where `find` found none, and one is made for that folder. */
  create(identity: LogIdentity, place: { cwd: string | undefined; existing: LogState | undefined }): void;
  /** Lines written from now on name that native session. */
  setProviderSessionId(sessionId: string, nativeId: string): void;
  /** Lines written from now on say no more than that. */
  lowerCompleteness(sessionId: string, completeness: LogCompleteness): void;
  /** One write of what the log does not hold yet by `origin`. */
  append(sessionId: string, drafts: readonly EventDraft[]): LogGrowth;
}

/** The logs of the home. */
export class WrittenLogs implements EngineLogs {
  readonly #logs: SessionLogs;
  readonly #announce: IndexBatch["announce"];
  readonly #found = new Map<string, LogState>();
  /** Logs folders of working folders, as they were first asked for. */
  readonly #logsDirs = new Map<string, string>();
  /** Logs whose end was looked at. */
  readonly #seen = new Set<string>();

  /** @param announce Called before lines that an index has to tell. */
  constructor(logs: SessionLogs, announce: IndexBatch["announce"]) {
    this.#logs = logs;
    this.#announce = announce;
  }

  /** Where a log was found it mostly still is: then one look at it tells all. */
  find(sessionId: string, cwd?: string): LogState | undefined {
    const found = this.look(sessionId, cwd);
    if (found) this.#found.set(sessionId, found);
    else this.#found.delete(sessionId);
    return found;
  }

  look(sessionId: string, cwd: string | undefined): LogState | undefined {
    const known = this.#found.get(sessionId);
    const path = known?.path ?? (cwd === undefined ? undefined : Home.logPath(this.#logsDirOf(cwd), sessionId));
    const stats = path === undefined ? undefined : regularStat(path);
    return path !== undefined && stats ? { sessionId: known?.sessionId ?? sessionId, path, sizeBytes: stats.size } : findLog(this.#logs, sessionId);
  }

  nature(sessionId: string): LogNature {
    const { provider, completeness, sizeBytes, startedByProvider, ended } = this.#open(sessionId).summary();
    return { provider, completeness, isEmpty: sizeBytes === 0, followed: sizeBytes > 0 && !startedByProvider, isEnded: ended !== "no" };
  }

  firstSources(sessionId: string): string[] {
    const path = this.find(sessionId)?.path;
    return path === undefined ? [] : firstSourcesOf(path);
  }

  startedMs(sessionId: string): number | undefined {
    const path = this.find(sessionId)?.path;
    return path === undefined ? undefined : startedMsOf(path);
  }

  create({ sessionId, provider, providerSessionId }: LogIdentity, { cwd, existing }: { cwd: string | undefined; existing: LogState | undefined }): void {
    const logsDir = existing ? dirname(dirname(existing.path)) : this.#logs.home.logsDirFor(cwd ?? null);
    if (existing) this.#lookAtEnd(sessionId);
    this.#seen.add(sessionId);
    const { path } = this.#logs.create(sessionId, { provider, providerSessionId }, logsDir);
    this.#found.set(sessionId, { sessionId, path, sizeBytes: 0 });
  }

  setProviderSessionId(sessionId: string, nativeId: string): void {
    this.#open(sessionId).setProviderSessionId(nativeId);
  }

  lowerCompleteness(sessionId: string, completeness: LogCompleteness): void {
    this.#open(sessionId).lowerCompleteness(completeness);
  }

  append(sessionId: string, drafts: readonly EventDraft[]): LogGrowth {
    this.#lookAtEnd(sessionId);
    const before = this.find(sessionId);
    const changesIndex = before?.sizeBytes === 0 || drafts.some(({ kind }) => changesIndexEntry(kind));
    const takeBack = before && changesIndex ? this.#announce({ sessionId: before.sessionId, logsDir: dirname(dirname(before.path)) }) : undefined;
    const { events, fromByte, toByte } = this.#logs.append(sessionId, drafts);
    if (events.length > 0) return { events, fromBytes: fromByte, sizeBytes: toByte };
    takeBack?.();
    const sizeBytes = this.find(sessionId)?.sizeBytes ?? 0;
    return { events, fromBytes: sizeBytes, sizeBytes };
  }

  /** Where a new log of that folder would lie, and an old one most likely does. */
  #logsDirOf(cwd: string): string {
    const known = this.#logsDirs.get(cwd) ?? this.#logs.home.logsDirFor(cwd);
    this.#logsDirs.set(cwd, known);
    return known;
  }

  #open(sessionId: string): LogFile {
    this.#lookAtEnd(sessionId);
    return this.#logs.open(sessionId);
  }

  /** What an import that was killed left half is written whole by this one. */
  #lookAtEnd(sessionId: string): void {
    if (this.#seen.has(sessionId)) return;
    this.#seen.add(sessionId);
    const log = this.find(sessionId);
    if (log) cutTornImport(log.path);
  }
}

/** Looks a log up and at its size. */
export function findLog(logs: SessionLogs, sessionId: string): LogState | undefined {
  const found = logs.find(sessionId);
  const stats = found && regularStat(found.path);
  return stats && found && { sessionId: found.sessionId, path: found.path, sizeBytes: stats.size };
}

/** `source_paths` of a log's first line. */
export function firstSourcesOf(path: string): string[] {
  for (const { bytes } of linesForward(path, { fromByte: 0 })) {
    const sources = (parseLine(bytes) as { source_paths?: unknown } | undefined)?.source_paths;
    return Array.isArray(sources) ? sources.filter((source) => typeof source === "string") : [];
  }
  return [];
}

/** Time of a log's first line, in milliseconds since the epoch. */
function startedMsOf(path: string): number | undefined {
  for (const { bytes } of linesForward(path, { fromByte: 0 })) {
    const ts = parseLine(bytes)?.ts;
    return ts === undefined ? undefined : parseTime(ts);
  }
  return undefined;
}
