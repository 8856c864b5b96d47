import { dirname, join } from "node:path";
import type { FileWatch } from "../io/file-watch.js";
import { statIfThere } from "../io/stat-if-there.js";
import type { NativeRoot } from "./native-root.js";

/** Folders that are watched besides those that always are. */
export const mostFolders = 512;
/** A folder counts as in use for so long after something was written in it. */
export const folderUseMs = 86_400_000;

/** Called with the absolute path of what changed in the folder, or undefined where any of it may have. */
export type FolderListener = (root: NativeRoot, folder: string, path: string | undefined) => void;

/** Watches the folders in which something happened within a day; of very many, those of the latest. */
export class FolderWatches {
  readonly #watch: FileWatch;
  readonly #now: () => number;
  readonly #listener: FolderListener;
  readonly #watched = new Map<string, { usedMs: number; end: () => void }>();
  readonly #always = new Set<string>();
  /** Folders that were looked into, watched or not. */
  readonly #known = new Set<string>();

  constructor(watch: FileWatch, now: () => number, listener: FolderListener) {
    this.#watch = watch;
    this.#now = now;
    this.#listener = listener;
  }

  has(folder: string): boolean {
    return this.#watched.has(folder);
  }

  /** Whether the folder was looked into before, so that what lies in it is no news. */
  isKnown(folder: string): boolean {
    return this.#watched.has(folder) || this.#known.has(folder);
  }

  /** Watches a folder whatever happens in it; it need not exist yet. */
  always(root: NativeRoot, folder: string): void {
    this.#always.add(folder);
    this.#start(root, folder, Number.POSITIVE_INFINITY);
  }

  /** Something below was written at that time: the folders above it, up to the root, are of interest. */
  noteWrite(root: NativeRoot, path: string, writtenMs: number): void {
    if (this.#now() - writtenMs > folderUseMs) return;
    for (let folder = dirname(path); folder.length > root.dir.length && !this.#always.has(folder); folder = dirname(folder)) {
      this.#start(root, folder, writtenMs);
    }
  }

  /** A folder that was found: it counts by its own time, since it may be empty yet. */
  noteFolder(root: NativeRoot, folder: string): void {
    this.#known.add(folder);
    if (this.#watched.has(folder)) return;
    const mtimeMs = statIfThere(folder)?.mtimeMs ?? 0;
    if (this.#now() - mtimeMs <= folderUseMs) this.#start(root, folder, mtimeMs);
  }

  #start(root: NativeRoot, folder: string, usedMs: number): void {
    const known = this.#watched.get(folder);
    if (known) {
      known.usedMs = Math.max(known.usedMs, usedMs);
      return;
    }
    if (this.#watched.size >= mostFolders + this.#always.size && !this.#makeRoom(usedMs)) return;
    const end = this.#watch.watchDir(folder, (name) => this.#listener(root, folder, name === undefined ? undefined : join(folder, name)));
    this.#watched.set(folder, { usedMs, end });
  }

  /** Gives up the folder whose last use lies farthest back, if that was before `usedMs`. */
  #makeRoom(usedMs: number): boolean {
    let oldest: { folder: string; usedMs: number } | undefined;
    for (const [folder, watched] of this.#watched) {
      if (watched.usedMs < (oldest?.usedMs ?? usedMs)) oldest = { folder, usedMs: watched.usedMs };
    }
    if (!oldest) return false;
    this.#watched.get(oldest.folder)?.end();
    return this.#watched.delete(oldest.folder);
  }
}
