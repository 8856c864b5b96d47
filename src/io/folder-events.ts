import type { FSWatcher } from "chokidar";
import { statIfThere } from "./stat-if-there.js";

/** Called with the name in the folder that something happened to, or undefined where it is not known. */
export type NameListener = (name: string | undefined) => void;

/**
 * What chokidar tells of one folder: names whose entries appeared, vanished or were written to.
 * One watch of the system serves the folder whatever lies in it: its entries are neither listed nor watched one by one.
 * The folder need not exist yet; `sweep`, called now and then, notices when it comes, goes or is replaced.
 */
export class FolderEvents {
  readonly path: string;
  readonly #listener: NameListener;
  #watcher: FSWatcher | undefined;
  #seen: { inode: number; mtimeMs: number } | undefined;
  #isClosed = false;
  #starting = false;

  constructor(path: string, listener: NameListener) {
    this.path = path;
    this.#listener = listener;
    this.#seen = this.#stat();
    void this.#start();
  }

  /** Looks at the folder itself: tells of names that no event told of, and watches a folder that is new at this path. */
  sweep(): void {
    const before = this.#seen;
    const now = (this.#seen = this.#stat());
    if (now?.inode !== before?.inode) {
      this.#stop();
      void this.#start();
    }
    if (now?.inode !== before?.inode || now?.mtimeMs !== before?.mtimeMs) this.#listener(undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const watcher = this.#watcher;
    this.#watcher = undefined;
    await watcher?.close();
  }

  #stop(): void {
    void this.#watcher?.close();
    this.#watcher = undefined;
  }

  async #start(): Promise<void> {
    if (this.#starting || !this.#seen) return;
    this.#starting = true;
    const { openFolderWatcher } = await import("./folder-watcher.js");
    this.#starting = false;
    if (this.#isClosed || this.#watcher) return;
    this.#watcher = openFolderWatcher(this.path, this.#listener);
  }

  #stat(): { inode: number; mtimeMs: number } | undefined {
    const stats = statIfThere(this.path);
    return stats?.isDirectory() ? { inode: stats.ino, mtimeMs: stats.mtimeMs } : undefined;
  }
}
