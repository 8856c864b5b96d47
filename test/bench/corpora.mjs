// What several parts measure on, made when the first of them asks for it.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { command } from "./clients.mjs";
import { writeCorpus } from "./corpus.mjs";
import { writeHistory } from "./history.mjs";

/** Runs our command to its end. @returns Its stdout. */
export function runOurs(args, env = {}) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`${args[0]} ended with ${status ?? signal}: ${stderr}`);
  return stdout;
}

export class Corpora {
  #dir;
  #gb;
  #made = new Map();

  /** @param dir A folder that the run removes. @param gb Size of each corpus. */
  constructor(dir, gb) {
    this.#dir = dir;
    this.#gb = gb;
  }

  /** A home of logs with all indexes built; `made` is what `writeHistory` says. */
  history() {
    return this.#once("history", (dir) => {
      const home = join(dir, "home");
      mkdirSync(home);
      const made = writeHistory(home, { megabytes: this.#gb * 1000 });
      runOurs(["rebuild", "--json", "--home", home], { HOME: dir });
      return { dir, home, made };
    });
  }

  /** Transcripts of Claude Code below `userHome`, imported into `home`. */
  native() {
    return this.#once("native", (userHome) => {
      const made = writeCorpus(userHome, { sessions: Math.round(3000 * this.#gb), folder: ".claude" });
      const home = join(userHome, "home");
      runOurs(["import", "--json", "--home", home], { HOME: userHome });
      return { userHome, home, made };
    });
  }

  #once(name, make) {
    if (!this.#made.has(name)) {
      const dir = join(this.#dir, name);
      mkdirSync(dir);
      this.#made.set(name, make(dir));
    }
    return this.#made.get(name);
  }
}
