import { statSync, type Stats } from "node:fs";
import { hasSystemCode } from "../errors.js";

/** The file's or folder's stats, or undefined where there is none at that path or it cannot be reached. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP")) return undefined;
    throw error;
  }
}
