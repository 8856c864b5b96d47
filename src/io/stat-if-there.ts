import { statSync, type Stats } from "node:fs";
import { hasSystemCode } from "../errors.js";

/** Among them what no path can be: a name that is too long, or (`ERR_INVALID_ARG_VALUE`) one that holds a NUL. */
const nothingThere = ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"];

/** Whether the system says so because there is nothing at a path, or nothing that can be reached. */
export function isNothingThere(error: unknown): boolean {
  return hasSystemCode(error, ...nothingThere);
}

/** The file's or folder's stats, or undefined where there is none at that path or it cannot be reached. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isNothingThere(error)) return undefined;
    throw error;
  }
}
