import { createRequire } from "node:module";
import { CoreError, hasSystemCode } from "../errors.js";

export type SqlValue = null | number | bigint | string | Uint8Array;
export type Row = Record<string, SqlValue>;

/** A prepared statement. Values come back as numbers; columns of other types as SQLite keeps them. */
export interface Statement {
  run(...params: SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...params: SqlValue[]): Row | undefined;
  all(...params: SqlValue[]): Row[];
  iterate(...params: SqlValue[]): IterableIterator<Row>;
}

/** What both engines have in common: the synchronous interface of `node:sqlite`. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
  readonly isTransaction: boolean;
}

interface EngineModule {
  DatabaseSync: new (path: string, options?: { readOnly?: boolean; timeout?: number }) => Database;
}

export interface SqliteEngine {
  /** Package or module it came from. */
  name: string;
  /** Version of SQLite itself. */
  version: string;
  open(path: string, options: { readOnly?: boolean; timeout?: number }): Database;
}

/** Older ones have a WAL fault that several processes on one file can hit. */
const oldestSafe = [3, 51, 3] as const;
const candidates = ["node:sqlite", "@photostructure/sqlite"] as const;
const absent = ["ERR_UNKNOWN_BUILTIN_MODULE", "MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND", "ERR_DLOPEN_FAILED"];

const load = createRequire(import.meta.url);
let chosen: SqliteEngine | undefined;

/**
 * The SQLite of this process, chosen once: that of Node where it is new enough, else `@photostructure/sqlite`.
 * Nothing is loaded before the first call.
 * @throws {CoreError} `INTERNAL` where neither loads, saying what to install.
 */
export function chooseEngine(): SqliteEngine {
  chosen ??= firstUsable();
  return chosen;
}

function firstUsable(): SqliteEngine {
  const reasons: string[] = [];
  for (const name of candidates) {
    const engine = tryEngine(name);
    if (typeof engine !== "string") return engine;
    reasons.push(engine);
  }
  throw new CoreError(
    "INTERNAL",
    `Cannot load SQLite: ${reasons.join("; ")}. Run "npm install @photostructure/sqlite" beside session-log-mcp, or use a Node whose own SQLite is ${oldestSafe.join(".")} or newer.`,
  );
}

/** The engine, or why it cannot be used. */
function tryEngine(name: (typeof candidates)[number]): SqliteEngine | string {
  const found = tryLoad(name);
  if (typeof found === "string") return found;
  const { DatabaseSync } = found;
  const version = versionOf(new DatabaseSync(":memory:"));
  if (!isSafe(version)) return `${name} has SQLite ${version}`;
  return { name, version, open: (path, options) => new DatabaseSync(path, options) };
}

function tryLoad(name: string): EngineModule | string {
  try {
    return load(name) as EngineModule;
  } catch (error) {
    // A missing binary for this platform is reported without a code by the loader of native packages.
    if (hasSystemCode(error, ...absent)) return `${name} is not there`;
    if (error instanceof Error && /native build|prebuil/i.test(error.message)) return `${name} has no binary for this platform`;
    throw error;
  }
}

function versionOf(db: Database): string {
  const version = String(db.prepare("SELECT sqlite_version() AS version").get()?.["version"]);
  db.close();
  return version;
}

function isSafe(version: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [at, wanted] of oldestSafe.entries()) {
    const part = parts[at] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
