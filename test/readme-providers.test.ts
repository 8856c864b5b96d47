import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ParsedEvent, Provider, SideContent } from "../src/providers/provider.js";
import { providers } from "../src/providers/registry.js";
import { readFixtures } from "./contracts/read-fixtures.js";
import { parseWhole } from "./helpers/parsed.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const columns: Readonly<Record<string, string>> = { "Claude Code": "claude", Codex: "codex", "Gemini CLI": "gemini", "Copilot CLI": "copilot" };

/** Side files as each provider writes them, by path below its root. */
const sideFiles: readonly [path: string, content: SideContent][] = [
  ["session_index.jsonl", { text: '{"id":"s","thread_name":"Tides","updated_at":"2026-11-22T17:00:00Z"}\n' }],
  ["tmp/w/logs.json", { text: '[{"sessionId":"s","messageId":0,"type":"user","message":"/clear","timestamp":"2026-11-22T17:00:00.000Z"}]' }],
  ["session-state/s/workspace.yaml", { text: "id: s\nname: Tides\n" }],
];

/** All that a provider's fixtures and side files say. */
function eventsOf(provider: Provider): Pick<ParsedEvent, "kind" | "agentId">[] {
  const beside = sideFiles.flatMap(([path, content]) => {
    const file = provider.classifySide?.("/root", path);
    return file ? (provider.parseSide?.(file, content) ?? []) : [];
  });
  const read = readFixtures(provider.name).flatMap(({ path, bytes, companions }) => {
    const file = provider.classify("/root", path);
    return file ? parseWhole(provider, bytes, { file, companions }).events : [];
  });
  return [...read, ...beside];
}

/** What shows that a provider tells something, by row of the table. */
const evidence: Readonly<Record<string, (event: Pick<ParsedEvent, "kind" | "agentId">) => boolean>> = {
  prompts: ({ kind }) => kind.type === "user_message",
  answers: ({ kind }) => kind.type === "assistant_message",
  reasoning: ({ kind }) => kind.type === "reasoning",
  "tool calls": ({ kind }) => kind.type === "tool_call",
  results: ({ kind }) => kind.type === "tool_result" && typeof (kind.data as { exit_code?: unknown } | null)?.exit_code === "number",
  "sub-agents": ({ kind, agentId }) => agentId !== undefined || (kind.type === "session_started" && kind.parent_session_id !== undefined),
  usage: ({ kind }) => kind.type === "usage",
  cost: ({ kind }) => kind.type === "usage" && typeof kind.total_cost_usd === "number",
  titles: ({ kind }) => kind.type === "provider_status" && kind.message === "title",
  "usage limits": ({ kind }) => kind.type === "usage_limit_hit",
  "end of session": ({ kind }) => kind.type === "session_ended",
  "what followed a `/clear`": ({ kind }) => kind.type === "session_cleared",
};

function tellsOtherwise(provider: Provider, row: string): boolean {
  if (row === "live") return provider.supports.tail;
  if (row === "end of session") return provider.supports.processFiles;
  return row === "what followed a `/clear`" && provider.processFilesTellClears === true;
}

function tableRows(): { head: string[]; rows: string[][] } {
  const start = readme.indexOf("| | Claude Code |");
  const lines = readme.slice(start, readme.indexOf("\n\n", start)).split("\n");
  const cells = (line: string) => line.split("|").slice(1, -1).map((cell) => cell.trim());
  return { head: cells(lines[0] ?? ""), rows: lines.slice(2).map(cells) };
}

describe("the README's table of what is read of each agent", () => {
  const { head, rows } = tableRows();

  it("has a column for every provider", () => {
    expect(head.slice(1).map((name) => columns[name])).toEqual(providers.map(({ name }) => name));
  });

  it.each(rows)("is true about %s", (row = "", ...cells) => {
    const shown = Object.fromEntries(providers.map(({ name }, index) => [name, cells[index]?.startsWith("yes")]));
    const isShown = evidence[row] ?? (() => false);
    const found = Object.fromEntries(providers.map((provider) => [provider.name, eventsOf(provider).some(isShown) || tellsOtherwise(provider, row)]));
    expect(shown).toEqual(found);
  });
});
