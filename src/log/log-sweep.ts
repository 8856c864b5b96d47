import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { regularStat } from "../io/regular-file.js";
import { statIfThere } from "../io/stat-if-there.js";
import { foldSessionId, isSessionId } from "../schema/session-id.js";
import type { Home } from "./home.js";
import { isThere, isUnchanged, refOf, type LogPlace, type LogRef } from "./log-place.js";

/** A database that is derived from the logs, as a sweep sees it. */
export interface KnownLogs {
  /** One up whenever another file took the place of the one in use. */
  readonly generation: number;
  /** Folders of logs that have been looked through, and when each had changed last by then, in milliseconds since the epoch. */
  foldersLookedThrough(): ReadonlyMap<string, number>;
  rememberFolder(logsDir: string, changedMs: number): void;
  /** Folders of all logs that are known. */
  logsDirs(): string[];
  /** Folded ids of the logs known in a folder; the caller may change the set. */
  idKeysIn(logsDir: string): Set<string>;
  /** Logs known in a folder, by folded id. */
  placesIn(logsDir: string): ReadonlyMap<string, LogPlace>;
  byId(sessionId: string): LogPlace | undefined;
  /** Logs that are the likeliest to grow. */
  likeliest(count: number): LogPlace[];
  /**
   * Takes in what a log has more than is known of it, in steps; `flush` may be needed to write it.
   * @returns False where it holds no event.
   */
  take(log: LogRef): Generator<undefined, boolean>;
  flush(): void;
  /** Takes a log out that is no longer there. */
  forget(place: LogPlace): void;
  /** All logs were looked at, in that generation of the file: of another one it says nothing. */
  complete(generation: number): void;
}

const logsPerStep = 64;
/** Logs that each look around looks at: whoever writes them, they are the likeliest to have grown. */
const likeliestLookedAt = 64;
/** Of more folders than this one look serves all answers of a while, in proportion to their number. */
const fewFolders = 200;
const pausePerFolderMs = 0.2;
/** The clock of a file system may stand still for so long: a folder that changed just now is looked at again. */
const clockStepMs = 40;
/** A log without events that was made so long ago will have none soon. */
const youngMs = 60_000;

/** Looks through the folders of a home for logs that are new, grown, replaced or gone. */
export class LogSweep {
  readonly #home: Home;
  readonly #known: KnownLogs;
  #lookAgainAt = 0;
  /** A log went: another of the same id, which was passed over for it, may lie in a folder that did not change. */
  #mayUncover = false;
  /** How many logs were found new, changed or gone so far. */
  changes = 0;

  constructor(home: Home, known: KnownLogs) {
    this.#home = home;
    this.#known = known;
  }

  /** Looks at every log, in steps of a few milliseconds; takes in those that changed. */
  *steps(): Generator<undefined, void> {
    const { generation } = this.#known;
    const logsDirs = this.#home.allLogsDirs();
    for (const logsDir of logsDirs) yield* this.#folder(logsDir);
    this.#forgetOtherFolders(new Set(logsDirs));
    this.#known.complete(generation);
  }

  /** Looks for logs that appeared or went, and at those that are the likeliest to have grown: before each answer, for it costs little. */
  lookAround(): void {
    const nowMs = performance.now();
    if (nowMs < this.#lookAgainAt) return;
    const folders = this.#lookForNewLogs();
    for (const place of this.#known.likeliest(likeliestLookedAt)) this.#lookAtKnown(place);
    this.#known.flush();
    this.#lookAgainAt = folders > fewFolders ? nowMs + folders * pausePerFolderMs : 0;
  }

  /** Looks at one log, known or not. */
  lookAt(log: LogRef): void {
    drain(this.#log(log, this.#known.byId(log.id)));
    this.#known.flush();
  }

  /** A stat for each folder, and a listing of those that changed; of all where a log went. @returns How many folders there are. */
  #lookForNewLogs(): number {
    const lookedThrough = this.#known.foldersLookedThrough();
    const logsDirs = this.#home.allLogsDirs();
    for (const logsDir of logsDirs) {
      const changed = changedAt(logsDir);
      if (changed !== undefined && lookedThrough.get(logsDir) !== changed) drain(this.#newIn(logsDir));
    }
    if (this.#mayUncover) {
      this.#mayUncover = false;
      for (const logsDir of logsDirs) drain(this.#newIn(logsDir));
    }
    return logsDirs.length;
  }

  #lookAtKnown(place: LogPlace): void {
    const ref = refOf(place);
    const stats = regularStat(ref.path);
    if (!stats) this.#forget(place);
    else if (!isUnchanged(place, place.logsDir, stats)) drain(this.#known.take(ref));
  }

  /** Looks at every log of a folder. */
  *#folder(logsDir: string): Generator<undefined, void> {
    const changed = changedAt(logsDir);
    const places = this.#known.placesIn(logsDir);
    const ids = namesIn(logsDir).filter(isSessionId);
    const there = new Set(ids.map(foldSessionId));
    for (const [key, place] of places) if (!there.has(key)) this.#forget(place);
    yield* this.#logs(logsDir, ids, { places, changed });
  }

  /** Looks for logs that appeared in a folder, or went. What is known of the others is not read, for there may be thousands. */
  *#newIn(logsDir: string): Generator<undefined, void> {
    const changed = changedAt(logsDir);
    const gone = this.#known.idKeysIn(logsDir);
    const added = namesIn(logsDir).filter((id) => !gone.delete(foldSessionId(id)));
    for (const key of gone) {
      const place = this.#known.byId(key);
      if (place) this.#forget(place);
    }
    yield* this.#logs(logsDir, added.filter(isSessionId), { places: new Map(), changed });
  }

  #forget(place: LogPlace): void {
    this.#known.forget(place);
    this.#mayUncover = true;
    this.changes += 1;
  }

  /** @param options.changed When the folder had changed last before it was read; undefined where there is none. */
  *#logs(logsDir: string, ids: readonly string[], { places, changed }: { places: ReadonlyMap<string, LogPlace>; changed: number | undefined }): Generator<undefined, void> {
    // A log that was made just now, and whose first event is still to come, is looked for again.
    let isWhole = true;
    for (const [nth, id] of ids.entries()) {
      if (nth % logsPerStep === logsPerStep - 1) yield;
      const ref = refOf({ id, logsDir });
      isWhole = (yield* this.#log(ref, places.get(foldSessionId(id)))) && isWhole;
    }
    this.#known.flush();
    if (isWhole && changed !== undefined && changed < Date.now() - clockStepMs) this.#known.rememberFolder(logsDir, changed);
  }

  /** @returns False where it was made just now and holds no event yet. */
  *#log(log: LogRef, place: LogPlace | undefined): Generator<undefined, boolean> {
    const stats = regularStat(log.path);
    if (!stats || (place && isUnchanged(place, log.logsDir, stats))) return true;
    const known = this.#known.byId(log.id);
    // Two logs of one id: the one that is known stays the session's.
    const isOther = known && (known.logsDir !== log.logsDir || known.id !== log.id);
    if (isOther && isThere(known)) return true;
    if (yield* this.#known.take(log)) {
      this.changes += 1;
      return true;
    }
    return stats.mtimeMs <= Date.now() - youngMs;
  }

  #forgetOtherFolders(there: ReadonlySet<string>): void {
    for (const dir of this.#known.logsDirs()) {
      if (there.has(dir)) continue;
      for (const place of this.#known.placesIn(dir).values()) this.#forget(place);
    }
  }
}

function drain<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** When a log was last made or removed there, in milliseconds since the epoch. */
function changedAt(logsDir: string): number | undefined {
  return statIfThere(join(logsDir, "sessions"))?.mtimeMs;
}

/** Names of the logs in a folder; not each need be an id. */
function namesIn(logsDir: string): string[] {
  try {
    const names = readdirSync(join(logsDir, "sessions")).filter((name) => name.endsWith(".jsonl"));
    return names.map((name) => basename(name, ".jsonl"));
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "ELOOP", "EACCES")) return [];
    throw error;
  }
}
