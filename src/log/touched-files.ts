import { inferToolKind } from "../schema/tool-kind.js";
import { textOrNull, type EventFields } from "./event-fields.js";
import { pathKey } from "./path-key.js";

const fileKinds: ReadonlySet<string> = new Set(["file_read", "file_write", "file_edit", "notebook"]);
const pathFields = ["file_path", "filePath", "path", "notebook_path", "absolute_path", "target_file", "file"] as const;
const patchHeader = /^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+?)\r?$/gm;
const maxPathLength = 4096;

/**
 * Keys (`pathKey`) of the files that a `tool_call` reads or changes: the path of a file tool, and what a patch names,
 * also where a shell carries the patch. Relative paths belong to the call's own folder, else to the workspace.
 */
export function touchedFiles(fields: EventFields, workspace: string | null): string[] {
  if (fields["type"] !== "tool_call") return [];
  const kind = textOrNull(fields["tool_kind"]) ?? inferToolKind(textOrNull(fields["tool_name"]) ?? "");
  const isFileTool = fileKinds.has(kind);
  if (!isFileTool && kind !== "shell") return [];
  const input = fields["input"];
  const named = isFileTool ? namedPaths(input) : [];
  const all = [...named, ...patchedPaths(input)].filter((path) => path.length <= maxPathLength);
  const folder = folderOf(input);
  const base = folder === null ? workspace : pathKey(folder, workspace);
  return [...new Set(all.map((path) => pathKey(path, base)))];
}

function namedPaths(input: unknown): string[] {
  if (typeof input !== "object" || input === null) return [];
  const fields = input as EventFields;
  const single = pathFields.map((name) => textOrNull(fields[name]));
  const listed = Array.isArray(fields["paths"]) ? fields["paths"].map(textOrNull) : [];
  const changes = fields["changes"];
  const changed = typeof changes === "object" && changes !== null && !Array.isArray(changes) ? Object.keys(changes) : [];
  return [...single, ...listed, ...changed].filter((path) => path !== null && !path.includes("*")) as string[];
}

function patchedPaths(input: unknown): string[] {
  return textsOf(input)
    .filter((text) => text.includes("*** Begin Patch"))
    .flatMap((text) => [...text.matchAll(patchHeader)].map((match) => (match[1] ?? "").trim()))
    .filter((path) => path !== "");
}

/** The texts of an input, its own and those of its fields and lists. */
function textsOf(input: unknown): string[] {
  if (typeof input === "string") return [input];
  if (typeof input !== "object" || input === null) return [];
  return Object.values(input).flatMap((value) => (Array.isArray(value) ? value : [value])).filter((value) => typeof value === "string");
}

function folderOf(input: unknown): string | null {
  if (typeof input !== "object" || input === null) return null;
  const { workdir, cwd } = input as { workdir?: unknown; cwd?: unknown };
  return textOrNull(workdir) ?? textOrNull(cwd);
}
