import { CoreError, fileAdvice, systemCode } from "../errors.js";
import { NotRegularFile } from "../io/regular-file.js";

/**
 * A system error, or `NotRegularFile`, about a log's file as `LOG_IO` with that error as its cause; any other error as it is.
 * @param what What could not be done, and how much of it was done.
 */
export function logIoError(what: string, error: unknown): unknown {
  if (error instanceof CoreError) return error;
  if (error instanceof NotRegularFile) return new CoreError("LOG_IO", `${what}: ${error.kind} stands there. Remove it.`, { cause: error });
  const code = systemCode(error);
  if (code === undefined || !(error instanceof Error) || !("syscall" in error)) return error;
  return new CoreError("LOG_IO", `${what}: ${code}. ${fileAdvice(code)}`, { cause: error });
}
