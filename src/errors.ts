/**
 * Codes a caller can act on. They are the contract; the wording is not.
 * `LOG_CLOSED` is thrown by the library only; the others also reach MCP clients.
 */
export const errorCodes = [
  "INVALID_ARGUMENT",
  "SESSION_NOT_FOUND",
  "AMBIGUOUS_SESSION",
  "SESSION_EXISTS",
  "SESSION_ENDED",
  "INVALID_EVENT",
  "EVENT_TOO_LARGE",
  "INVALID_CURSOR",
  "INVALID_REGEX",
  "LOG_IO",
  "LOG_CLOSED",
  "LOCK_TIMEOUT",
  "READ_ONLY",
  "INTERNAL",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * The one error of ours that is meant for callers.
 * `message` reads «what is wrong. What to do.» and holds ids, providers, paths and times, never recorded text.
 */
export class CoreError extends Error {
  override readonly name = "CoreError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The system code of an error (`ENOENT`, `SQLITE_BUSY`, …), or undefined where it has none. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether `error` is a system error with one of `codes`. */
export function hasSystemCode(error: unknown, ...codes: string[]): boolean {
  const code = systemCode(error);
  return code !== undefined && codes.includes(code);
}

/** What somebody can do about a system error of a file. @param code As `systemCode` gives it. */
export function fileAdvice(code: string): string {
  if (code === "EMFILE" || code === "ENFILE") return "Too many files are open: end other programs, or raise the limit (ulimit -n), and try again.";
  return "Check the permissions of the file and the free space of its disk.";
}
