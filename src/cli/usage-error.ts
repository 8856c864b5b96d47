/** The command line is wrong: the message is for the one who typed it; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** The command that was meant, where that is known; its usage is shown. */
  command: string | undefined;
}
