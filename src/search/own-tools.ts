/*
 * Each client puts its own prefix before the tools of a server: mcp__session-log__search_sessions (Claude Code, Codex),
 * mcp__plugin_<plugin>_session-log__… (its plugins), mcp_session-log_… (Gemini CLI), session-log-… (Copilot CLI),
 * session-log.… and session-log/… (others). Some write "_" for "-".
 */
const toolNames =
  "start_session|emit_event|end_session|list_sessions|read_session|search_sessions|wait_for_events|import_sessions|session_stats";
const ownTool = new RegExp(`(?:^|[-_.:/])session[-_]log[-_.:/]+(?:${toolNames})$`, "i");

/** Whether a tool is one of this server's, under whatever prefix: its calls hold what was searched for, its results what was found. */
export function isOwnTool(toolName: string): boolean {
  return ownTool.test(toolName);
}

/** Whether a `tool` filter asks for this server's own tools by name. */
export function asksForOwnTools(filter: string): boolean {
  return /session[-_]log/i.test(filter);
}
