import { describe, expect, it } from "vitest";
import type { SearchQuery } from "../../src/schema/ports.js";
import { answered, called, said, started, status, writeLog, type Line } from "../catalogue/log-lines.js";
import { openSearch, type Opened } from "./open-search.js";

const minuteMs = 60_000;
const firstMs = Date.UTC(2026, 0, 1);
const result = (tool: string | null, id: string | null, output: string): Line => ({
  type: "tool_result",
  tool_name: tool,
  tool_id: id,
  success: true,
  output,
  error: null,
  data: null,
});

/** Events `needle` of several sessions, a minute apart, numbered through. */
function filledHome(): Opened {
  const opened = openSearch();
  const { logsDir } = opened;
  writeLog(logsDir, "one", [
    started({ cwd: "/repo/app" }),
    said("needle prompt"),
    { type: "reasoning", content: "needle thought", message_id: null },
    answered("needle answer"),
    called("Bash", { command: "needle" }, { tool_id: "b1", tool_kind: "shell" }),
    result("Bash", "b1", "needle output"),
    called("Read", { file_path: "/repo/app/src/a.ts", note: "needle" }, { tool_id: "r1" }),
    result(null, "r1", "needle of the file"),
    called("Edit", { file_path: "src/b.ts", note: "needle" }, { tool_id: "e1" }),
  ]);
  writeLog(logsDir, "two", [started({ cwd: "/repo/application" }), said("needle two")], { firstSeq: 20, provider: "codex" });
  writeLog(logsDir, "three", [started(), status("workspace", "/repo/app/sub"), said("needle three")], { firstSeq: 30, provider: "gemini" });
  return opened;
}

const cases: [string, Partial<SearchQuery>, string[]][] = [
  ["nothing", {}, ["three/32", "two/21", "one/9", "one/8", "one/7", "one/6", "one/5", "one/4", "one/3", "one/2"]],
  ["a provider", { provider: "codex" }, ["two/21"]],
  ["a workspace and what is below it", { workspace: "/repo/app" }, ["three/32", "one/9", "one/8", "one/7", "one/6", "one/5", "one/4", "one/3", "one/2"]],
  ["a workspace as a path of another form", { workspace: "/repo/app/sub/../sub/" }, ["three/32"]],
  ["a session, in any case", { sessionId: "TWO" }, ["two/21"]],
  ["a session that is not there", { sessionId: "nobody" }, []],
  ["types", { types: ["user_message", "reasoning"] }, ["three/32", "two/21", "one/3", "one/2"]],
  ["the role of a user", { role: "user" }, ["three/32", "two/21", "one/2"]],
  ["the role of an assistant", { role: "assistant" }, ["one/4"]],
  ["reasoning", { role: "reasoning" }, ["one/3"]],
  ["tool inputs", { role: "tool_input" }, ["one/9", "one/7", "one/5"]],
  ["tool outputs", { role: "tool_output" }, ["one/8", "one/6"]],
  ["a role and other types", { role: "user", types: ["reasoning"] }, []],
  ["a tool", { tool: "Bash" }, ["one/6", "one/5"]],
  ["a tool whose result does not name it", { tool: "read" }, ["one/8", "one/7"]],
  ["tools by their beginning", { tool: "e*" }, ["one/9"]],
  ["kinds of tools, given and inferred", { toolKinds: ["file_read", "shell"] }, ["one/8", "one/7", "one/6", "one/5"]],
  ["a whole path of a file, and the result of the call", { file: "/repo/app/src/a.ts" }, ["one/8", "one/7"]],
  ["the end of a path", { file: "src/b.ts" }, ["one/9"]],
  ["the name of a file alone", { file: "b.ts" }, ["one/9"]],
  ["a file that nobody touched", { file: "c.ts" }, []],
  ["a first moment, that moment included", { sinceMs: firstMs + 21 * minuteMs }, ["three/32", "two/21"]],
  ["a last moment, that moment included", { untilMs: firstMs + 3 * minuteMs }, ["one/3", "one/2"]],
  ["several of them", { provider: "claude", role: "tool_input", toolKinds: ["shell"], sinceMs: firstMs, untilMs: firstMs + 5 * minuteMs }, ["one/5"]],
];

describe.each(["words", "substring", "regex"] as const)("filters of a search for %s", (match) => {
  it.each(cases)("leave what %s asks for", async (_name, filter, expected) => {
    const { ask, find } = filledHome();
    expect(await find("needle", { match, ...filter })).toEqual(expected);
    const page = await ask("needle", { match, ...filter });
    expect(page).toMatchObject({ total: expected.length, totalIsExact: true, excluded: 0 });
  });

  it("count before the limit", async () => {
    const { ask } = filledHome();
    const page = await ask("needle", { match, role: "tool_input", limit: 1 });
    expect(page.hits.map(({ seq }) => seq)).toEqual([9]);
    expect(page.total).toBe(3);
  });

  it("name the tool of a hit, also of a result that does not", async () => {
    const { ask } = filledHome();
    const page = await ask("needle", { match, tool: "Read" });
    expect(page.hits.map(({ tool, type }) => [tool, type])).toEqual([["Read", "tool_result"], ["Read", "tool_call"]]);
  });

  it("say how many lie outside a workspace, where there are none inside", async () => {
    const { ask } = filledHome();
    expect(await ask("needle", { match, workspace: "/elsewhere" })).toMatchObject({ hits: [], total: 0, elsewhere: 10 });
    expect(await ask("needle", { match, workspace: "/elsewhere", role: "user" })).toMatchObject({ hits: [], elsewhere: 3 });
    expect((await ask("needle", { match, workspace: "/repo" })).elsewhere).toBeUndefined();
    expect((await ask("absent", { match, workspace: "/elsewhere" })).elsewhere).toBe(0);
  });

  it("leave out the asking session, and count its matches", async () => {
    const { ask, find } = filledHome();
    expect(await find("needle", { match, askingSessionId: "ONE" })).toEqual(["three/32", "two/21"]);
    expect(await ask("needle", { match, askingSessionId: "one" })).toMatchObject({ total: 2, excluded: 8 });
    expect(await ask("needle", { match, askingSessionId: "one", role: "tool_input" })).toMatchObject({ total: 0, excluded: 3 });
    expect(await ask("needle", { match, askingSessionId: "one", sessionId: "one" })).toMatchObject({ total: 8, excluded: 0 });
    expect(await ask("needle", { match, askingSessionId: "nobody" })).toMatchObject({ total: 10, excluded: 0 });
  });
});
