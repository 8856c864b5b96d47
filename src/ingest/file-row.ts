import type { FileRow, NewFileRow, SessionRow } from "./checkpoints.js";
import { sameStat, type FoundFile } from "./discover.js";
import { headHash, isReadWhole, placeHash, type FileIdentity } from "./native-file.js";

/** An open native file, as one of a session. */
export interface OpenedFile {
  found: FoundFile;
  session: SessionRow;
  identity: FileIdentity;
}

/** The checkpoint of a file of which nothing was read. @param metBytes Size of the file when it was first met; as it is now where absent. */
export function newFileRow({ found, identity }: OpenedFile, metBytes: number | undefined): NewFileRow {
  const { inode, sizeBytes, mtimeMs } = identity.stat;
  return {
    path: found.file.path,
    role: found.file.role,
    inode,
    sizeBytes,
    mtimeMs,
    headBytes: identity.headBytes,
    headHash: identity.headHash,
    offsetBytes: 0,
    placeHash: "",
    metBytes: metBytes ?? sizeBytes,
    settled: false,
    skipped: false,
    lastTs: undefined,
  };
}

/** Whether the open file is the one that `saved` stands for, so that reading goes on there. */
export function goesOn(fd: number, { found, identity }: OpenedFile, saved: FileRow): boolean {
  if (saved.skipped || saved.headHash === "" || saved.inode !== identity.stat.inode) return false;
  if (isReadWhole(found.file)) return saved.offsetBytes > 0 && sameStat(saved, identity.stat);
  if (identity.stat.sizeBytes < saved.offsetBytes) return false;
  if (saved.placeHash !== "" && placeHash(fd, saved.offsetBytes) !== saved.placeHash) return false;
  return saved.headBytes <= identity.headBytes && headHash(fd, saved.headBytes) === saved.headHash;
}

/** What of a file counts as history. What a replaced file holds is news; so is all that a document did not hold when it was read before. */
export function metBytesOf({ found, identity }: OpenedFile, saved: FileRow): number {
  const isReplaced = saved.inode !== identity.stat.inode || (!isReadWhole(found.file) && identity.stat.sizeBytes < saved.offsetBytes);
  const isRewritten = found.file.format === "document" && saved.offsetBytes > 0 && !sameStat(saved, identity.stat);
  return isReplaced || isRewritten ? 0 : saved.metBytes;
}

/** Whether a file of lines is shorter than what was read of it. */
export function lostItsEnd({ found, identity }: OpenedFile, saved: FileRow): boolean {
  return !isReadWhole(found.file) && saved.offsetBytes > identity.stat.sizeBytes && identity.stat.sizeBytes > 0;
}
