import { isAbsolute, join } from "node:path";
import type { NativeEnvironment, NativeFile, SideFile } from "../provider.js";

/** `$GEMINI_CLI_HOME/.gemini`, else `~/.gemini`: the variable stands for the home (gemini-cli 0.25, `utils/paths.ts`). */
export function geminiRoots({ homeDir, variables }: NativeEnvironment): string[] {
  const given = variables["GEMINI_CLI_HOME"] ?? "";
  return [join(isAbsolute(given) ? given : homeDir, ".gemini")];
}

const part = "[^/\\\\]+";
const sessionFile = new RegExp(`^tmp/(${part})/chats/(session-${part})\\.(json|jsonl)$`);
const agentFile = new RegExp(`^tmp/(${part})/chats/(${part})/(${part})\\.(json|jsonl)$`);
const commandLog = new RegExp(`^tmp/(${part})/logs\\.json$`);
const entered = new RegExp(`^tmp(?:/${part}(?:/chats(?:/${part})?)?)?$`);

function hasDots(relativePath: string): boolean {
  return relativePath.split("/").some((name) => name === ".." || name === ".");
}

/** Only `tmp/<project>/chats` and the folders of sub-agents in it: tool outputs, logs, plans and checkpoints hold no sessions. */
export function entersGeminiFolder(relativePath: string): boolean {
  return entered.test(relativePath) && !hasDots(relativePath);
}

/**
 * What a file below a root is (0.1 to 0.61). `.json` is a conversation that is rewritten whole (until 0.38), `.jsonl` a journal (from
 * 0.39). A session's id stands only inside; a sub-agent's file (from 0.37) lies in a folder named by it. Files on their way
 * (`*.tmp-<pid>`, `*.unreadable-<ms>`) are none of ours.
 */
export function classifyGemini(root: string, relativePath: string): NativeFile | undefined {
  if (hasDots(relativePath)) return undefined;
  const session = sessionFile.exec(relativePath);
  const agent = session ? null : agentFile.exec(relativePath);
  const [, project = "", name = ""] = session ?? agent ?? [];
  if (!project) return undefined;
  const common = {
    path: join(root, ...relativePath.split("/")),
    provider: "gemini",
    format: relativePath.endsWith(".json") ? ("document" as const) : ("lines" as const),
    outputDir: join(root, "tmp", project, "tool-outputs"),
  };
  const companionPaths = {
    projectRoot: join(root, "tmp", project, ".project_root"),
    historyRoot: join(root, "history", project, ".project_root"),
    projects: join(root, "projects.json"),
  };
  if (agent) return { ...common, nativeSessionId: name, role: "agent", agentId: agent[3] ?? "", companionPaths, isLinkedLate: true };
  return { ...common, nativeSessionId: "", role: "main", companionPaths };
}

/** `tmp/<project>/logs.json`: what was typed, slash commands included; see `command-log.ts`. */
export function classifyGeminiSide(root: string, relativePath: string): SideFile | undefined {
  if (!commandLog.test(relativePath) || hasDots(relativePath)) return undefined;
  return { path: join(root, ...relativePath.split("/")), relativePath, reads: { as: "text" } };
}
