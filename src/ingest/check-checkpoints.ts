import { examineDatabase } from "../io/examine-database.js";
import { regularStat } from "../io/regular-file.js";
import type { Database } from "../io/sqlite.js";
import type { Home } from "../log/home.js";
import { SessionFinder } from "../log/session-finder.js";
import type { DerivedCheck } from "../log/check/check-home.js";
import type { Finding } from "../schema/health.js";
import { checkpointPath } from "./engine.js";
import { schemaVersion } from "./checkpoint-schema.js";

interface Checkpoints {
  sessions: { sessionId: string; logBytes: number }[];
  /** Files, states and links of sessions that are not there. */
  orphans: number;
}

const orphaned = `SELECT (SELECT COUNT(*) FROM files WHERE session NOT IN (SELECT key FROM sessions))
  + (SELECT COUNT(*) FROM states WHERE file NOT IN (SELECT key FROM files)) AS orphans`;

/** Looks whether `import.sqlite` fits together, and whether the logs are as long as it says. @param options.integrity As `examineDatabase` takes it. */
export function checkCheckpoints(home: Home, options: { integrity: boolean }): DerivedCheck {
  const path = checkpointPath(home);
  const examined = examineDatabase(path, { version: schemaVersion, ...options }, readCheckpoints);
  return { witness: () => undefined, end: () => findings() };

  function findings(): Finding[] {
    if (examined.state === "damaged") return [{ code: "damaged_database", path, what: examined.what }];
    if (examined.state === "other version") return [{ code: "other_version", path, what: `version ${examined.version}` }];
    if (examined.state === "missing") return [];
    const { sessions, orphans } = examined.value;
    const finder = new SessionFinder(home, () => undefined);
    // A log that is gone may have been removed on purpose.
    const ahead = sessions.filter(({ sessionId, logBytes }) => logBytes > (sizeOf(finder, sessionId) ?? logBytes));
    return [
      ...(orphans > 0 ? [{ code: "orphaned_checkpoint", path, what: `${orphans} rows of files or sessions that it does not know` } as const] : []),
      ...ahead.map(({ sessionId }) => ({ code: "checkpoint_ahead", path, sessionId, what: "the log is shorter than the import left it" }) as const),
    ];
  }
}

function readCheckpoints(db: Database): Checkpoints {
  const rows = db.prepare("SELECT session_id, log_bytes FROM sessions WHERE session_id IS NOT NULL AND log_bytes > 0").all();
  const sessions = rows.map((row) => ({ sessionId: String(row["session_id"]), logBytes: Number(row["log_bytes"]) }));
  return { sessions, orphans: Number(db.prepare(orphaned).get()?.["orphans"]) };
}

function sizeOf(finder: SessionFinder, sessionId: string): number | undefined {
  const log = finder.find(sessionId);
  return log && regularStat(log.path)?.size;
}
