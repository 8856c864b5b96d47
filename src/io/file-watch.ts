import { basename, dirname, resolve } from "node:path";
import { FolderEvents, type NameListener } from "./folder-events.js";
import { WatchedFile } from "./watched-file.js";

interface Folder {
  events: FolderEvents;
  /** Watched files by name in the folder. */
  files: Map<string, Set<WatchedFile>>;
  listeners: Set<NameListener>;
  sweepMs: number;
  dueMs: number;
}

const defaultSweepMs = 250;
const folderSweepMs = 250;

/**
 * «Look again» for files and folders: events of chokidar, and a sweep by stat for what no event tells.
 * A call of a listener says nothing of what happened. Watches keep the process alive until `close`; the sweeps do not.
 * Constructing one costs nothing.
 */
export class FileWatch {
  readonly #sweepMs: number;
  readonly #folders = new Map<string, Folder>();
  readonly #files = new Map<WatchedFile, { sweepMs: number; dueMs: number }>();
  readonly #closing = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #tickMs = Infinity;
  #isClosed = false;

  /** @param options.sweepMs How often each watched file is looked at whatever events say; 250 by default. */
  constructor(options: { sweepMs?: number } = {}) {
    this.#sweepMs = options.sweepMs ?? defaultSweepMs;
  }

  /**
   * Calls `listener` after size, modification time or inode of the file at `path` changed, it appeared, or it vanished.
   * @param options.sweepMs For this file, instead of the constructor's.
   * @returns A function that ends it.
   */
  watch(path: string, listener: () => void, options: { sweepMs?: number } = {}): () => void {
    if (this.#isClosed) return () => undefined;
    const full = resolve(path);
    const name = basename(full);
    const sweepMs = options.sweepMs ?? this.#sweepMs;
    const file = new WatchedFile(full, listener);
    const folder = this.#folder(dirname(full));
    const sameName = folder.files.get(name) ?? new Set();
    folder.files.set(name, sameName.add(file));
    this.#files.set(file, { sweepMs, dueMs: performance.now() + sweepMs });
    this.#arm(Math.min(sweepMs, folderSweepMs));
    return () => {
      file.close();
      this.#files.delete(file);
      sameName.delete(file);
      if (sameName.size === 0 && folder.files.get(name) === sameName) folder.files.delete(name);
      this.#release(folder);
    };
  }

  /**
   * Calls `listener` after an entry of the folder appeared, vanished or was written to; entries of folders in it do not count.
   * The folder may come later. The name is undefined where it is not known, so that any name may be meant.
   * A change of an entry's content is told by events alone; for certainty `watch` that file too.
   * @returns A function that ends it.
   */
  watchDir(path: string, listener: NameListener): () => void {
    if (this.#isClosed) return () => undefined;
    const folder = this.#folder(resolve(path));
    // A fresh function, so that one listener given twice is called twice.
    const own: NameListener = (name) => listener(name);
    folder.listeners.add(own);
    this.#arm(folderSweepMs);
    return () => {
      folder.listeners.delete(own);
      this.#release(folder);
    };
  }

  /** Ends all watches. Later calls of `watch` do nothing. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#disarm();
    for (const file of this.#files.keys()) file.close();
    for (const folder of this.#folders.values()) this.#end(folder);
    this.#files.clear();
    this.#folders.clear();
    await Promise.all(this.#closing);
  }

  #folder(path: string): Folder {
    const known = this.#folders.get(path);
    if (known) return known;
    const files: Folder["files"] = new Map();
    const listeners: Folder["listeners"] = new Set();
    const events = new FolderEvents(path, (name) => {
      for (const [fileName, watched] of files) {
        if (name === undefined || name === fileName) for (const file of watched) file.lookAfterEvent();
      }
      for (const listener of listeners) listener(name);
    });
    const folder: Folder = { events, files, listeners, sweepMs: folderSweepMs, dueMs: performance.now() + folderSweepMs };
    this.#folders.set(path, folder);
    return folder;
  }

  #release(folder: Folder): void {
    if (folder.files.size > 0 || folder.listeners.size > 0 || this.#folders.get(folder.events.path) !== folder) return;
    this.#folders.delete(folder.events.path);
    this.#end(folder);
    if (this.#folders.size === 0) this.#disarm();
  }

  #end(folder: Folder): void {
    const closed = folder.events.close().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }

  /** Sweeps at least every `everyMs` from now on. */
  #arm(everyMs: number): void {
    if (this.#tickMs <= everyMs) return;
    clearInterval(this.#timer);
    this.#tickMs = everyMs;
    this.#timer = setInterval(() => this.#sweep(), everyMs).unref();
  }

  #disarm(): void {
    clearInterval(this.#timer);
    this.#tickMs = Infinity;
  }

  #sweep(): void {
    const now = performance.now();
    for (const folder of this.#folders.values()) {
      if (isDue(folder, now)) folder.events.sweep();
    }
    for (const [file, times] of this.#files) {
      if (isDue(times, now)) file.look();
    }
  }
}

/** Timers are a little early or late: half an interval counts as due, so that none is skipped. */
function isDue(times: { sweepMs: number; dueMs: number }, nowMs: number): boolean {
  if (nowMs < times.dueMs - times.sweepMs / 2) return false;
  times.dueMs = nowMs + times.sweepMs;
  return true;
}
