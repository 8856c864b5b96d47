import { dirname, sep } from "node:path";
import type { Row } from "../io/sqlite.js";
import type { SideFact } from "../providers/provider.js";
import { LogEventKind } from "../schema/event.js";
import type { CheckpointDb } from "./checkpoint-db.js";
import { statRegular } from "./discover.js";
import type { NativeRoot } from "./native-root.js";
import { readSide } from "./side-content.js";

/** A session of a provider, by the provider's id. */
export interface NativeSession {
  provider: string;
  nativeId: string;
}

/** Of what a side file said something new: a session, or (`nativeId` is "") whichever of a folder it turns out to be. */
export interface Told extends NativeSession {
  folder: string;
}

/** A fact that its session's log does not hold yet. */
export interface PendingFact extends Omit<SideFact, "nativeSessionId"> {
  id: number;
}

/** A session of which something may wait to be said. */
interface Asking {
  /** Where its file lies. */
  path: string;
  /** When it began, where that is known; asked for only where a fact depends on it. */
  startedMs: () => number | undefined;
}

const named = "SELECT * FROM side_facts WHERE provider = ? AND native_id = ? AND said = 0";
const ofAnyone = "FROM side_facts WHERE provider = ? AND native_id = '' AND said = 0";
const unclaimed = "(claimed_by IS NULL OR claimed_by = ?)";
const widest = `SELECT started_to_ms - started_from_ms AS width ${ofAnyone} ORDER BY width DESC LIMIT 1`;
const withLog = "JOIN sessions USING (provider, native_id) WHERE said = 0 AND session_id IS NOT NULL AND foreign_log = 0";

/**
 * What files beside the transcripts tell of sessions: titles, ends. It is kept in `import.sqlite` until the session has a log and it is said
 * there, so that neither order nor process matters: whoever reads the session says it.
 */
export class SideFacts {
  readonly #db: CheckpointDb;

  constructor(db: CheckpointDb) {
    this.#db = db;
  }

  /** Reads a side file if it changed since the last look. @returns Of whom it says something new. */
  look(root: NativeRoot, path: string): Told[] {
    const stat = statRegular(root, path);
    if (!stat) return [];
    const fingerprint = `${stat.inode}:${stat.sizeBytes}:${stat.mtimeMs}`;
    const known = this.#db.get("SELECT fingerprint FROM side_files WHERE path = ?", path);
    if (known?.["fingerprint"] === fingerprint) return [];
    const facts = readSide(root, path);
    if (!facts) return [];
    const provider = root.provider.name;
    return this.#db.transaction(() => {
      const folder = dirname(path);
      const told = facts.filter((fact) => this.add(provider, fact, folder));
      this.#db.run("INSERT OR REPLACE INTO side_files (path, fingerprint) VALUES (?, ?)", path, fingerprint);
      return [...new Set(told.map(({ nativeSessionId }) => nativeSessionId))].map((nativeId) => ({ provider, nativeId, folder }));
    });
  }

  /** Keeps a fact until it is said. @param folder Where a session that is not named is looked for. @returns False where it was known. */
  add(provider: string, { nativeSessionId, origin, kind, ts, startedBetweenMs }: SideFact, folder = ""): boolean {
    const [fromMs = null, toMs = null] = startedBetweenMs ?? [];
    const { changes } = this.#db.run(
      "INSERT OR IGNORE INTO side_facts (provider, native_id, origin, ts, kind, started_from_ms, started_to_ms, folder) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      provider,
      nativeSessionId,
      origin,
      ts ?? null,
      JSON.stringify(kind),
      fromMs,
      toMs,
      folder,
    );
    return changes > 0;
  }

  /** What waits to be said of a session, in the order in which it came. */
  pending({ provider, nativeId }: NativeSession, asking: Asking): PendingFact[] {
    const rows = [...this.#db.all(named, provider, nativeId), ...this.#ofAnyone({ provider, nativeId }, asking)];
    return rows.map((row) => toFact(row, nativeId)).sort((a, b) => a.id - b.id);
  }

  /** Sessions with a log that does not hold yet what was told of them: whoever was told may have ended before it was said. */
  untold(): NativeSession[] {
    const rows = this.#db.all(`SELECT DISTINCT provider, native_id FROM side_facts ${withLog}`);
    return rows.map((row) => ({ provider: String(row["provider"]), nativeId: String(row["native_id"]) }));
  }

  /** What names no session, fits this one and is no other's. Many such facts may never find theirs: only those of its time are looked at. */
  #ofAnyone({ provider, nativeId }: NativeSession, { path, startedMs }: Asking): Row[] {
    const width = this.#db.get(widest, provider)?.["width"];
    const ms = width === undefined ? undefined : startedMs();
    if (ms === undefined) return [];
    const rows = this.#db.all(`SELECT * ${ofAnyone} AND started_from_ms BETWEEN ? AND ? AND started_to_ms >= ? AND ${unclaimed}`, provider, ms - Number(width), ms, ms, nativeId);
    return rows.filter((row) => path.startsWith(`${String(row["folder"])}${sep}`));
  }

  /** Keeps them for this session before they are said in its log: those that name none fit others too, which another process may read. */
  claim(ids: readonly number[], { nativeId }: Pick<NativeSession, "nativeId">): void {
    for (const id of ids) this.#db.run("UPDATE side_facts SET claimed_by = ? WHERE id = ?", nativeId, id);
  }

  /** They are said, or never will be. */
  settle(ids: readonly number[]): void {
    for (const id of ids) this.#db.run("UPDATE side_facts SET said = 1 WHERE id = ?", id);
  }
}

function toFact(row: Row, nativeId: string): PendingFact {
  const kind = LogEventKind.parse(JSON.parse(String(row["kind"])));
  return {
    id: Number(row["id"]),
    origin: String(row["origin"]),
    kind: kind.type === "session_cleared" ? { ...kind, new_session_id: kind.new_session_id ?? nativeId } : kind,
    ...(row["ts"] === null ? {} : { ts: String(row["ts"]) }),
    ...(row["started_from_ms"] === null ? {} : { startedBetweenMs: [Number(row["started_from_ms"]), Number(row["started_to_ms"])] as const }),
  };
}
