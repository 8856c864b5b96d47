import { readdirSync, type Stats } from "node:fs";
import { basename, dirname } from "node:path";
import { hasSystemCode } from "../errors.js";
import { statIfThere } from "../io/stat-if-there.js";

interface Listing {
  inode: number;
  mtimeMs: number;
  /** Of the process's clock: until then it is taken as it is. */
  trustedUntilMs: number;
  /** Lower-case file name → file name. */
  names: Map<string, string>;
}

/** Reading folders takes at most one part of the time in so many, however often other processes change them. */
const parts = 20;

/**
 * What lies in folders of logs, by name without case. A folder is read again only after its modification time changed, and one with
 * very many files not at once: while two processes import into it, each new session of one would have the other read them all.
 */
export class LogListing {
  readonly #folders = new Map<string, Listing>();
  readonly #now: () => number;
  readonly #read: (folder: string) => string[];

  /** @param options.now Milliseconds of any clock. @param options.read The names in a folder; none where there is no such folder. */
  constructor({ now = () => performance.now(), read = readNames }: { now?: () => number; read?: (folder: string) => string[] } = {}) {
    this.#now = now;
    this.#read = read;
  }

  /** The name, as written, of a file in `folder` that is `name` but for case. */
  nameWithoutCase(folder: string, name: string): string | undefined {
    const stats = statIfThere(folder);
    if (!stats) return undefined;
    let listing = this.#folders.get(folder);
    const isSame = listing?.mtimeMs === stats.mtimeMs && listing.inode === stats.ino;
    if (!listing || (!isSame && this.#now() >= listing.trustedUntilMs)) {
      listing = this.#list(folder, stats);
      this.#folders.set(folder, listing);
    }
    return listing.names.get(name.toLowerCase());
  }

  /** Takes note of a file that was just made. */
  add(path: string): void {
    this.#folders.get(dirname(path))?.names.set(basename(path).toLowerCase(), basename(path));
  }

  #list(folder: string, { ino, mtimeMs }: Stats): Listing {
    const startedMs = this.#now();
    const names = new Map(this.#read(folder).map((name) => [name.toLowerCase(), name]));
    const endedMs = this.#now();
    return { inode: ino, mtimeMs, trustedUntilMs: endedMs + (endedMs - startedMs) * (parts - 1), names };
  }
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return [];
    throw error;
  }
}
