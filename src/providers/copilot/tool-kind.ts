import { inferToolKind, type ToolKind } from "../../schema/tool-kind.js";
import { isObject, type JsonObject, stringAt } from "../json.js";

const names: Readonly<Partial<Record<ToolKind, readonly string[]>>> = {
  shell: [
    "bash", "read_bash", "write_bash", "stop_bash", "list_bash",
    "powershell", "read_powershell", "write_powershell", "stop_powershell", "list_powershell", "local_shell",
  ],
  file_read: ["view"],
  file_write: ["create"],
  file_edit: ["edit", "apply_patch"],
  search: ["grep", "rg", "glob"],
  sub_agent: ["task", "read_agent", "write_agent", "list_agents", "send_inbox"],
  web: ["web_fetch", "web_search", "fetch_copilot_cli_documentation"],
  other: [
    "report_intent", "think", "task_complete", "exit_plan_mode", "ask_user", "skill", "context_board", "sql", "session_store_sql",
    "store_memory", "vote_memory", "update_todo", "manage_schedule", "run_dynamic_workflow", "dynamic_workflows_manage", "lsp",
    "tool_search", "show_file", "create_pull_request",
  ],
};

const kinds = new Map<string, ToolKind>(
  Object.entries(names).flatMap(([kind, list]) => list.map((name): [string, ToolKind] => [name, kind as ToolKind])),
);

/** Kind of `str_replace_editor` (2025), which its command decides. */
function editorKind(input: unknown): ToolKind {
  const command = stringAt(isObject(input) ? input : undefined, "command");
  if (command === "view") return "file_read";
  return command === "create" ? "file_write" : "file_edit";
}

/** Kind of a tool of GitHub's own MCP server, which is built in: `github-mcp-server-<tool>`. */
function githubKind(tool: string): ToolKind {
  if (tool === "web_search") return "web";
  if (tool.startsWith("search_")) return "search";
  return tool === "get_file_contents" ? "file_read" : "other";
}

/**
 * Kind of a tool of Copilot CLI (0.0.341 to 1.0.102) by its name; other MCP tools are `other`, unknown names are guessed.
 * @param call Where the call was read: its `mcpServerName` marks an MCP tool.
 */
export function copilotToolKind(name: string, input: unknown, call: JsonObject): ToolKind {
  const github = /^github-mcp-server-(.+)$/.exec(name)?.[1];
  if (github !== undefined) return githubKind(github);
  if (stringAt(call, "mcpServerName")) return "other";
  if (name === "str_replace_editor") return editorKind(input);
  return kinds.get(name) ?? inferToolKind(name);
}
