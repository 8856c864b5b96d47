/** What a value is, for a shell that completes it. */
export type Completes = "client" | "provider" | "session" | "shell" | "path" | "folder";

/** An option, as data: the parsers, the help, the completions and the README are made from it. */
export interface Flag {
  /** Without its dashes, as in `read-only`. */
  name: string;
  /** One letter. */
  short?: string;
  /** What its value is called; a flag without one is a switch. */
  value?: string;
  /** May be given several times. */
  repeatable?: true;
  /** What it does, as one line without a full stop. */
  text: string;
  /** All values that there are; any other is refused. */
  choices?: readonly string[];
  completes?: Completes;
}

/** A word behind the command, as data. */
export interface Argument {
  /** In capitals, as in `ID`. */
  name: string;
  text: string;
  optional?: true;
  /** Takes all words that follow. */
  several?: true;
  completes?: Completes;
}
