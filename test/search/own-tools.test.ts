import { describe, expect, it } from "vitest";
import { isOwnTool } from "../../src/search/own-tools.js";
import { called, said, started, writeLog, type Line } from "../catalogue/log-lines.js";
import { openSearch } from "./open-search.js";

const result = (tool: string | null, id: string, output: string): Line => ({
  type: "tool_result",
  tool_name: tool,
  tool_id: id,
  success: true,
  output,
  error: null,
  data: null,
});

describe("isOwnTool()", () => {
  it.each([
    "mcp__session-log__search_sessions",
    "mcp__session_log__read_session",
    "mcp__plugin_logs_session-log__list_sessions",
    "mcp_session-log_emit_event",
    "session-log-session_stats",
    "session-log.wait_for_events",
    "session-log/import_sessions",
    "session-log__start_session",
    "Session-Log:end_session",
  ])("knows %s", (name) => {
    expect(isOwnTool(name)).toBe(true);
  });

  it.each(["search_sessions", "mcp__other__search_sessions", "mcp__my-session-logger__search_sessions", "mcp__session-log__other", "Bash", "", "session-log"])(
    "does not take %s for one",
    (name) => {
      expect(isOwnTool(name)).toBe(false);
    },
  );
});

describe.each(["words", "substring", "regex"] as const)("this server's own tools in a search for %s", (match) => {
  it("are left out wherever they were called, with their results, and counted", async () => {
    const { ask, logsDir } = openSearch();
    const own = "mcp__session-log__search_sessions";
    writeLog(logsDir, "s", [
      started(),
      called(own, { query: "needle" }, { tool_id: "t1" }),
      result(own, "t1", "needle found"),
      called("session-log-read_session", { session_id: "needle" }, { tool_id: "t2" }),
      result(null, "t2", "needle read"),
      said("the needle"),
      called("mcp__other__search", { query: "needle" }, { tool_id: "t3" }),
    ]);
    const page = await ask("needle", { match });
    expect(page.hits.map(({ seq }) => seq)).toEqual([7, 6]);
    expect(page).toMatchObject({ total: 2, excluded: 4 });
    expect(await ask("needle", { match, tool: "mcp__session-log__*" })).toMatchObject({ total: 2, excluded: 0 });
    expect(await ask("needle", { match, role: "tool_input" })).toMatchObject({ total: 1, excluded: 2 });
  });
});
