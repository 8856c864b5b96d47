import { isAbsolute, join, resolve } from "node:path";

/** Where paths of a caller are meant from. */
export interface PathBase {
  /** Absolute. */
  homeDir: string;
  /** Absolute: the client's first root, else the working folder. */
  workspace: string;
}

/** `path` as an absolute one: nothing and `.` are the workspace, a leading `~` is the user's home folder. */
export function workspacePath(path: string | undefined, { homeDir, workspace }: PathBase): string {
  if (path === undefined || path === "") return workspace;
  if (path === "~") return homeDir;
  if (path.startsWith("~/") || path.startsWith("~\\")) return join(homeDir, path.slice(2));
  return isAbsolute(path) ? resolve(path) : resolve(workspace, path);
}
