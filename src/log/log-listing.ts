import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { hasSystemCode } from "../errors.js";
import { statIfThere } from "../io/stat-if-there.js";

interface Listing {
  inode: number;
  mtimeMs: number;
  /** Lower-case file name → file name. */
  names: Map<string, string>;
}

/** What lies in folders of logs, by name without case. A folder is read again only after its modification time changed. */
export class LogListing {
  readonly #folders = new Map<string, Listing>();

  /** The name, as written, of a file in `folder` that is `name` but for case. */
  nameWithoutCase(folder: string, name: string): string | undefined {
    const stats = statIfThere(folder);
    if (!stats) return undefined;
    let listing = this.#folders.get(folder);
    if (listing?.mtimeMs !== stats.mtimeMs || listing.inode !== stats.ino) {
      listing = { inode: stats.ino, mtimeMs: stats.mtimeMs, names: readNames(folder) };
      this.#folders.set(folder, listing);
    }
    return listing.names.get(name.toLowerCase());
  }

  /** Takes note of a file that was just made, so that its folder need not be read again because of it. */
  add(path: string): void {
    const listing = this.#folders.get(dirname(path));
    if (!listing) return;
    listing.names.set(basename(path).toLowerCase(), basename(path));
    listing.mtimeMs = statIfThere(dirname(path))?.mtimeMs ?? 0;
  }
}

function readNames(folder: string): Map<string, string> {
  try {
    return new Map(readdirSync(folder).map((name) => [name.toLowerCase(), name]));
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return new Map();
    throw error;
  }
}
