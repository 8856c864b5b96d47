import { isAbsolute, join } from "node:path";
import type { NativeEnvironment, NativeFile, SideFile } from "../provider.js";

function expandHome(path: string, homeDir: string): string {
  if (path === "~") return homeDir;
  return path.startsWith("~/") || path.startsWith("~\\") ? join(homeDir, path.slice(2)) : path;
}

/**
 * `$COPILOT_HOME`, else `~/.copilot`; and, where the variables are set, `.copilot` below `$XDG_STATE_HOME` and `$XDG_CONFIG_HOME`, which builds up
 * to 0.0.421 wrote to.
 */
export function copilotRoots({ homeDir, variables }: NativeEnvironment): string[] {
  const given = expandHome((variables["COPILOT_HOME"] ?? "").trim(), homeDir);
  const home = isAbsolute(given) ? given : join(homeDir, ".copilot");
  const former = [variables["XDG_STATE_HOME"], variables["XDG_CONFIG_HOME"]].flatMap((dir) => (dir && isAbsolute(dir) ? [join(dir, ".copilot")] : []));
  return [...new Set([home, ...former])];
}

/** A name that is no other folder, is not hidden, and can be a session's id: `.session-operation-locks` lies among them (1.0.102). */
const id = "[^/\\\\.][^/\\\\]*";
const eventsFile = new RegExp(`^session-state/(${id})/events\\.jsonl$`);
const flatFile = new RegExp(`^session-state/(${id})\\.jsonl$`);
const historyFile = /^history-session-state\/session_([^/\\]+)_\d+\.json$/;
const sessionFolder = new RegExp(`^session-state/${id}$`);
const workspaceFile = new RegExp(`^session-state/(${id})/workspace\\.yaml$`);
const processFile = new RegExp(`^session-state/(${id})/inuse\\.(\\d+)\\.lock$`);

/** Of a session's folder only its first level is of use: checkpoints, files, research and rewind data hold none of ours. */
export function entersCopilotFolder(relativePath: string): boolean {
  return relativePath === "session-state" || relativePath === "history-session-state" || sessionFolder.test(relativePath);
}

/**
 * What a file below a root is: `session-state/<id>/events.jsonl` (2026), the flat `session-state/<id>.jsonl` (0.0.342 to 0.0.37x), or
 * the one JSON object of `history-session-state` (before 0.0.342). Configuration, databases and logs of the process are never opened.
 */
export function classifyCopilot(root: string, relativePath: string): NativeFile | undefined {
  const at = (...names: string[]) => join(root, ...names);
  const session = eventsFile.exec(relativePath)?.[1];
  if (session !== undefined) {
    const companionPaths = { workspace: at("session-state", session, "workspace.yaml") };
    return { path: at("session-state", session, "events.jsonl"), provider: "copilot", nativeSessionId: session, role: "main", companionPaths };
  }
  const flat = flatFile.exec(relativePath)?.[1];
  if (flat !== undefined) return { path: at("session-state", `${flat}.jsonl`), provider: "copilot", nativeSessionId: flat, role: "main" };
  const former = historyFile.exec(relativePath)?.[1];
  if (former === undefined) return undefined;
  return { path: at(...relativePath.split("/")), provider: "copilot", nativeSessionId: former, role: "main", format: "document" };
}

/** `session-state/<id>/workspace.yaml`, which has the session's title. */
export function classifyCopilotSide(root: string, relativePath: string): SideFile | undefined {
  return workspaceFile.test(relativePath) ? { path: join(root, ...relativePath.split("/")), relativePath, reads: { as: "text" } } : undefined;
}

/** The session whose `workspace.yaml` that is. */
export function workspaceSession(relativePath: string): string | undefined {
  return workspaceFile.exec(relativePath)?.[1];
}

/** Session and pid that a process file's name gives; undefined for all other files. */
export function processFileNames(relativePath: string): { nativeSessionId: string; pid: string } | undefined {
  const found = processFile.exec(relativePath);
  return found ? { nativeSessionId: found[1] ?? "", pid: found[2] ?? "" } : undefined;
}
