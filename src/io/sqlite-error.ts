import { hasSystemCode } from "../errors.js";

/** Primary result codes of SQLite that we tell apart (sqlite.org/rescode.html). */
export const sqliteCodes = {
  BUSY: 5,
  LOCKED: 6,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  NOTADB: 26,
} as const;

export type SqliteCode = keyof typeof sqliteCodes;

/**
 * The primary result code of an error of either engine, or undefined for any other error.
 * Both set `code` to `ERR_SQLITE_ERROR`; `errcode` is the extended code, whose low byte is the primary one.
 */
export function sqliteErrorCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (code !== "ERR_SQLITE_ERROR" || typeof errcode !== "number") return undefined;
  return errcode & 0xff;
}

/** Whether `error` is an SQLite error with one of these primary codes. */
export function hasSqliteCode(error: unknown, ...codes: SqliteCode[]): boolean {
  const found = sqliteErrorCode(error);
  return found !== undefined && codes.some((code) => sqliteCodes[code] === found);
}

/** Whether somebody else holds the lock that was asked for. */
export function isBusy(error: unknown): boolean {
  return hasSqliteCode(error, "BUSY", "LOCKED");
}

/** Whether the file is no (whole) database. */
export function isCorrupt(error: unknown): boolean {
  return hasSqliteCode(error, "CORRUPT", "NOTADB");
}

/** EEXIST and ENOTDIR: what should be the folder, or one above it, is a file. */
const unwritable = ["EROFS", "EACCES", "ENOSPC", "EPERM", "EEXIST", "ENOTDIR"];

/** Whether the file cannot be made or written: no permission, a full disk or one for reading only, no folder to be in. */
export function isUnwritable(error: unknown): boolean {
  return hasSqliteCode(error, "FULL", "READONLY", "CANTOPEN", "IOERR") || hasSystemCode(error, ...unwritable);
}
