import type { NativeProcess } from "../providers/provider.js";
import { readFolder } from "./discover.js";
import { readSmall } from "./native-file.js";
import type { NativeRoot } from "./native-root.js";

/** Bytes of a process file that are read. */
const maxBytes = 64 * 1024;

export interface LiveProcess extends NativeProcess {
  provider: string;
  /** Its process file. */
  path: string;
}

/** The processes of providers that run now, by their process files. */
export function liveProcesses(roots: readonly NativeRoot[], isAlive: (pid: number) => boolean): LiveProcess[] {
  const live: LiveProcess[] = [];
  for (const root of roots) {
    if (!root.provider.supports.processFiles) continue;
    for (const folder of root.folders) {
      if (root.resolveInside(folder) === undefined) continue;
      for (const path of processFilesIn(root, folder)) {
        const found = readProcess(root, path);
        if (found && isAlive(found.pid)) live.push(found);
      }
    }
  }
  return live;
}

/** What a process file says; undefined where it is gone or not whole. */
export function readProcess(root: NativeRoot, path: string): LiveProcess | undefined {
  const text = readSmall(root, path, maxBytes)?.toString("utf8");
  const parsed = text === undefined ? undefined : root.provider.parseProcess?.(text, root.relativePath(path));
  return parsed && { ...parsed, provider: root.provider.name, path };
}

/** Folders of sessions hold no process files, and may hold very many others: only a folder that has some is listed. */
function processFilesIn(root: NativeRoot, folder: string): string[] {
  if (!root.provider.isProcessFile?.(`${root.relativePath(folder)}/1.json`)) return [];
  return readFolder(root, folder).processFiles;
}
