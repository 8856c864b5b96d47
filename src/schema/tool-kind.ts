import { z } from "zod";

/** What a tool does, whatever its provider calls it. */
export const ToolKind = z.enum([
  "shell",
  "file_read",
  "file_write",
  "file_edit",
  "search",
  "sub_agent",
  "web",
  "notebook",
  "other",
]);
export type ToolKind = z.infer<typeof ToolKind>;

const has = (...parts: string[]) => (name: string) => parts.some((part) => name.includes(part));
const is = (...names: string[]) => (name: string) => names.includes(name);

/** In this order: the first rule that fits decides, so `NotebookEdit` is a notebook and `ReadWebPage` a read. */
const rules: readonly (readonly [ToolKind, ...((name: string) => boolean)[]])[] = [
  ["notebook", has("notebook")],
  ["shell", has("bash", "shell"), is("exec")],
  ["file_read", has("read"), is("view", "cat")],
  ["file_write", has("write")],
  ["file_edit", has("edit", "patch")],
  ["search", has("grep", "glob", "search"), is("find")],
  ["sub_agent", has("agent")],
  ["web", has("web", "fetch", "http")],
];

/**
 * The kind that a tool's name suggests, for tools that no provider table names.
 * Case does not matter; a name that fits nothing is `other`.
 */
export function inferToolKind(name: string): ToolKind {
  const lower = name.toLowerCase();
  for (const [kind, ...tests] of rules) {
    if (tests.some((test) => test(lower))) return kind;
  }
  return "other";
}
