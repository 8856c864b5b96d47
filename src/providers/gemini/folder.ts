import { createHash } from "node:crypto";
import { arrayAt, isObject, type JsonObject, jsonObject, objectAt, stringAt } from "../json.js";
import type { Companions, NativeFile } from "../provider.js";
import { partsOf, textOf } from "./parts.js";

/** Name of the folder of `tmp` that a file lies in: a slug (0.29 and later), or the SHA-256 of the project's path. */
function projectOf({ path }: NativeFile): string {
  const names = path.split(/[/\\]/);
  return names[names.lastIndexOf("chats") - 1] ?? "";
}

function registeredFolder(registry: string | undefined, project: string): string | undefined {
  const projects = objectAt(jsonObject(registry), "projects");
  const named = Object.entries(projects ?? {}).find(([, slug]) => slug === project)?.[0];
  if (named !== undefined || !/^[0-9a-f]{64}$/.test(project)) return named;
  return Object.keys(projects ?? {}).find((path) => createHash("sha256").update(path).digest("hex") === project);
}

/**
 * The project's folder as the files beside a chat tell it: `.project_root`, its copy in `history`, then `projects.json` (which is reset
 * silently where it does not parse, so it comes last); "" where none does. On Windows it is in lower case.
 */
export function projectFolder(file: NativeFile, companions: Companions): string {
  const marked = [companions["projectRoot"], companions["historyRoot"]].map((text) => text?.trim() ?? "").find((text) => text !== "");
  return marked ?? registeredFolder(companions["projects"], projectOf(file)) ?? "";
}

const folderLines = [
  /Workspace Directories:\*\*\r?\n\s*-\s+([^\r\n]+)/,
  /working in the following directories:\r?\n\s*-\s+([^\r\n]+)/,
  /working in the directory: ([^\r\n]+)/,
];

/** The first workspace folder that an injected `<session_context>` names; "" where it names none. */
export function contextFolder(text: string): string {
  for (const line of folderLines) {
    const found = line.exec(text)?.[1]?.trim();
    if (found) return found;
  }
  return "";
}

/** The folder that a conversation's own header or its injected context names; "" where neither does. */
export function statedFolder(header: JsonObject, messages: readonly unknown[]): string {
  const [first] = arrayAt(header, "directories");
  if (typeof first === "string" && first !== "") return first;
  for (const message of messages.slice(0, 8)) {
    if (!isObject(message) || stringAt(message, "type") !== "user") continue;
    const text = textOf(partsOf(message["content"]));
    const folder = isContext(text) ? contextFolder(text) : "";
    if (folder) return folder;
  }
  return "";
}

/** Whether a user message was made by the tool to tell the model about its surroundings. */
export function isContext(text: string): boolean {
  return /^\s*(?:<session_context>|This is the Gemini CLI\. We are setting up the context)/.test(text);
}
