import { closeSync, constants, copyFileSync, fstatSync, ftruncateSync, linkSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { hasSystemCode } from "../errors.js";
import { renameOver } from "../io/atomic-write.js";
import { readAt } from "../io/byte-source.js";
import { identityOf, isSameFile, type FileIdentity } from "../io/file-identity.js";
import { openIfThere } from "../io/open-if-there.js";
import { NotRegularFile, openRegular, readRegular, regularStat } from "../io/regular-file.js";
import { statIfThere } from "../io/stat-if-there.js";
import { parseJson } from "../schema/parse-json.js";

/*
 * <folder>/<name>.state   what the file and its twin were when they were last written, as JSON
 * <folder>/<name>.twin    an older version of the file: it becomes the file again, with another end
 * <folder>/<name>.next    a file in the making
 * <folder>/<name>.last    the file before, on its way to be the twin
 *
 * All but the file itself may be removed at any time.
 */

/** What follows on the first `fromByte` bytes of the file. */
export interface NewEnd {
  fromByte: number;
  end: Buffer;
}

/** The file as it is open for reading. */
export interface OldFile {
  fd: number;
  sizeBytes: number;
}

const Identity = z.object({ ino: z.number(), sizeBytes: z.number(), mtimeMs: z.number() });
const State = z.object({
  file: Identity,
  twin: z.object({ ...Identity.shape, /** So far it is as the file. */ sameBytes: z.number(), /** When it was replaced, in ms since the epoch. */ sinceMs: z.number() }).optional(),
});
type State = z.infer<typeof State>;

/** A version that was replaced may still be read for so long: before that it is not written to. */
const restMs = 2000;
/** More than that is not copied from one to the other by hand. */
const mostCarriedBytes = 1 << 20;

/**
 * A file that is replaced whole for all who read it, and costs its writer no more than what is new at its end: two versions take
 * turns, and the older one gets the new end while nobody can see it. (A new file would cost as much as it is long: ext4 finds places on the
 * disk for all of it before it is renamed over another.)
 * Of those who write through this, one may at a time; who else writes the file is noticed. A process that is killed leaves the old file or the new.
 */
export class TwinFile {
  readonly #path: string;
  readonly #base: string;

  /** @param folder On the same file system; must exist when it is written to. */
  constructor(path: string, folder: string) {
    this.#path = path;
    this.#base = join(folder, basename(path));
  }

  /** Takes note that the file was just written whole. */
  wroteWhole(file: FileIdentity): void {
    this.#save({ file });
    for (const kind of ["twin", "next", "last"]) rmSync(`${this.#base}.${kind}`, { force: true });
  }

  /** Removes all that lies beside the file: the next change writes it whole. */
  remove(): void {
    for (const kind of ["state", "twin", "next", "last"]) rmSync(`${this.#base}.${kind}`, { force: true });
  }

  /**
   * Gives the file another end.
   * @param change Says which; `same` where nothing changes, undefined where it cannot tell.
   * @returns False where nothing was done, because the file is not as it was last written here or `change` could not tell.
   * @throws System errors; the file is then as it was.
   */
  replaceEnd(change: (file: OldFile) => NewEnd | "same" | undefined): boolean {
    const state = this.#state();
    const fd = state && openIfThere(this.#path);
    if (!state || fd === undefined) return false;
    try {
      if (!isSameFile(state.file, fstatSync(fd))) return false;
      const file = { fd, sizeBytes: state.file.sizeBytes };
      const changed = change(file);
      if (changed === undefined || changed === "same") return changed === "same";
      return this.#replace(file, state, changed);
    } finally {
      closeSync(fd);
    }
  }

  #replace({ fd }: OldFile, state: State, { fromByte, end }: NewEnd): boolean {
    const twin = this.#twinOf(state, fromByte);
    const isResting = twin !== undefined && twin.sinceMs > Date.now() - restMs;
    const sameBytes = Math.min(fromByte, twin?.sameBytes ?? fromByte);
    const next = twin && !isResting ? this.#turn(fd, { sameBytes, fromByte, end }) : this.#copy({ fromByte, end });
    const hasLast = !isResting && this.#keepLast();
    if (!isSameFile(state.file, statIfThere(this.#path))) return false;
    renameOver(next.path, this.#path);
    if (hasLast) renameOver(`${this.#base}.last`, `${this.#base}.twin`);
    const kept = isResting ? { ...twin, sameBytes } : { ...state.file, sameBytes: fromByte, sinceMs: Date.now() };
    this.#save({ file: next.written, ...((isResting || hasLast) && { twin: kept }) });
    return true;
  }

  /** Has the twin say what the file will say. */
  #turn(fd: number, { sameBytes, fromByte, end }: NewEnd & { sameBytes: number }): { path: string; written: FileIdentity } {
    const path = `${this.#base}.twin`;
    const carried = readAt(fd, sameBytes, fromByte - sameBytes);
    return { path, written: writeEnd(path, { fromByte: sameBytes, end: Buffer.concat([carried, end]) }) };
  }

  #copy(changed: NewEnd): { path: string; written: FileIdentity } {
    const path = `${this.#base}.next`;
    removeIrregular(path);
    copyFileSync(this.#path, path);
    return { path, written: writeEnd(path, changed) };
  }

  /** The twin where it is as it was left, has no other name (such as a copy of the home made by links) and is not too far behind. */
  #twinOf({ twin }: State, fromByte: number): State["twin"] {
    // A clock that was set back tells nothing of how long it rested.
    if (!twin || twin.sinceMs > Date.now() || fromByte - twin.sameBytes > mostCarriedBytes) return undefined;
    const stats = statIfThere(`${this.#base}.twin`);
    return isSameFile(twin, stats) && stats?.nlink === 1 ? twin : undefined;
  }

  /** Gives the file a second name, under which it stays when it is replaced. @returns False where the file system has no such names. */
  #keepLast(): boolean {
    const last = `${this.#base}.last`;
    rmSync(last, { force: true });
    try {
      linkSync(this.#path, last);
    } catch (error) {
      if (!hasSystemCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "ENOENT")) throw error;
      return false;
    }
    return true;
  }

  #state(): State | undefined {
    try {
      return State.safeParse(parseJson(readRegular(`${this.#base}.state`))).data;
    } catch (error) {
      if (!(error instanceof NotRegularFile) && !hasSystemCode(error, "ENOENT")) throw error;
      return undefined;
    }
  }

  /** Half of it, as a killed process may leave it, is none. */
  #save(state: State): void {
    const path = `${this.#base}.state`;
    removeIrregular(path);
    writeFileSync(path, JSON.stringify(state), { mode: 0o600 });
  }
}

/** A link would be written through, a pipe waited for. */
function removeIrregular(path: string): void {
  if (!regularStat(path)) rmSync(path, { force: true, recursive: true });
}

function writeEnd(path: string, { fromByte, end }: NewEnd): FileIdentity {
  const fd = openRegular(path, constants.O_RDWR);
  try {
    for (let at = 0; at < end.length; ) at += writeSync(fd, end, at, end.length - at, fromByte + at);
    if (fstatSync(fd).size > fromByte + end.length) ftruncateSync(fd, fromByte + end.length);
    return identityOf(fstatSync(fd));
  } finally {
    closeSync(fd);
  }
}
