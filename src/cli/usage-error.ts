/** The command line is wrong: the message is for the one who typed it; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
