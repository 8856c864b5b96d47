import { inferToolKind, type ToolKind } from "../../schema/tool-kind.js";

const names: Readonly<Partial<Record<ToolKind, readonly string[]>>> = {
  shell: ["Bash", "BashOutput", "KillBash", "KillShell", "Monitor", "PowerShell"],
  file_read: ["Read"],
  file_write: ["Write"],
  file_edit: ["Edit", "MultiEdit"],
  search: ["Glob", "Grep", "LS", "LSP"],
  sub_agent: ["Task", "Agent", "AgentOutputTool", "SendMessage", "TeamCreate", "TeamDelete", "Workflow"],
  web: ["WebFetch", "WebSearch", "web_search", "web_fetch"],
  notebook: ["NotebookEdit", "NotebookRead"],
  other: [
    "TodoWrite", "TodoRead", "TaskCreate", "TaskGet", "TaskList", "TaskUpdate", "TaskOutput", "TaskStop",
    "EnterPlanMode", "ExitPlanMode", "exit_plan_mode", "AskUserQuestion", "Skill", "SlashCommand", "ToolSearch",
    "EnterWorktree", "ExitWorktree", "CronCreate", "CronDelete", "CronList", "ScheduleWakeup", "RemoteTrigger",
    "PushNotification", "Artifact", "StructuredOutput", "ListMcpResourcesTool", "ReadMcpResourceTool",
  ],
};

const kinds = new Map<string, ToolKind>(
  Object.entries(names).flatMap(([kind, list]) => list.map((name): [string, ToolKind] => [name, kind as ToolKind])),
);

/**
 * Kind of a tool of Claude Code 1.0.95 to 2.1.330 by its name; MCP tools are `other`, unknown names are guessed.
 */
export function claudeToolKind(name: string): ToolKind {
  return kinds.get(name) ?? (name.startsWith("mcp__") ? "other" : inferToolKind(name));
}

/** Kind of TaskOutput and TaskStop results, which the task's type decides; undefined where it says nothing. */
export function taskKind(taskType: string | undefined): ToolKind | undefined {
  if (taskType === "local_agent") return "sub_agent";
  return taskType === "local_bash" ? "shell" : undefined;
}
