/** A configuration file stays as it is: the message is for the one who asked, and says what to do; exit code 1. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
