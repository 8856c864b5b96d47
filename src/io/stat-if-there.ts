import { statSync, type Stats } from "node:fs";
import { hasSystemCode } from "../errors.js";

/** Among them what no path can be: a name that is too long, or (`ERR_INVALID_ARG_VALUE`) one that holds a NUL. */
const nothingThere = ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"];

/** The file's or folder's stats, or undefined where there is none at that path or it cannot be reached. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (hasSystemCode(error, ...nothingThere)) return undefined;
    throw error;
  }
}
