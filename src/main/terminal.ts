import { isatty } from "node:tty";
import { programName } from "../cli/program-name.js";
import type { Terminal } from "../cli/terminal.js";
import { visible, visibleLines } from "../cli/visible.js";

/** The terminal of this process, with words for what goes wrong. */
export interface ProcessTerminal extends Terminal {
  /** Says a failure with all that is known of it, as the lines of its stack: they are not wrapped. */
  report(failure: string): void;
}

/**
 * What this process writes to. What wraps messages is only loaded where people read them.
 * @param streams Those of the process; neither is touched before it is written to.
 */
export async function processTerminal(streams: Pick<NodeJS.Process, "stdout" | "stderr">, { NO_COLOR: noColor, TERM: term }: Readonly<Record<string, string | undefined>>): Promise<ProcessTerminal> {
  const wrap = isatty(2) ? (await import("../cli/look/wrap.js")).wrappedText : undefined;
  const err = (text: string): void => void streams.stderr.write(text);
  return {
    out: (text) => void streams.stdout.write(text),
    err,
    tell: (message) => {
      const text = `${programName}: ${visible(message)}`;
      err(`${wrap?.(text, streams.stderr.columns || 80) ?? text}\n`);
    },
    report: (failure) => err(`${programName}: ${visibleLines(failure)}\n`),
    isOutTerminal: isatty(1),
    isErrTerminal: isatty(2),
    // A terminal that was not told its width says 0.
    get columns() {
      return streams.stdout.columns || 80;
    },
    hasColours: isatty(1) && !noColor && term !== "dumb",
  };
}
