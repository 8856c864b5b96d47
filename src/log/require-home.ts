import { dirname } from "node:path";
import { CoreError, systemCode } from "../errors.js";
import { makePrivateDir } from "../io/atomic-write.js";
import { statIfThere } from "../io/stat-if-there.js";

/**
 * Makes sure that a home can be used. @param options.makes Whether it is made where it is missing, 0700.
 * @throws {CoreError} `LOG_IO` where something else than a folder stands there or above it, or no folder can be made.
 */
export function requireHome(dir: string, { makes }: { makes: boolean }): void {
  const place = nearestThere(dir);
  const found = statIfThere(place);
  if (found && !found.isDirectory()) {
    throw new CoreError("LOG_IO", `Cannot use home "${dir}": ${place === dir ? "it" : `"${place}"`} is ${found.isFile() ? "a file" : "no folder"}, must be a folder. Give another home with --home or SESSION_LOG_HOME.`);
  }
  if (place === dir || !makes) return;
  try {
    makePrivateDir(dir);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new CoreError("LOG_IO", `Cannot make home "${dir}": the system says ${code}. See who may write "${place}", or give another home with --home or SESSION_LOG_HOME.`, { cause: error });
  }
}

/** The path itself, or what is there next above it. */
function nearestThere(path: string): string {
  const above = dirname(path);
  return above === path || statIfThere(path) ? path : nearestThere(above);
}
