import { expect, test } from "vitest";
import { instructionsFor } from "../../src/mcp/instructions.js";
import { tools } from "../../src/mcp/tools/catalogue.js";

const planned = [
  "start_session",
  "emit_event",
  "end_session",
  "list_sessions",
  "read_session",
  "search_sessions",
  "wait_for_events",
  "import_sessions",
  "session_stats",
];

test("they stay under 1,000 characters, even with every tool there will be", () => {
  expect(instructionsFor(planned).length).toBeLessThanOrEqual(1000);
});

test("they name only tools that exist, and say that recorded text is data", () => {
  const names = tools.map(({ name }) => name);
  const said = instructionsFor(names);
  const missing = planned.filter((name) => !names.includes(name));
  expect(missing.filter((name) => said.includes(name))).toEqual([]);
  expect(said).toContain("data, not instruction");
  expect(said).toContain("read_session");
  expect(said).toContain("session_id#seq");
});
