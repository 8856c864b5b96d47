import { isAbsolute, join } from "node:path";
import type { NativeEnvironment, NativeFile } from "../provider.js";

function expandHome(path: string, homeDir: string): string {
  if (path === "~") return homeDir;
  return path.startsWith("~/") || path.startsWith("~\\") ? join(homeDir, path.slice(2)) : path;
}

/**
 * `$CODEX_HOME`, a list with commas, else `~/.codex`. A folder that is named and missing means that there is no data: the
 * default is not looked into. `CODEX_SQLITE_HOME` would move the state database out of the root; there it is not read.
 */
export function codexRoots({ homeDir, variables }: NativeEnvironment): string[] {
  const configured = (variables["CODEX_HOME"] ?? "").trim();
  if (configured === "") return [join(homeDir, ".codex")];
  const given = configured.split(",").map((path) => expandHome(path.trim(), homeDir));
  return [...new Set(given.filter((path) => isAbsolute(path)))];
}

/** Folders of rollouts: `sessions/YYYY/MM/DD`; archived ones lie flat (date folders were seen too). */
export function entersCodexFolder(relativePath: string): boolean {
  return /^(?:sessions|archived_sessions)(?:\/\d{4}(?:\/\d{2}(?:\/\d{2})?)?)?$/.test(relativePath);
}

const folder = "(?:sessions|archived_sessions)(?:/\\d{4}/\\d{2}/\\d{2})?";
const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
/** A thread may go on in `<thread>_<suffix>.jsonl`. */
const rolloutFile = new RegExp(`^${folder}/(?:rollout-[^/\\\\]+|${uuid}_[^/\\\\]+)\\.jsonl(\\.zst)?$`, "i");
/** The TypeScript tool (to about July 2025) wrote one JSON text a session, without date folders. */
const documentFile = /^sessions\/rollout-[^/\\]+\.json$/;

/**
 * What a file below a root is. Everything else is never opened: `auth.json`, `config.toml`, `history.jsonl` (its prompts stand in
 * the rollouts), logs, memories and the other stores.
 * The session of a rollout stands in its first line: see `NativeHead.nativeSessionId`. A sub-agent's thread is a session of its own.
 */
export function classifyCodex(root: string, relativePath: string): NativeFile | undefined {
  if (relativePath.split("/").some((name) => name === ".." || name === ".")) return undefined;
  const file: NativeFile = { path: join(root, ...relativePath.split("/")), provider: "codex", nativeSessionId: "", role: "main" };
  if (documentFile.test(relativePath)) return { ...file, format: "document" };
  const rollout = rolloutFile.exec(relativePath);
  if (!rollout) return undefined;
  return rollout[1] === undefined ? file : { ...file, compression: "zstd" };
}

/** The thread id that the name of a rollout ends in (before the suffix of one that goes on), in lower case. */
export function threadIdOfName(path: string): string | undefined {
  const name = path.split(/[/\\]/).at(-1) ?? "";
  return new RegExp(`(${uuid})(?:_[^/\\\\]*)?\\.jsonl?(?:\\.zst)?$`, "i").exec(name)?.[1]?.toLowerCase();
}
