import { setImmediate as nextTurn } from "node:timers/promises";
import { FileWatch } from "../io/file-watch.js";
import { statIfThere } from "../io/stat-if-there.js";
import { findFile, readFolder, walkFolder, walkRoot, type FolderContent, type FoundFile } from "./discover.js";
import { FolderWatches } from "./folder-watches.js";
import type { IngestIntervals } from "./intervals.js";
import type { NativeRoot } from "./native-root.js";
import { SeenFiles } from "./seen-files.js";
import { TailedFile, type TailStep } from "./tailed-file.js";

/** Files that are watched one by one; with more of them the longest quiet is left to its folder and the sweep. */
const mostFiles = 256;
/** Times of files are coarser than ours. What was there at the start is known anyhow. */
const clockSlackMs = 1000;
/** Side files beside the watched folders are written to now and then. */
const sideSweepMs = 2000;

export interface TailOptions {
  roots: readonly NativeRoot[];
  intervals: IngestIntervals;
  now: () => number;
  step: TailStep;
  /** Something happened to a process file. */
  onProcessFile?: (root: NativeRoot, path: string) => void;
  /** Something happened to a file that tells facts of sessions; also told of those that did not change, now and then. */
  onSideFile?: (root: NativeRoot, path: string) => void;
}

/**
 * Follows native files: tells `step` of each that appeared, changed or was replaced, once more when it has been quiet, and never at the same time twice.
 * Folders in which something happened within a day are watched, files that grow are watched one by one, and a sweep now and then
 * sees the rest. Events say «look again», nothing more.
 */
export class Tail {
  readonly #options: TailOptions;
  readonly #watch = new FileWatch();
  readonly #folders: FolderWatches;
  /** How each known file looked when its last step began. */
  readonly #seen = new SeenFiles();
  readonly #tailed = new Map<string, TailedFile>();
  readonly #startedMs: number;
  #sweepTimer: NodeJS.Timeout | undefined;
  #tickTimer: NodeJS.Timeout | undefined;
  #sweepMs: number;
  /** Found while nobody looked on, and written to lately. */
  #active: FoundFile[] = [];
  /** Folders of which something was told before all was known. */
  readonly #toLookIn = new Map<string, NativeRoot>();
  #isStarted = false;
  #isClosed = false;

  /** Watches the folders of the roots from now on. */
  constructor(options: TailOptions) {
    this.#options = options;
    this.#startedMs = options.now();
    this.#sweepMs = options.intervals.sweepMs;
    this.#folders = new FolderWatches(this.#watch, options.now, (root, folder, name) => this.#lookIn(root, folder, name));
    for (const root of options.roots) {
      for (const folder of root.folders) this.#folders.always(root, folder);
      if (options.onSideFile) for (const path of root.sidePaths) this.#watch.watch(path, () => options.onSideFile?.(root, path), { sweepMs: sideSweepMs });
    }
  }

  /** A file was written then, as somebody remembers: its folders are watched before it is looked for. */
  expect(root: NativeRoot, path: string, writtenMs: number): void {
    this.#folders.noteWrite(root, path, writtenMs);
  }

  /** A folder was found, with files that somebody else reads as they were found. One of which an event told before is read here. */
  know(root: NativeRoot, { path, files }: Pick<FolderContent, "path" | "files">): void {
    this.#folders.noteFolder(root, path);
    const activeSinceMs = this.#options.now() - this.#options.intervals.activeMs;
    for (const found of files) {
      if (this.#seen.has(found.file.path)) continue;
      this.#seen.add(found);
      this.#folders.noteWrite(root, found.file.path, found.stat.mtimeMs);
      if (found.stat.mtimeMs > activeSinceMs) this.#active.push(found);
    }
  }

  /** All is known: from now on whatever is not is new. Later calls do nothing. */
  start(): void {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    this.#active.sort((a, b) => b.stat.mtimeMs - a.stat.mtimeMs);
    for (const found of this.#active.slice(0, mostFiles)) if (!this.#tailed.has(found.file.path)) this.#tailedFile(found).settleLater(found);
    this.#active = [];
    for (const [folder, root] of this.#toLookIn) this.#lookIn(root, folder, undefined);
    this.#toLookIn.clear();
    this.#tickTimer = setInterval(() => this.#tick(), Math.min(250, this.#options.intervals.quietMs / 4)).unref();
    this.#armSweep();
  }

  /** Looks at all files of all roots now. @returns Whether one had changed. */
  async sweep(): Promise<boolean> {
    let changed = false;
    for (const root of this.#options.roots) {
      for (const { path, files, processFiles, sideFiles } of walkRoot(root)) {
        if (this.#isClosed) return changed;
        this.#folders.noteFolder(root, path);
        for (const found of files) changed = this.#look(found) || changed;
        for (const file of processFiles) this.#options.onProcessFile?.(root, file);
        for (const file of sideFiles) this.#options.onSideFile?.(root, file);
        await nextTurn();
      }
    }
    return changed;
  }

  /** Tells `step` of a file again, also where it looks as before: what is made of it may be another matter now. */
  again(found: FoundFile): void {
    this.#seen.delete(found.file.path);
    if (!this.#isClosed) this.#look(found);
  }

  /** What waits is said; ends all watches. Resolves when no step runs any more. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#tickTimer);
    clearTimeout(this.#sweepTimer);
    await Promise.all([...this.#tailed.values()].map((file) => file.close()));
    this.#tailed.clear();
    await this.#watch.close();
  }

  #armSweep(): void {
    this.#sweepTimer = setTimeout(() => {
      void this.sweep().then((changed) => {
        if (this.#isClosed) return;
        const { sweepMs, sweepMaxMs } = this.#options.intervals;
        this.#sweepMs = changed ? sweepMs : Math.min(this.#sweepMs * 2, sweepMaxMs);
        this.#armSweep();
      });
    }, this.#sweepMs).unref();
  }

  /** Something happened in a folder; without a name it may be anything. */
  #lookIn(root: NativeRoot, folder: string, name: string | undefined): void {
    if (this.#isClosed) return;
    if (name === undefined && !this.#isStarted) {
      this.#toLookIn.set(folder, root);
      return;
    }
    if (name === undefined) {
      const content = readFolder(root, folder);
      for (const child of content.folders) if (!this.#folders.isKnown(child)) this.#lookInNew(root, child);
      for (const found of content.files) this.#look(found);
      this.#tellBeside(root, content);
      return;
    }
    const relativePath = root.relativePath(name);
    if (root.provider.isProcessFile?.(relativePath)) {
      this.#options.onProcessFile?.(root, name);
      return;
    }
    if (root.provider.classifySide?.(root.dir, relativePath)) {
      this.#options.onSideFile?.(root, name);
      return;
    }
    const found = findFile(root, name);
    if (found) this.#look(found);
    else if ((root.provider.entersFolder?.(relativePath) ?? true) && statIfThere(name)?.isDirectory()) this.#lookInNew(root, name);
    else this.#seen.delete(name);
  }

  /** A folder that was not watched: what lies in it may be as new as it is. */
  #lookInNew(root: NativeRoot, folder: string): void {
    if (this.#folders.has(folder) || root.resolveInside(folder) === undefined) return;
    for (const content of walkFolder(root, folder)) {
      this.#folders.noteFolder(root, content.path);
      for (const found of content.files) this.#look(found);
      this.#tellBeside(root, content);
    }
  }

  #tellBeside(root: NativeRoot, { processFiles, sideFiles }: FolderContent): void {
    for (const file of processFiles) this.#options.onProcessFile?.(root, file);
    for (const file of sideFiles) this.#options.onSideFile?.(root, file);
  }

  /** @returns Whether the file looks other than before its last step. */
  #look(found: FoundFile): boolean {
    const { path } = found.file;
    if (this.#seen.isAsSeen(found)) return false;
    const isNew = !this.#seen.has(path);
    this.#seen.add(found);
    this.#folders.noteWrite(found.root, path, found.stat.mtimeMs);
    // What was made under our eyes was met empty, however much stands in it by the time we look.
    const metBytes = isNew && found.stat.birthMs >= this.#startedMs - clockSlackMs ? 0 : undefined;
    this.#tailedFile(found).changed(found, metBytes);
    return true;
  }

  #tailedFile(found: FoundFile): TailedFile {
    const { path } = found.file;
    const known = this.#tailed.get(path);
    if (known) return known;
    this.#dropQuietest();
    const look = (): void => {
      const again = findFile(found.root, path);
      if (again) this.#look(again);
      else this.#seen.delete(path);
    };
    const unwatch = this.#watch.watch(path, look);
    const file = new TailedFile({ step: this.#options.step, quietMs: this.#options.intervals.quietMs, now: this.#options.now, unwatch });
    this.#tailed.set(path, file);
    return file;
  }

  #dropQuietest(): void {
    if (this.#tailed.size < mostFiles) return;
    const idle = [...this.#tailed].filter(([, file]) => file.isIdle).sort(([, a], [, b]) => a.changedMs - b.changedMs);
    const [quietest] = idle;
    if (quietest) this.#drop(...quietest);
  }

  #drop(path: string, file: TailedFile): void {
    this.#tailed.delete(path);
    void file.close();
  }

  #tick(): void {
    const nowMs = this.#options.now();
    for (const [path, file] of this.#tailed) {
      file.tick();
      if (file.isIdle && nowMs - file.changedMs > this.#options.intervals.activeMs) this.#drop(path, file);
    }
  }
}
