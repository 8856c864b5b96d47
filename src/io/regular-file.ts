import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { hasSystemCode } from "../errors.js";
import { isNothingThere } from "./stat-if-there.js";

const kinds = [
  ["a link", (stats: Stats) => stats.isSymbolicLink()],
  ["a folder", (stats: Stats) => stats.isDirectory()],
  ["a pipe", (stats: Stats) => stats.isFIFO()],
  ["a socket", (stats: Stats) => stats.isSocket()],
] as const;

/** What stands where a file of ours should be is none: a link may lead anywhere, a pipe would wait for its other end, a device never end. */
export class NotRegularFile extends Error {
  override readonly name = "NotRegularFile";
  readonly code = "NOT_REGULAR";
  /** What it is: `a link`, `a folder`, `a pipe`, `a socket` or `a device`. */
  readonly kind: string;

  constructor(path: string, stats: Stats) {
    const kind = kinds.find(([, is]) => is(stats))?.[0] ?? "a device";
    super(`Cannot use "${path}": it is ${kind}, must be a regular file`);
    this.kind = kind;
  }
}

/** Stats of the regular file at `path`; undefined where there is none, or where something else stands, a link to a file among it. */
export function regularStat(path: string): Stats | undefined {
  const stats = lstatIfThere(path);
  return stats?.isFile() ? stats : undefined;
}

/** @throws {NotRegularFile} where something else stands at `path`; nothing where nothing does. */
export function refuseIrregular(path: string): void {
  const stats = lstatIfThere(path);
  if (stats && !stats.isFile()) throw new NotRegularFile(path, stats);
}

/**
 * Opens a regular file, by default for reading. No link is followed and no pipe waited for.
 * @param flags As `open` takes them.
 * @throws {NotRegularFile}; system errors as they are.
 */
export function openRegular(path: string, flags: number = constants.O_RDONLY): number {
  let fd: number;
  try {
    fd = openSync(path, flags | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0), 0o600);
  } catch (error) {
    // What can not even be opened so: a link, a folder or a socket.
    if (hasSystemCode(error, "ELOOP", "EISDIR", "ENXIO")) refuseIrregular(path);
    throw error;
  }
  const stats = fstatSync(fd);
  if (stats.isFile()) return fd;
  closeSync(fd);
  throw new NotRegularFile(path, stats);
}

/** The text of a regular file. @throws As `openRegular`. */
export function readRegular(path: string): string {
  const fd = openRegular(path);
  try {
    return readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}

function lstatIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isNothingThere(error)) return undefined;
    throw error;
  }
}
