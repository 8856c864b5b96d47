import { statIfThere } from "../io/stat-if-there.js";
import type { CheckpointDb } from "./checkpoint-db.js";
import { isRunning, readProcess, seenProcesses, type LiveProcess } from "./live-processes.js";
import type { SideFact } from "../providers/provider.js";
import { digestOf } from "./facts.js";
import type { NativeRoot } from "./native-root.js";

/** What its provider was still writing when the process file went away has time to come. */
const lastWordsMs = 300;

export interface ProcessWatchOptions {
  db: CheckpointDb;
  isAlive: (pid: number) => boolean;
  now: () => number;
  /** The process is gone: its session has ended. `isClean`: it took its process file with it. Resolves when that is written. */
  onEnd: (process: Omit<LiveProcess, "cwd">, isClean: boolean) => Promise<void>;
  /** A process went on with another session; the fact is one of the new session. */
  onSwitch: (provider: string, fact: SideFact) => void;
}

/**
 * Notices when a provider's process is gone that was seen alive, by this process or by one of ours before it. Which were
 * seen lies in `import.sqlite`; a process that nobody saw alive ends nothing: that is history.
 */
export class ProcessWatch {
  readonly #options: ProcessWatchOptions;
  readonly #goneSince = new Map<string, number>();
  readonly #ending = new Set<string>();

  constructor(options: ProcessWatchOptions) {
    this.#options = options;
  }

  /** A process file was found, or something happened to it. */
  look(root: NativeRoot, path: string): void {
    const process = readProcess(root, path);
    if (!process || !this.#options.isAlive(process.pid)) return;
    if (root.provider.processFilesTellClears) this.#noteSwitch(process);
    this.#options.db.run(
      "INSERT OR REPLACE INTO processes (path, provider, pid, started_at_ms, native_id) VALUES (?, ?, ?, ?, ?)",
      path,
      process.provider,
      process.pid,
      process.startedAtMs ?? null,
      process.nativeSessionId,
    );
  }

  /** A process that has a file for another session already, and only now one for this. */
  #noteSwitch({ path, provider, pid, nativeSessionId }: LiveProcess): void {
    const { db } = this.#options;
    if (db.get("SELECT 1 AS one FROM processes WHERE path = ?", path)) return;
    // One that has said something already was only opened again.
    if (db.get("SELECT 1 AS one FROM sessions WHERE provider = ? AND native_id = ? AND session_id IS NOT NULL", provider, nativeSessionId)) return;
    const others = db.all("SELECT native_id FROM processes WHERE provider = ? AND pid = ? AND native_id <> ?", provider, pid, nativeSessionId);
    for (const row of others) {
      const old = String(row["native_id"]);
      const kind = { type: "session_cleared" as const, old_session_id: old, new_session_id: nativeSessionId };
      this.#options.onSwitch(provider, { nativeSessionId, origin: `cleared:${digestOf(old)}/0`, kind });
    }
  }

  /** Called now and then. Resolves when the ends that it noticed are written. */
  async tick(): Promise<void> {
    const rows = seenProcesses(this.#options.db);
    const gone = rows.filter((process) => this.#isGone(process));
    await Promise.all(gone.map((process) => this.#end(process, rows.some((other) => other.path !== process.path && this.#sharesSession(other, process)))));
  }

  #isGone(process: { path: string; pid: number }): boolean {
    const { path } = process;
    if (isRunning(process, this.#options.isAlive)) {
      this.#goneSince.delete(path);
      return false;
    }
    const since = this.#goneSince.get(path) ?? this.#options.now();
    this.#goneSince.set(path, since);
    return this.#options.now() - since >= lastWordsMs;
  }

  #sharesSession(other: Omit<LiveProcess, "cwd">, process: Omit<LiveProcess, "cwd">): boolean {
    return other.provider === process.provider && other.nativeSessionId === process.nativeSessionId && this.#options.isAlive(other.pid);
  }

  async #end(process: Omit<LiveProcess, "cwd">, goesOnElsewhere: boolean): Promise<void> {
    if (this.#ending.has(process.path)) return;
    this.#ending.add(process.path);
    try {
      if (!goesOnElsewhere) await this.#options.onEnd(process, !statIfThere(process.path));
      this.#options.db.run("DELETE FROM processes WHERE path = ? AND pid = ?", process.path, process.pid);
      this.#goneSince.delete(process.path);
    } finally {
      this.#ending.delete(process.path);
    }
  }
}
