import { createRequire, isBuiltin } from "node:module";
import { hasSystemCode } from "../errors.js";

/**
 * Whether some SQLite is installed, found out without loading it; whether it also works shows when it is first used.
 * Without any, a server should not begin to answer.
 */
export function isSqliteThere(): boolean {
  // What the running Node names a module of its own may still be too old for us.
  if (isBuiltin("node:sqlite")) return true;
  try {
    createRequire(import.meta.url).resolve("@photostructure/sqlite");
    return true;
  } catch (error) {
    if (!hasSystemCode(error, "MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED")) throw error;
    return false;
  }
}
