import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { AgentLogEvent, EventDraft } from "../schema/event.js";
import type { SessionLogIndexEntry } from "../schema/index-files.js";
import { toDraft } from "./event-input.js";
import { foldIndexEntry, readIndexEntry } from "./index-entry.js";
import type { JsonFileOptions } from "./json-file.js";
import type { BackfilledSession } from "./live-adapter.js";
import { LogFile } from "./log-file.js";
import type { LogPaths } from "./log-path.js";
import { updateSessionIndex } from "./session-index.js";
import { sessionKey, type SessionLogMetadata } from "./session-metadata.js";
import { withSourcePaths } from "./fact-drafts.js";

/** Sessions that are imported together: their logs one by one, their index entries in one write. */
export class BackfillBatch {
  /** Keys of the sessions whose logs are written. */
  readonly keys = new Set<string>();
  readonly #logsDir: string;
  readonly #paths: LogPaths;
  readonly #entries: SessionLogIndexEntry[] = [];

  constructor(logsDir: string, paths: LogPaths) {
    this.#logsDir = logsDir;
    this.#paths = paths;
  }

  /**
   * Writes a session's log, all events in one append, so that an import that is killed leaves it whole or not at all.
   * What a log that is there says already, by `origin`, is not said again.
   * @returns Whether it was written; false where its log holds a whole import already.
   * @throws {CoreError} As `SessionLogWriter.create` and `emit`; nothing is written then.
   */
  write(session: BackfilledSession): boolean {
    const path = this.#paths.of(session.metadata.wrapperSessionId);
    const before = existsSync(path) ? readIndexEntry(path) : undefined;
    const drafts = toDrafts(session, before?.source_paths ?? []);
    const isThere = before !== undefined && before.backfilled && before.ended_at !== null && keyOf(before) === sessionKey(session.metadata);
    const events = isThere ? [] : append(path, session, drafts);
    const entry = events.reduce<SessionLogIndexEntry | undefined>((folded, event) => foldIndexEntry(folded, event, path), before);
    if (entry) this.#entries.push(withMetadata(entry, session.metadata));
    this.keys.add(sessionKey(session.metadata));
    return !isThere;
  }

  /** @throws {CoreError} `LOCK_TIMEOUT`. */
  writeIndex(options: JsonFileOptions): void {
    if (this.#entries.length === 0) return;
    updateSessionIndex(
      this.#logsDir,
      (entries) => {
        for (const entry of this.#entries) entries.set(entry.wrapper_session_id, entry);
      },
      options,
    );
  }
}

/** What `session_started` says too, for sessions whose events hold none. */
function withMetadata(entry: SessionLogIndexEntry, metadata: SessionLogMetadata): SessionLogIndexEntry {
  const { workspacePath, command, backfilled } = metadata;
  return { ...entry, workspace_path: workspacePath ?? entry.workspace_path, command, backfilled };
}

function append(path: string, { metadata, completeness }: BackfilledSession, drafts: readonly EventDraft[]): AgentLogEvent[] {
  const { provider, providerSessionId } = metadata;
  const log = LogFile.open(path, { provider, sessionId: basename(path, ".jsonl"), providerSessionId, completeness });
  try {
    return log.append(drafts).events;
  } finally {
    log.close();
  }
}

/** The session's events, its native files with the first of them, and its end, at the time of its last event where that has one. */
function toDrafts({ events, sourcePaths }: BackfilledSession, named: readonly string[]): EventDraft[] {
  const unnamed = sourcePaths.filter((path) => !named.includes(path));
  const [first, ...rest] = [
    ...events.map(([source, kind, extras]) => toDraft(source, kind, extras)),
    toDraft("wrapper", { type: "session_ended", success: true, error: null }, endTime(events)),
  ];
  return first ? [...withSourcePaths(first, unnamed), ...rest] : [];
}

function endTime(events: BackfilledSession["events"]): { ts?: string } {
  const ts = events.at(-1)?.[2]?.ts;
  return ts === undefined ? {} : { ts };
}

function keyOf({ provider, provider_session_id, wrapper_session_id }: SessionLogIndexEntry): string {
  return sessionKey({ provider, providerSessionId: provider_session_id, wrapperSessionId: wrapper_session_id });
}
