import { spawn } from "node:child_process";
import { once } from "node:events";
import { hasSystemCode } from "../errors.js";

/**
 * Shows a text in a pager, until its user leaves it. `less` is told to show colours, to end by itself where all fits on the screen, and to leave the text behind.
 * @param command `PAGER`: a command line for the shell; `less` where absent or empty.
 * @returns False where the pager could not be started: nothing was shown.
 */
export async function page(text: string, { command }: { command: string | undefined }): Promise<boolean> {
  const child = spawn(`LESS="\${LESS-FRX}" ${command || "less"}`, { shell: true, stdio: ["pipe", "inherit", "inherit"] });
  child.stdin.on("error", (error) => {
    // Left before it had read all.
    if (!hasSystemCode(error, "EPIPE")) throw error;
  });
  child.stdin.end(text);
  const [code] = (await once(child, "close")) as [number | null];
  // What a shell says of a command that is not there, or that it may not run.
  return code !== 127 && code !== 126;
}
