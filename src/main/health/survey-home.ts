import { join } from "node:path";
import { catalogueFile } from "../../catalogue/catalogue.js";
import { catalogueVersion } from "../../catalogue/catalogue-schema.js";
import { CoreError } from "../../errors.js";
import { schemaVersion } from "../../ingest/checkpoint-schema.js";
import { checkpointPath } from "../../ingest/engine.js";
import { surveyNative } from "../../ingest/survey-native.js";
import { examineDatabase } from "../../io/examine-database.js";
import { fileLock } from "../../io/file-lock.js";
import { mostWatches, watchesInUse, watchesOf } from "../../io/inotify.js";
import { lockHolders } from "../../io/lock-holders.js";
import { sqliteEngine, type Database } from "../../io/sqlite.js";
import { statIfThere } from "../../io/stat-if-there.js";
import { checkFiles } from "../../log/check/check-files.js";
import type { Home } from "../../log/home.js";
import { logPaths } from "../../log/session-index.js";
import type { NativeEnvironment } from "../../providers/provider.js";
import { providers } from "../../providers/registry.js";
import type { HomeSurvey, SurveyedDatabase } from "../../schema/health.js";
import { searchFile, searchVersion } from "../../search/search-schema.js";

export interface SurveyOptions {
  home: Home;
  userLogDir?: string;
  environment: NativeEnvironment;
  /** Names of the providers whose native logs are read. */
  enabled: readonly string[];
}

interface KnownSums {
  providers: { provider: string; sessions: number; bytes: number }[];
  sessions: number;
  takenInBytes: number;
}

/** See `HealthPort.survey`. */
export function surveyHome({ home, userLogDir, environment, enabled }: SurveyOptions): HomeSurvey {
  const folders = home.allLogsDirs();
  const sizes = folders.flatMap((logsDir) => logPaths(logsDir).map((path) => statIfThere(path)?.size ?? 0));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const catalogue = surveyDerived(join(home.dir, catalogueFile), catalogueVersion, bytes);
  const nowMs = Date.now();
  const lease = surveyLease(join(home.dir, "ingest.lease"));
  const search = surveyDerived(join(home.dir, searchFile), searchVersion, bytes);
  return {
    home: home.dir,
    isThere: statIfThere(home.dir) !== undefined,
    ...(userLogDir !== undefined && { userLogDir }),
    logsFolders: folders.length,
    logs: sizes.length,
    bytes,
    sessionsByProvider: catalogue.providers,
    providers: surveyNative(providers, environment, { enabled, nowMs }),
    databases: [catalogue.database, search.database, surveyCheckpoints(checkpointPath(home))],
    lease,
    watches: surveyWatches(lease.pids),
    openToOthers: checkFiles(home, nowMs).flatMap(({ code, path }) => (code === "open_to_others" ? [path] : [])),
    sqlite: sqliteEngine(),
  };
}

function surveyDerived(path: string, version: number, logBytes: number): { database: SurveyedDatabase; providers: KnownSums["providers"] } {
  const examined = examineDatabase(path, { version, integrity: false }, readSums);
  const database: SurveyedDatabase = { path, state: examined.state, bytes: statIfThere(path)?.size ?? 0 };
  if (examined.state !== "good") return { database, providers: [] };
  const { sessions, takenInBytes, providers: sums } = examined.value;
  return { database: { ...database, sessions, pendingBytes: Math.max(0, logBytes - takenInBytes) }, providers: sums };
}

function readSums(db: Database): KnownSums {
  const rows = db.prepare("SELECT provider, COUNT(*) AS sessions, TOTAL(size_bytes) AS bytes, TOTAL(indexed_bytes) AS taken FROM sessions GROUP BY provider ORDER BY sessions DESC, provider").all();
  const sums = rows.map((row) => ({ provider: String(row["provider"]), sessions: Number(row["sessions"]), bytes: Number(row["bytes"]) }));
  return { providers: sums, sessions: sums.reduce((sum, { sessions }) => sum + sessions, 0), takenInBytes: rows.reduce((sum, row) => sum + Number(row["taken"]), 0) };
}

function surveyCheckpoints(path: string): SurveyedDatabase {
  const count = (db: Database): number => Number(db.prepare("SELECT COUNT(*) AS sessions FROM sessions").get()?.["sessions"]);
  const examined = examineDatabase(path, { version: schemaVersion, integrity: false }, count);
  const database: SurveyedDatabase = { path, state: examined.state, bytes: statIfThere(path)?.size ?? 0 };
  return examined.state === "good" ? { ...database, sessions: examined.value } : database;
}

function surveyWatches(holders: readonly number[]): HomeSurvey["watches"] {
  const limit = mostWatches();
  const counts = holders.flatMap((pid) => watchesOf(pid) ?? []);
  return { ...(limit !== undefined && { limit, inUse: watchesInUse() }), ...(counts.length > 0 && { ofHolder: counts.reduce((sum, count) => sum + count, 0) }) };
}

function surveyLease(path: string): HomeSurvey["lease"] {
  if (!statIfThere(path)) return { path, isHeld: false, pids: [] };
  const lock = fileLock(path);
  try {
    const isFree = lock.tryLock();
    return { path, isHeld: !isFree, pids: isFree ? [] : lockHolders(path) };
  } catch (error) {
    // A file that is no lock: the check says so.
    if (!(error instanceof CoreError)) throw error;
    return { path, isHeld: false, pids: [] };
  } finally {
    lock.close();
  }
}
