import { CoreError, systemCode } from "../errors.js";

/** An error in a few words, for a report: never recorded text, which the message of a parser's fault could hold. */
export function describeFailure(error: unknown): string {
  if (error instanceof CoreError) return `${error.code}: ${error.message}`;
  const code = systemCode(error);
  if (code !== undefined) return code;
  return `INTERNAL: ${error instanceof Error ? error.name : typeof error}`;
}
