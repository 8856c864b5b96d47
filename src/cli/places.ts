import { isAbsolute, join, resolve } from "node:path";

/** Where the process runs: what paths and variables stand for. */
export interface Surroundings {
  variables: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, absolute. */
  homeDir: string;
  workingDir: string;
}

/** A path as people give it: a leading `~` is the user's home folder, what is relative starts in the working folder. */
export function absolutePath(path: string, { homeDir, workingDir }: Surroundings): string {
  if (path === "~") return homeDir;
  if (/^~[/\\]/.test(path)) return join(homeDir, path.slice(2));
  return isAbsolute(path) ? resolve(path) : resolve(workingDir, path);
}

/** The home of the logs: `SESSION_LOG_HOME` where set and not empty, else `~/.session-log`. Absolute. */
export function homeDirOf(surroundings: Surroundings): string {
  return absolutePath(surroundings.variables["SESSION_LOG_HOME"] || "~/.session-log", surroundings);
}

/** `ZAG_USER_LOG_DIR`, absolute: the one logs folder, for every session. Undefined where unset or empty. */
export function userLogDirOf(surroundings: Surroundings): string | undefined {
  const dir = surroundings.variables["ZAG_USER_LOG_DIR"];
  return dir ? absolutePath(dir, surroundings) : undefined;
}
