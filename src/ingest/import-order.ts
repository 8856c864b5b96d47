import type { FoundFile } from "./discover.js";
import { headOf } from "./native-file.js";

/** The files of one native session: the one that carries it, then those of its agents. */
export interface SessionFiles {
  provider: string;
  nativeId: string;
  main: FoundFile[];
  parts: FoundFile[];
  /** When the newest of them was written. */
  mtimeMs: number;
}

/** Files by session, the one written last first. */
export function bySession(files: readonly FoundFile[]): SessionFiles[] {
  const sessions = new Map<string, SessionFiles>();
  for (const found of files) {
    const { provider, role } = found.file;
    const nativeId = found.file.nativeSessionId;
    const key = `${provider} ${nativeId}`;
    const session = sessions.get(key) ?? { provider, nativeId, main: [], parts: [], mtimeMs: 0 };
    sessions.set(key, session);
    (role === "main" ? session.main : session.parts).push(found);
    session.mtimeMs = Math.max(session.mtimeMs, found.stat.mtimeMs);
  }
  for (const session of sessions.values()) {
    session.main.sort(byPath);
    session.parts.sort(byPath);
  }
  return [...sessions.values()].sort((a, b) => b.mtimeMs - a.mtimeMs || compare(a.nativeId, b.nativeId));
}

/**
 * The same sessions with those last that may begin with copies of others' records, oldest of them first: whoever said a record first keeps it.
 * @param isNew Whether a file was never read: only those are looked at.
 */
export function* originalsFirst(sessions: Iterable<SessionFiles>, isNew: (found: FoundFile) => boolean): Generator<SessionFiles> {
  const order = new ImportOrder(sessions, isNew);
  yield* order.originals();
  yield* order.copies();
}

/** Sessions in two parts: those that may be read in any order, and after all of them those that may begin with copies of others' records. */
export class ImportOrder {
  readonly #sessions: Iterable<SessionFiles>;
  readonly #isNew: (found: FoundFile) => boolean;
  readonly #copies: { session: SessionFiles; startedAt: string; path: string }[] = [];

  /** @param isNew Whether a file was never read: only the heads of those are looked at. */
  constructor(sessions: Iterable<SessionFiles>, isNew: (found: FoundFile) => boolean) {
    this.#sessions = sessions;
    this.#isNew = isNew;
  }

  /** In the order they were given in. A head is looked at when its turn comes. */
  *originals(): Generator<SessionFiles> {
    for (const session of this.#sessions) {
      const heads = session.main.filter(this.#isNew).map((found) => ({ path: found.file.path, head: headOf(found) }));
      const continuing = heads.find(({ head }) => head.continues);
      if (continuing) this.#copies.push({ session, startedAt: continuing.head.startedAt ?? "", path: continuing.path });
      else yield session;
    }
  }

  /** What `originals()` left out, oldest first: whoever said a record first keeps it. */
  copies(): SessionFiles[] {
    return this.#copies.sort((a, b) => compare(a.startedAt, b.startedAt) || compare(a.path, b.path)).map(({ session }) => session);
  }
}

function byPath(a: FoundFile, b: FoundFile): number {
  return compare(a.file.path, b.file.path);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
