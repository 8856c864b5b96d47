/** Where a command writes. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Says something beside what is asked for: a line behind the program's name on `err`, wrapped where that is a terminal. */
  tell(message: string): void;
  /** Whether `out` goes to a terminal, where people read it. */
  isOutTerminal: boolean;
  /** Whether `err` goes to a terminal, where a line can be written over. */
  isErrTerminal: boolean;
  /** Width of the terminal that `out` goes to; 80 where it is none. */
  columns: number;
  /** Whether `out` takes colours: a terminal, without `NO_COLOR`, that is not `dumb`. */
  hasColours: boolean;
}
