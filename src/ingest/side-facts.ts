import { lstatSync } from "node:fs";
import { dirname, sep } from "node:path";
import { hasSystemCode } from "../errors.js";
import type { Row } from "../io/sqlite.js";
import type { SideFact } from "../providers/provider.js";
import { LogEventKind } from "../schema/event.js";
import type { CheckpointDb } from "./checkpoint-db.js";
import { fileStatOf } from "./discover.js";
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
  /** The side file did not name the session: it may be another's. */
  isAnonymous: boolean;
}

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
    const fingerprint = fingerprintOf(path);
    if (fingerprint === undefined) return [];
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

  /** What waits to be said of a session whose file lies at `path`, in the order in which it came. */
  pending({ provider, nativeId }: NativeSession, path: string): PendingFact[] {
    const rows = this.#db.all("SELECT * FROM side_facts WHERE provider = ? AND native_id IN (?, '') AND said = 0 ORDER BY id", provider, nativeId);
    return rows.filter((row) => row["native_id"] !== "" || path.startsWith(`${String(row["folder"])}${sep}`)).map((row) => toFact(row, nativeId));
  }

  /** They are said, or never will be. */
  settle(ids: readonly number[], { nativeId }: Pick<NativeSession, "nativeId">): void {
    for (const id of ids) this.#db.run("UPDATE side_facts SET said = 1, claimed_by = ? WHERE id = ?", nativeId, id);
  }
}

function toFact(row: Row, nativeId: string): PendingFact {
  const kind = LogEventKind.parse(JSON.parse(String(row["kind"])));
  return {
    id: Number(row["id"]),
    isAnonymous: row["native_id"] === "",
    origin: String(row["origin"]),
    kind: kind.type === "session_cleared" ? { ...kind, new_session_id: kind.new_session_id ?? nativeId } : kind,
    ...(row["ts"] === null ? {} : { ts: String(row["ts"]) }),
    ...(row["started_from_ms"] === null ? {} : { startedBetweenMs: [Number(row["started_from_ms"]), Number(row["started_to_ms"])] as const }),
  };
}

/** Undefined for what is not a regular file with one name, or not there. */
function fingerprintOf(path: string): string | undefined {
  try {
    const stat = fileStatOf(lstatSync(path));
    return stat && `${stat.inode}:${stat.sizeBytes}:${stat.mtimeMs}`;
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "EACCES")) return undefined;
    throw error;
  }
}
