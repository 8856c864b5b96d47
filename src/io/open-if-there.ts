import { hasSystemCode } from "../errors.js";
import { NotRegularFile, openRegular } from "./regular-file.js";

/**
 * Opens a regular file for reading; undefined where there is none at that path.
 * @param passedOver System codes of what else counts as none, such as `EACCES`.
 */
export function openIfThere(path: string, ...passedOver: string[]): number | undefined {
  try {
    return openRegular(path);
  } catch (error) {
    if (error instanceof NotRegularFile || hasSystemCode(error, "ENOENT", "ENOTDIR", ...passedOver)) return undefined;
    throw error;
  }
}
