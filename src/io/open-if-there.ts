import { openSync } from "node:fs";
import { hasSystemCode } from "../errors.js";

/**
 * Opens a file for reading; undefined where there is none at that path.
 * @param passedOver System codes of what else counts as none, such as `EACCES`.
 */
export function openIfThere(path: string, ...passedOver: string[]): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", ...passedOver)) return undefined;
    throw error;
  }
}
