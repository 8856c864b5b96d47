import { inferToolKind, type ToolKind } from "../../schema/tool-kind.js";

/** Names of 0.1 to 0.61 (`tools/definitions/base-declarations.ts`, `tool-names.ts`), those that were given up included. */
const names: Readonly<Partial<Record<ToolKind, readonly string[]>>> = {
  shell: ["run_shell_command"],
  file_read: ["read_file", "read_many_files", "list_directory", "get_internal_docs"],
  file_write: ["write_file", "save_memory"],
  file_edit: ["replace"],
  search: ["glob", "grep_search", "search_file_content"],
  web: ["google_web_search", "web_fetch"],
  sub_agent: ["invoke_agent", "codebase_investigator", "cli_help", "generalist", "browser_agent", "delegate_to_agent"],
  other: [
    "activate_skill", "write_todos", "ask_user", "enter_plan_mode", "exit_plan_mode", "update_topic", "complete_task",
    "tracker_create_task", "tracker_update_task", "tracker_get_task", "tracker_list_tasks", "tracker_add_dependency",
    "tracker_visualize", "read_mcp_resource", "list_mcp_resources",
  ],
};

const kinds = new Map<string, ToolKind>(
  Object.entries(names).flatMap(([kind, list]) => list.map((name): [string, ToolKind] => [name, kind as ToolKind])),
);

/** Tools of MCP servers (`mcp_<server>_<tool>` from 0.34, `<server>__<tool>` before) and those that a project declares itself. */
const foreign = /^mcp_|__|^discovered_tool_/;

/** Kind of a Gemini CLI tool by its name; foreign tools are `other`, unknown names are guessed. */
export function geminiToolKind(name: string): ToolKind {
  return kinds.get(name) ?? (foreign.test(name) ? "other" : inferToolKind(name));
}
