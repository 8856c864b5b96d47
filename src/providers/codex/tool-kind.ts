import { inferToolKind, type ToolKind } from "../../schema/tool-kind.js";
import { isObject } from "../json.js";

const names: Readonly<Partial<Record<ToolKind, readonly string[]>>> = {
  shell: [
    "shell", "container.exec", "local_shell", "shell_command", "exec_command", "write_stdin", "unified_exec", "exec",
    "js_repl", "js_repl_reset",
  ],
  file_read: ["read_file", "view_image"],
  file_edit: ["apply_patch"],
  search: ["grep_files", "list_dir", "find", "search"],
  sub_agent: [
    "spawn_agent", "send_input", "wait_agent", "close_agent", "resume_agent", "send_message", "followup_task",
    "interrupt_agent", "list_agents", "assign_task", "spawn_agents_on_csv", "report_agent_job_result",
  ],
  web: ["web_search", "web.run"],
  other: [
    "update_plan", "request_user_input", "request_user_input_async", "request_permissions", "tool_search", "image_gen",
    "image_generation", "list_mcp_resources", "list_mcp_resource_templates", "read_mcp_resource", "get_goal", "create_goal",
    "update_goal",
  ],
};

const kinds = new Map<string, ToolKind>(
  Object.entries(names).flatMap(([kind, list]) => list.map((name): [string, ToolKind] => [name, kind as ToolKind])),
);

/**
 * Kind of a tool of Codex (0.2x to 0.169) by its name. `wait` is for sub-agents where its input names some (`ids`), and else for
 * a script of code mode. MCP tools (`server__tool`, `mcp__server__tool`) are `other`; unknown names are guessed.
 */
export function codexToolKind(name: string, input: unknown): ToolKind {
  if (name === "wait") return isObject(input) && input["ids"] !== undefined ? "sub_agent" : "shell";
  return kinds.get(name) ?? (name.includes("__") ? "other" : inferToolKind(name));
}

/** Name of a tool with its namespace (0.12x and later): MCP servers and `web` are part of the name, groups of the tool's own are not. */
export function toolName(name: string, namespace: string | undefined): string {
  if (!namespace || name.startsWith(`${namespace}.`) || name.startsWith(namespace)) return name;
  if (namespace.startsWith("mcp__")) return `${namespace.replace(/_+$/, "")}__${name}`;
  return namespace === "web" ? `web.${name}` : name;
}
