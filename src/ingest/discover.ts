import { lstatSync, readdirSync, statSync, type Dirent, type Stats } from "node:fs";
import { dirname, join, sep } from "node:path";
import { hasSystemCode, systemCode } from "../errors.js";
import type { NativeFile, Provider } from "../providers/provider.js";
import type { NativeRoot } from "./native-root.js";

/** What tells one state of a file from another without opening it. */
export interface FileStat {
  inode: number;
  sizeBytes: number;
  mtimeMs: number;
  /** When the file was made, where the file system knows, else its mtime. */
  birthMs: number;
}

/** A native file as it was found. */
export interface FoundFile {
  file: NativeFile;
  provider: Provider;
  root: NativeRoot;
  stat: FileStat;
}

/** What lies directly in one folder. */
export interface FolderContent {
  path: string;
  files: FoundFile[];
  /** Absolute paths of folders in it. */
  folders: string[];
  /** Absolute paths of what tells of live processes. */
  processFiles: string[];
  /** Absolute paths of files that tell facts of sessions. */
  sideFiles: string[];
  /** System code of what kept the folder from being read; absent where it was read or is missing. */
  error?: string;
}

/** Folders deeper than this below a root are not looked into. */
const maxDepth = 12;

/** Reads one folder: no file in it is opened, and only those that hold events are looked at. */
export function readFolder(root: NativeRoot, path: string): FolderContent {
  const content: FolderContent = { path, files: [], folders: [], processFiles: [], sideFiles: [] };
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (!hasSystemCode(error, "ENOENT", "ENOTDIR")) content.error = requireSystemCode(error);
    return content;
  }
  for (const entry of entries) {
    const child = join(path, entry.name);
    const relativePath = root.relativePath(child);
    if (entry.isDirectory() || (entry.isSymbolicLink() && isFolderInside(root, child))) {
      if (root.provider.entersFolder?.(relativePath) ?? true) content.folders.push(child);
    } else if (root.provider.isProcessFile?.(relativePath)) content.processFiles.push(child);
    else if (root.provider.classifySide?.(root.dir, relativePath)) content.sideFiles.push(child);
    else if (entry.isFile() || entry.isSymbolicLink()) {
      const found = findFile(root, child);
      if (found) content.files.push(found);
    }
  }
  return content;
}

/** All folders of a root, parents first, each with its files; lazily, so that the caller can pause between them. */
export function* walkRoot(root: NativeRoot): Generator<FolderContent> {
  for (const folder of root.folders) {
    if (root.resolveInside(folder) !== undefined) yield* walkFolder(root, folder);
  }
}

/** As `walkRoot`, from a folder of it down. */
export function* walkFolder(root: NativeRoot, folder: string): Generator<FolderContent> {
  const content = readFolder(root, folder);
  yield content;
  if (root.relativePath(folder).split("/").length >= maxDepth) return;
  for (const child of content.folders) yield* walkFolder(root, child);
}

/**
 * The native file at `path`, or undefined where there is none: classified by its provider, a regular file with one name (a hard link may be
 * another user's file, a pipe would block), and, where it is a link, inside the root.
 */
export function findFile(root: NativeRoot, path: string): FoundFile | undefined {
  const file = root.provider.classify(root.dir, root.relativePath(path));
  if (!file) return undefined;
  const stat = statRegular(root, path);
  return stat && { file, provider: root.provider, root, stat };
}

/** The state of a regular file with one name inside the root; undefined for anything else. */
export function statRegular(root: NativeRoot, path: string): FileStat | undefined {
  try {
    let stats: Stats = lstatSync(path);
    if (stats.isSymbolicLink()) {
      const real = root.resolveInside(path);
      if (real === undefined) return undefined;
      stats = statSync(real);
    }
    return fileStatOf(stats);
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "ELOOP", "EACCES")) return undefined;
    throw error;
  }
}

/** @returns Undefined for what is not a regular file with one name. */
export function fileStatOf(stats: Stats): FileStat | undefined {
  if (!stats.isFile() || stats.nlink > 1) return undefined;
  return { inode: stats.ino, sizeBytes: stats.size, mtimeMs: stats.mtimeMs, birthMs: stats.birthtimeMs > 0 ? stats.birthtimeMs : stats.mtimeMs };
}

/** Whether nothing was written between the two looks. */
export function sameStat(one: Pick<FileStat, "inode" | "sizeBytes" | "mtimeMs">, other: Pick<FileStat, "inode" | "sizeBytes" | "mtimeMs">): boolean {
  return one.inode === other.inode && one.sizeBytes === other.sizeBytes && one.mtimeMs === other.mtimeMs;
}

/** A link to a folder is followed where it stays inside and does not lead back to a folder it lies in. */
function isFolderInside(root: NativeRoot, path: string): boolean {
  const real = root.resolveInside(path);
  const parent = root.resolveInside(dirname(path));
  if (real === undefined || parent === undefined || !statSync(real).isDirectory()) return false;
  return !`${parent}${sep}`.startsWith(`${real}${sep}`);
}

function requireSystemCode(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined) throw error;
  return code;
}
