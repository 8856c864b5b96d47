import type { Readable, Writable } from "node:stream";
import { createInterface } from "node:readline/promises";

/** Makes a question that is put to the one at a terminal. @returns Whether the answer begins with `y`; Ctrl-D is a no. */
export function confirmOn(input: Readable, output: Writable): (question: string) => Promise<boolean> {
  return async (question) => {
    const lines = createInterface({ input, output });
    try {
      const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
      return /^y/i.test(await Promise.race([lines.question(`${question} [y/N] `), ended]));
    } finally {
      lines.close();
    }
  };
}
