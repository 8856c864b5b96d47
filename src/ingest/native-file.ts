import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import { basename, join } from "node:path";
import { hasSystemCode } from "../errors.js";
import { fileSource, readAt, type ByteSource } from "../io/byte-source.js";
import { ZstdSource } from "../io/zstd-source.js";
import { fileStatOf, statRegular, type FileStat, type FoundFile } from "./discover.js";
import type { Companions, NativeFile, NativeHead } from "../providers/provider.js";
import type { NativeRoot } from "./native-root.js";

/** How many first bytes tell one file from another at the same path. */
const identityBytes = 1024;
/** Bytes of a file that `Provider.head` looks at; of a document more, because it is nothing by halves. */
const headBytes = { lines: 64 * 1024, document: 16 << 20 } as const;
const maxCompanionBytes = 1 << 20;
/** A log keeps no longer string; more of an output is not even read. */
const keptOutputBytes = 1 << 20;

/** What identifies the content of an open file. */
export interface FileIdentity {
  stat: FileStat;
  headBytes: number;
  headHash: string;
}

/**
 * Opens a native file for reading, if it is still what was found: never a pipe, a device or another name's link.
 * @returns Undefined where it has gone or is none of these any more.
 * @throws System errors (`EACCES`, `EMFILE`, …).
 */
export function openNative(found: Pick<FoundFile, "root"> & { file: { path: string } }): number | undefined {
  const path = resolveLink(found.root, found.file.path);
  if (path === undefined) return undefined;
  let fd: number;
  try {
    // Not blocking: should a pipe stand there by now, opening it must not wait for its writer.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
  if (fileStatOf(fstatSync(fd))) return fd;
  closeSync(fd);
  return undefined;
}

/** The identity of an open native file. */
export function identify(fd: number): FileIdentity {
  const stat = statOf(fd);
  const head = readAt(fd, 0, Math.min(identityBytes, stat.sizeBytes));
  return { stat, headBytes: head.length, headHash: hashOf(head) };
}

function statOf(fd: number): FileStat {
  const stat = fileStatOf(fstatSync(fd));
  if (!stat) throw new Error("Cannot identify file: not a regular file with one name");
  return stat;
}

/** Hash of the first `bytes` bytes, as `FileIdentity.headHash`. */
export function headHash(fd: number, bytes: number): string {
  return hashOf(readAt(fd, 0, bytes));
}

/** Hash of the last bytes before `offsetBytes`: what stands there when a file was cut and grew past that place again is something else. */
export function placeHash(fd: number, offsetBytes: number): string {
  const bytes = Math.min(placeBytes, offsetBytes);
  return hashOf(readAt(fd, offsetBytes - bytes, bytes));
}

/** Records that end alike differ in their ids and times, which mostly stand within so many bytes. */
const placeBytes = 4096;

/** What an open native file holds, as its parser gets it, up to the size that it had. */
export function contentOf(fd: number, file: NativeFile, { stat }: Pick<FileIdentity, "stat">): ByteSource {
  return file.compression === "zstd" ? new ZstdSource(fd) : fileSource(fd, stat.sizeBytes);
}

/** Whether a file is read from 0 whenever it changed: a rewritten text, or packed bytes, can not be gone on with. */
export function isReadWhole({ format, compression }: NativeFile): boolean {
  return format === "document" || compression !== undefined;
}

/** The first bytes of a native file, for `Provider.head`, as far as it can be read, and what is wrong with the rest. */
function readHead(found: FoundFile): { bytes: Buffer; fault?: unknown } {
  const length = headBytes[found.file.format ?? "lines"];
  try {
    const read = withNative(found, (fd, stat) => {
      const content = contentOf(fd, found.file, { stat });
      return { bytes: content.readAt(0, length), fault: content.fault };
    });
    return read ?? { bytes: Buffer.alloc(0) };
  } catch (error) {
    if (hasSystemCode(error, "EACCES", "EPERM", "EIO")) return { bytes: Buffer.alloc(0), fault: error };
    throw error;
  }
}

/** Does something with the open file; undefined where it has gone or is none. */
function withNative<T>(found: Pick<FoundFile, "root"> & { file: { path: string } }, fn: (fd: number, stat: FileStat) => T): T | undefined {
  const fd = openNative(found);
  if (fd === undefined) return undefined;
  try {
    return fn(fd, statOf(fd));
  } finally {
    closeSync(fd);
  }
}

/** The texts of a file's companions that are there and can be read. */
export function readCompanions({ file, root }: FoundFile): Companions {
  const texts = Object.entries(file.companionPaths ?? {}).map(([name, path]) => [name, readSmall(root, path, maxCompanionBytes)?.toString("utf8")] as const);
  return Object.fromEntries(texts.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

/** What the first bytes of a file say. */
export function headOf(found: FoundFile): NativeHead {
  return found.provider.head(readHead(found).bytes, found.file, readCompanions(found));
}

/** What keeps the first bytes of a file from being read: a system error, or the fault of its packing; undefined where nothing does. */
export function headFault(found: FoundFile): unknown {
  return readHead(found).fault;
}

/** A tool's whole output, from the file beside the transcript. `cutBytes`: what a log would not keep anyway. */
export function readOutput(found: FoundFile, name: string): { text: string; cutBytes: number } | undefined {
  const { outputDir } = found.file;
  const parts = name.split("/");
  if (outputDir === undefined || parts.some((part) => basename(part) !== part || part === "" || part.startsWith("."))) return undefined;
  const path = join(outputDir, ...parts);
  const sizeBytes = statRegular(found.root, path)?.sizeBytes;
  const bytes = sizeBytes === undefined ? undefined : readSmall(found.root, path, keptOutputBytes);
  if (!bytes || sizeBytes === undefined) return undefined;
  const whole = wholeCodePoints(bytes, sizeBytes > bytes.length);
  return { text: whole.toString("utf8"), cutBytes: Math.max(0, sizeBytes - whole.length) };
}

/** Up to `maxBytes` of a regular file inside the root; undefined where it is none or cannot be read. */
export function readSmall(root: NativeRoot, path: string, maxBytes: number): Buffer | undefined {
  try {
    return withNative({ root, file: { path } }, (fd, { sizeBytes }) => readAt(fd, 0, Math.min(maxBytes, sizeBytes)));
  } catch (error) {
    if (hasSystemCode(error, "EACCES", "EPERM", "EIO")) return undefined;
    throw error;
  }
}

/** The path to open: links are resolved, and those in the folders above must not lead outside either. */
function resolveLink(root: NativeRoot, path: string): string | undefined {
  try {
    const stats = lstatSync(path);
    if (!stats.isFile() && !stats.isSymbolicLink()) return undefined;
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
  return root.resolveInside(path);
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

/** Without the bytes of a character that a cut has split. */
function wholeCodePoints(bytes: Buffer, isCut: boolean): Buffer {
  if (!isCut) return bytes;
  let end = bytes.length;
  while (end > 0 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  const lead = bytes[end - 1] ?? 0;
  const needed = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return end - 1 + needed <= bytes.length ? bytes.subarray(0, end - 1 + needed) : bytes.subarray(0, end - 1);
}
