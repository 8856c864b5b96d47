import { type Dirent, readdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { hasSystemCode } from "../../errors.js";
import type { NativeEnvironment, NativeFile } from "../provider.js";

/** How far below the Cowork folder configuration roots are looked for, and in how many folders. */
const maxCoworkDepth = 5;
const maxCoworkFolders = 2000;

function expandHome(path: string, homeDir: string): string {
  if (path === "~") return homeDir;
  return path.startsWith("~/") || path.startsWith("~\\") ? join(homeDir, path.slice(2)) : path;
}

/** `CLAUDE_CONFIG_DIR` is one folder to the tool itself; readers also take a list with commas. Relative ones name nothing for us. */
function configuredRoots({ homeDir, variables }: NativeEnvironment): string[] {
  const configured = variables["CLAUDE_CONFIG_DIR"] ?? "";
  const given = configured.split(",").map((path) => expandHome(path.trim(), homeDir)).filter((path) => isAbsolute(path));
  if (given.length > 0) return given;
  const xdg = variables["XDG_CONFIG_HOME"];
  const configHome = xdg && isAbsolute(xdg) ? xdg : join(homeDir, ".config");
  return [join(homeDir, ".claude"), join(configHome, "claude")];
}

function coworkFolder({ homeDir, platform }: NativeEnvironment): string {
  const app = platform === "darwin" ? join(homeDir, "Library", "Application Support", "Claude") : join(homeDir, ".config", "Claude");
  return join(app, "local-agent-mode-sessions");
}

function folderEntries(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (hasSystemCode(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM")) return [];
    throw error;
  }
}

/** The `.claude` folders of Desktop "Cowork" runs, wherever they lie below it: breadth first, within bounds, links not followed. */
function coworkRoots(environment: NativeEnvironment): string[] {
  const roots: string[] = [];
  let level = [coworkFolder(environment)];
  let seen = 0;
  for (let depth = 0; depth < maxCoworkDepth && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (++seen > maxCoworkFolders) return roots;
      for (const entry of folderEntries(folder)) {
        if (!entry.isDirectory()) continue;
        const path = join(folder, entry.name);
        if (entry.name === ".claude") roots.push(path);
        else next.push(path);
      }
    }
    level = next;
  }
  return roots;
}

/** Configuration roots: `$CLAUDE_CONFIG_DIR`, else `~/.claude` and `~/.config/claude` (1.0.x), and those of Cowork runs. */
export function claudeRoots(environment: NativeEnvironment): string[] {
  return [...new Set([...configuredRoots(environment), ...coworkRoots(environment)])];
}

const part = "[^/\\\\]+";
const mainFile = new RegExp(`^projects/(${part})/(${part})\\.jsonl$`);
const nestedFile = new RegExp(`^projects/(${part})/(${part})/subagents/((?:${part}/)*)(${part})\\.jsonl$`);

/**
 * What a file below a root is (layouts of 1.0.95 to 2.1.330). Everything else is never opened: settings, credentials,
 * `sessions/*.key`, `history.jsonl`, plans, memory.
 * A flat `agent-<id>.jsonl` (2.0.x) names its session only inside: its `nativeSessionId` is "" here, see `NativeHead.nativeSessionId`.
 */
export function classifyClaude(root: string, relativePath: string): NativeFile | undefined {
  if (relativePath.split("/").some((name) => name === ".." || name === ".")) return undefined;
  const at = (...names: string[]) => join(root, ...names);
  const flat = mainFile.exec(relativePath);
  if (flat) {
    const [, slug = "", name = ""] = flat;
    const agentId = agentIdOf(name);
    const path = at("projects", slug, `${name}.jsonl`);
    // Nearly all files are such ones. No spread: what is put behind one outlives the young generation (V8 11), with each look at very many.
    if (agentId === undefined) return { path, provider: "claude", nativeSessionId: name, role: "main", outputDir: at("projects", slug, name, "tool-results") };
    return { path, provider: "claude", nativeSessionId: "", role: "agent", agentId, companionPaths: { meta: at("projects", slug, `${name}.meta.json`) } };
  }
  const nested = nestedFile.exec(relativePath);
  if (!nested) return undefined;
  const [, slug = "", session = "", folders = "", name = ""] = nested;
  const base = at("projects", slug, session, "subagents", ...folders.split("/").filter(Boolean));
  const file = {
    path: join(base, `${name}.jsonl`),
    provider: "claude",
    nativeSessionId: session,
    outputDir: at("projects", slug, session, "tool-results"),
  };
  const agentId = agentIdOf(name);
  if (agentId !== undefined) return { ...file, role: "agent", agentId, companionPaths: { meta: join(base, `${name}.meta.json`) } };
  return name === "journal" && folders.startsWith("workflows/") ? { ...file, role: "journal" } : undefined;
}

function agentIdOf(name: string): string | undefined {
  return name.startsWith("agent-") && name.length > "agent-".length ? name.slice("agent-".length) : undefined;
}

/** Whether a file tells of a live process: `sessions/<pid>.json`. The `.key` beside it is a secret. */
export function isClaudeProcessFile(relativePath: string): boolean {
  return /^sessions\/\d+\.json$/.test(relativePath);
}
