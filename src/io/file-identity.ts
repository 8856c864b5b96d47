import type { Stats } from "node:fs";

/** What tells a file from any other, and from what it was before somebody wrote to it. */
export interface FileIdentity {
  ino: number;
  sizeBytes: number;
  mtimeMs: number;
}

export function identityOf({ ino, size, mtimeMs }: Stats): FileIdentity {
  return { ino, sizeBytes: size, mtimeMs };
}

/** @param stats Undefined for a file that is not there, which is never the same. */
export function isSameFile(identity: FileIdentity, stats: Stats | undefined): boolean {
  return stats !== undefined && stats.ino === identity.ino && stats.size === identity.sizeBytes && stats.mtimeMs === identity.mtimeMs;
}
