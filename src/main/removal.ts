import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { type Catalogue, catalogueFile } from "../catalogue/catalogue.js";
import { catalogueVersion } from "../catalogue/catalogue-schema.js";
import { CoreError } from "../errors.js";
import { schemaVersion } from "../ingest/checkpoint-schema.js";
import { checkpointPath } from "../ingest/engine.js";
import type { Ingest } from "../ingest/ingest.js";
import { atDatabase } from "../io/database-file.js";
import { isWrittenByNewer } from "../io/derived-file.js";
import { fileLock, type FileLock } from "../io/file-lock.js";
import { regularStat } from "../io/regular-file.js";
import { statIfThere } from "../io/stat-if-there.js";
import { RemovalMarks } from "../log/removal-marks.js";
import { forgetLogs, rememberImported, removeLog } from "../log/remove-logs.js";
import type { FoundLog } from "../log/session-finder.js";
import type { SessionLogs } from "../log/session-logs.js";
import type { PlannedRemoval, RebuildOptions, RemovalPort } from "../schema/ports.js";
import type { SessionFull } from "../schema/session.js";
import type { Search } from "../search/search.js";
import { searchFile, searchVersion } from "../search/search-schema.js";

export interface RemovalParts {
  logs: SessionLogs;
  catalogue: Catalogue;
  search: Search;
  ingest: Ingest;
  onWarning: (message: string) => void;
  now: () => number;
}

/** A native file that was written so recently may be written on. */
const growsForMs = 600_000;

/** Takes the parts of a home through a removal, in an order in which it may end at any point. */
export class Removal implements RemovalPort {
  readonly #parts: RemovalParts;
  readonly #marks: RemovalMarks;
  readonly #lock: FileLock;

  constructor(parts: RemovalParts) {
    this.#parts = parts;
    this.#marks = new RemovalMarks(parts.logs.home);
    this.#lock = fileLock(join(parts.logs.home.dir, "locks", "removal.lock"));
  }

  plan(sessions: readonly SessionFull[]): PlannedRemoval[] {
    return sessions.map((session) => {
      const found = this.#parts.logs.find(session.session_id);
      const keptBecause = this.#writerOf(session);
      return { sessionId: session.session_id, sizeBytes: (found && regularStat(found.path)?.size) ?? 0, ...(keptBecause !== undefined && { keptBecause }) };
    });
  }

  async remove(planned: readonly PlannedRemoval[], options: RebuildOptions): Promise<{ removed: string[]; kept: PlannedRemoval[] }> {
    this.#parts.logs.requireWritable();
    if (!this.#lock.tryLock()) throw new CoreError("LOCK_TIMEOUT", "Another process removes sessions of this home. Try again when it is done.");
    try {
      this.#requireErasable();
      return await this.#remove(planned, options);
    } finally {
      this.#lock.unlock();
    }
  }

  /** Goes on with what a killed process left: what has lost its log loses the rest, what has it keeps all. */
  async finishLeft(): Promise<void> {
    if (this.#marks.left().length === 0 || !this.#lock.tryLock()) return;
    try {
      const left = this.#marks.left();
      await this.#forget(left.filter(({ path }) => !regularStat(path)));
      for (const { sessionId } of left) this.#marks.unmark(sessionId);
    } finally {
      this.#lock.unlock();
    }
  }

  /** @throws {CoreError} `LOG_IO` where a later version wrote a database: what that says of a session could not be taken out, and its log would be gone. */
  #requireErasable(): void {
    const { home } = this.#parts.logs;
    const databases = [
      [checkpointPath(home), schemaVersion],
      [join(home.dir, catalogueFile), catalogueVersion],
      [join(home.dir, searchFile), searchVersion],
    ] as const;
    const newer = databases.find(([path, version]) => atDatabase(path, () => isWrittenByNewer(path, version)));
    if (newer) throw new CoreError("LOG_IO", `Cannot remove sessions: "${newer[0]}" was written by a newer version. Use that version, or remove the file.`);
  }

  async #remove(planned: readonly PlannedRemoval[], { signal, onProgress }: RebuildOptions): Promise<{ removed: string[]; kept: PlannedRemoval[] }> {
    const kept = planned.filter(({ keptBecause }) => keptBecause !== undefined);
    const doomed = planned.flatMap((plan) => {
      const found = plan.keptBecause === undefined ? this.#parts.logs.find(plan.sessionId) : undefined;
      return found ? [{ ...found, sizeBytes: plan.sizeBytes }] : [];
    });
    for (const log of doomed) this.#marks.mark(log);
    await rememberImported(doomed, this.#parts.onWarning);
    const gone: FoundLog[] = this.#marks.left().filter(({ path }) => !regularStat(path));
    const removed: string[] = [];
    for (const [nth, log] of doomed.entries()) {
      await turn();
      const isRemoved = !signal?.aborted && removeLog(log);
      if (isRemoved) gone.push(log);
      if (isRemoved) removed.push(log.sessionId);
      else kept.push({ sessionId: log.sessionId, sizeBytes: log.sizeBytes, keptBecause: signal?.aborted ? "stopped before it came to it" : "somebody wrote to it meanwhile" });
      onProgress?.({ done: nth + 1, total: doomed.length });
    }
    await this.#forget(gone);
    for (const { sessionId } of [...doomed, ...gone]) this.#marks.unmark(sessionId);
    return { removed, kept };
  }

  async #forget(gone: readonly FoundLog[]): Promise<void> {
    if (gone.length === 0) return;
    const { logs, catalogue, search, ingest, onWarning } = this.#parts;
    const ids = gone.map(({ sessionId }) => sessionId);
    forgetLogs(logs.home, gone, onWarning);
    await ingest.erase(ids);
    await catalogue.erase(ids);
    await search.erase(ids);
  }

  /** Who writes a session, where somebody does. */
  #writerOf({ status, source_paths: sources = [] }: SessionFull): string | undefined {
    if (status === "live") return "it is being written";
    const nowMs = this.#parts.now();
    const grows = sources.some((path) => nowMs - (statIfThere(path)?.mtimeMs ?? Number.NEGATIVE_INFINITY) < growsForMs);
    return grows ? "its agent wrote to it in the last 10 minutes" : undefined;
  }
}
