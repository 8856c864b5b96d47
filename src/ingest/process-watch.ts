import { statIfThere } from "../io/stat-if-there.js";
import type { CheckpointDb } from "./checkpoint-db.js";
import { readProcess, type LiveProcess } from "./live-processes.js";
import type { NativeRoot } from "./native-root.js";

/** What its provider was still writing when the process file went away has time to come. */
const lastWordsMs = 300;

export interface ProcessWatchOptions {
  db: CheckpointDb;
  isAlive: (pid: number) => boolean;
  now: () => number;
  /** The process is gone: its session has ended. Resolves when that is written. */
  onEnd: (process: Omit<LiveProcess, "cwd">) => Promise<void>;
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
    this.#options.db.run(
      "INSERT OR REPLACE INTO processes (path, provider, pid, started_at_ms, native_id) VALUES (?, ?, ?, ?, ?)",
      path,
      process.provider,
      process.pid,
      process.startedAtMs ?? null,
      process.nativeSessionId,
    );
  }

  /** Called now and then. Resolves when the ends that it noticed are written. */
  async tick(): Promise<void> {
    const rows = this.#options.db.all("SELECT * FROM processes").map((row) => ({
      path: String(row["path"]),
      provider: String(row["provider"]),
      pid: Number(row["pid"]),
      nativeSessionId: String(row["native_id"]),
      ...(row["started_at_ms"] === null ? {} : { startedAtMs: Number(row["started_at_ms"]) }),
    }));
    const gone = rows.filter((process) => this.#isGone(process));
    await Promise.all(gone.map((process) => this.#end(process, rows.some((other) => other.path !== process.path && this.#sharesSession(other, process)))));
  }

  #isGone({ path, pid }: { path: string; pid: number }): boolean {
    if (this.#options.isAlive(pid) && statIfThere(path)) {
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
      if (!goesOnElsewhere) await this.#options.onEnd(process);
      this.#options.db.run("DELETE FROM processes WHERE path = ? AND pid = ?", process.path, process.pid);
      this.#goneSince.delete(process.path);
    } finally {
      this.#ending.delete(process.path);
    }
  }
}
