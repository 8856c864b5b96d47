/** Where a command writes. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether `err` goes to a terminal, where a line can be written over. */
  isErrTerminal: boolean;
}
