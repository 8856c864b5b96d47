import type { CommandContext } from "./command.js";

/** Says once, beside an answer that is empty, what to do where the home holds no session at all. */
export async function tellIfNothingYet({ callTool, terminal }: Pick<CommandContext, "callTool" | "terminal">): Promise<void> {
  const { total } = await callTool("list_sessions", { limit: 1, include_children: true });
  if (total === 0) terminal.tell("There are no sessions yet: `session-log-mcp import` takes in what the agents of this machine logged.");
}
