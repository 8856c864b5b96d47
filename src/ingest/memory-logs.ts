import { linesForward } from "../io/lines.js";
import { lesserCompleteness } from "../log/completeness.js";
import { lineKeys, parseLine } from "../log/line-fields.js";
import type { SessionLogs } from "../log/session-logs.js";
import type { AgentLogEvent, EventDraft, LogCompleteness } from "../schema/event.js";
import { formatTime, parseTime } from "../schema/time.js";
import { findLog, firstSourcesOf, type EngineLogs, type LogGrowth, type LogIdentity, type LogNature, type LogState } from "./engine-logs.js";

interface MemoryLog extends LogIdentity {
  path: string;
  lastSeq: number;
  sizeBytes: number;
  followed: boolean;
  completeness: LogCompleteness;
  /** Time of its first event. */
  startedTs: string | undefined;
  sources: string[];
  origins: Set<string>;
}

/** Events that would be written: their lines are formed, counted and told, and nothing reaches the disk. */
export class MemoryLogs implements EngineLogs {
  readonly #logs = new Map<string, MemoryLog>();
  readonly #base: SessionLogs | undefined;
  readonly #now: () => number;
  readonly #onEvents: (events: readonly AgentLogEvent[]) => void;

  /** @param options.base Logs on disk that are gone on with; without it every session begins anew. */
  constructor(options: { base?: SessionLogs; now: () => number; onEvents?: (events: readonly AgentLogEvent[]) => void }) {
    this.#base = options.base;
    this.#now = options.now;
    this.#onEvents = options.onEvents ?? (() => undefined);
  }

  find(sessionId: string): LogState | undefined {
    return this.#logs.get(sessionId) ?? (this.#base && findLog(this.#base, sessionId));
  }

  look(sessionId: string): LogState | undefined {
    return this.find(sessionId);
  }

  nature(sessionId: string): LogNature {
    const { provider, followed, completeness, sizeBytes } = this.#require(sessionId);
    return { provider, followed, completeness, isEmpty: sizeBytes === 0, isEnded: false };
  }

  firstSources(sessionId: string): string[] {
    return this.#require(sessionId).sources;
  }

  startedMs(sessionId: string): number | undefined {
    const { startedTs } = this.#require(sessionId);
    return startedTs === undefined ? undefined : parseTime(startedTs);
  }

  create(identity: LogIdentity): void {
    this.#logs.set(identity.sessionId, newLog(identity));
  }

  setProviderSessionId(sessionId: string, nativeId: string): void {
    this.#require(sessionId).providerSessionId = nativeId;
  }

  lowerCompleteness(sessionId: string, completeness: LogCompleteness): void {
    const log = this.#require(sessionId);
    log.completeness = lesserCompleteness(log.completeness, completeness);
  }

  append(sessionId: string, drafts: readonly EventDraft[]): LogGrowth {
    const log = this.#require(sessionId);
    const fromBytes = log.sizeBytes;
    const events: AgentLogEvent[] = [];
    for (const draft of drafts) {
      const origin = draft.extras?.origin;
      if (origin !== undefined && log.origins.has(origin)) continue;
      if (origin !== undefined) log.origins.add(origin);
      events.push(this.#form(log, draft));
    }
    log.sizeBytes += events.length;
    if (events.length > 0) this.#onEvents(events);
    return { events, fromBytes, sizeBytes: log.sizeBytes };
  }

  #form(log: MemoryLog, draft: EventDraft): AgentLogEvent {
    log.lastSeq += 1;
    const ts = draft.ts ?? formatTime(this.#now());
    log.startedTs ??= ts;
    return {
      seq: log.lastSeq,
      ts,
      provider: log.provider,
      wrapper_session_id: log.sessionId,
      provider_session_id: log.providerSessionId,
      source_kind: draft.sourceKind,
      completeness: log.completeness,
      ...draft.kind,
      ...draft.extras,
    };
  }

  #require(sessionId: string): MemoryLog {
    const known = this.#logs.get(sessionId);
    if (known) return known;
    const onDisk = this.#base && findLog(this.#base, sessionId);
    if (!onDisk) throw new Error(`Cannot append to session "${sessionId}": it has no log`);
    const log = readLog(onDisk);
    this.#logs.set(sessionId, log);
    return log;
  }
}

function newLog(identity: LogIdentity): MemoryLog {
  return { ...identity, path: "", lastSeq: 0, sizeBytes: 0, followed: false, completeness: "full", startedTs: undefined, sources: [], origins: new Set() };
}

/** What a log on disk holds, read without opening it for writing. */
function readLog({ sessionId, path, sizeBytes }: LogState): MemoryLog {
  const log: MemoryLog = { ...newLog({ sessionId, provider: "", providerSessionId: "" }), path, sizeBytes, followed: sizeBytes > 0 };
  for (const { bytes } of linesForward(path, { fromByte: 0 })) {
    const { origin } = lineKeys(bytes);
    if (origin !== undefined) log.origins.add(origin);
    const event = parseLine(bytes);
    if (!event) continue;
    log.startedTs ??= event.ts;
    if (event.type === "session_started" && origin !== undefined) log.followed = false;
    log.lastSeq = Math.max(log.lastSeq, event.seq);
    log.provider = event.provider;
    log.providerSessionId = event.provider_session_id ?? log.providerSessionId;
    log.completeness = lesserCompleteness(log.completeness, event.completeness);
  }
  log.sources = firstSourcesOf(path);
  return log;
}
