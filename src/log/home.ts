import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { hasSystemCode } from "../errors.js";
import { statIfThere } from "../io/stat-if-there.js";
import { textOfStart } from "./cut-utf8.js";

/*
 * <home>/projects/<project name>/logs/   sessions of a root
 * <home>/logs/                           sessions without one
 *   index.json, backfill_state.json
 *   sessions/<session id>.jsonl
 *   locks/
 * A user's own logs folder (ZAG_USER_LOG_DIR) stands for all of these.
 */

const longestNameBytes = 200;
const keptNameBytes = 180;

/** The folders of a home. Makes none of them. */
export class Home {
  /** Absolute. */
  readonly dir: string;
  readonly #userLogDir: string | undefined;

  /** @param options.userLogDir The logs folder of every session; empty counts as absent. Relative paths are made absolute. */
  constructor(options: { dir: string; userLogDir?: string }) {
    this.dir = resolve(options.dir);
    this.#userLogDir = options.userLogDir ? resolve(options.userLogDir) : undefined;
  }

  /** The logs folder of a new session of that workspace. Looks for its root. */
  logsDirFor(workspacePath: string | null): string {
    if (this.#userLogDir !== undefined) return this.#userLogDir;
    return logsDir(workspacePath === null ? null : findRoot(workspacePath), { homeDir: this.dir });
  }

  /** Logs folders that exist. */
  allLogsDirs(): string[] {
    return this.possibleLogsDirs().filter((dir) => statIfThere(dir)?.isDirectory());
  }

  /** As `allLogsDirs`, with those that may be missing: for who looks into each anyway. */
  possibleLogsDirs(): string[] {
    return this.#userLogDir === undefined ? [join(this.dir, "logs"), ...this.#projectLogsDirs()] : [this.#userLogDir];
  }

  static logPath(logsDirPath: string, sessionId: string): string {
    return join(logsDirPath, "sessions", `${sessionId}.jsonl`);
  }

  #projectLogsDirs(): string[] {
    const projects = join(this.dir, "projects");
    try {
      return readdirSync(projects).map((name) => join(projects, name, "logs"));
    } catch (error) {
      if (hasSystemCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return [];
      throw error;
    }
  }
}

/**
 * The logs folder of a root, or of sessions without one (null, `/`).
 * @param options.userLogDir Where set and not empty it is the folder, whatever the root; a relative path is made absolute.
 */
export function logsDir(root: string | null, options: { homeDir: string; userLogDir?: string }): string {
  if (options.userLogDir) return resolve(options.userLogDir);
  const home = resolve(options.homeDir);
  const name = root === null ? "" : projectName(root);
  return name === "" ? join(home, "logs") : join(home, "projects", name, "logs");
}

/**
 * The folder name of a root: the leading `/` cut, `/` as `-`; of Windows paths the drive's colon cut, `\` as `-` too.
 * A name over 200 bytes keeps its first 180 (whole characters) and adds `-` and 16 hex digits of its SHA-256.
 */
export function projectName(root: string): string {
  const windows = /^[A-Za-z]:|^\\\\/.test(root);
  const path = windows ? root.replace(/^([A-Za-z]):/, "$1").replaceAll("\\", "/") : root;
  const name = path.replace(/^\/+/, "").replace(/\/+$/, "").replaceAll("/", "-");
  const bytes = Buffer.from(name);
  if (bytes.length <= longestNameBytes) return name;
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  return `${textOfStart(bytes, keptNameBytes)}-${digest}`;
}

/**
 * The nearest folder at or above `workspacePath` that holds a `.git` file or folder; null where there is none, or it is `/`.
 * Looks by stat only; folders need not exist.
 */
export function findRoot(workspacePath: string): string | null {
  let folder = resolve(workspacePath);
  for (let parent = dirname(folder); parent !== folder; folder = parent, parent = dirname(folder)) {
    const git = statIfThere(join(folder, ".git"));
    if (git?.isDirectory() || git?.isFile()) return folder;
  }
  return null;
}
