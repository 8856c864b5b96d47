import { describe, expect, it } from "vitest";
import { nameResults } from "../../../src/mcp/arguments/name-results.js";
import type { EventDraft } from "../../../src/schema/event.js";
import { linesInMemory, logLine } from "../../helpers/lines-in-memory.js";

const draft = (kind: EventDraft["kind"]): EventDraft => ({ sourceKind: "wrapper", kind });
const result = (toolId: string | null, name: string | null = null) =>
  draft({ type: "tool_result", tool_name: name, tool_id: toolId, success: true, output: "x", error: null, data: null });
const call = draft({ type: "tool_call", tool_name: "Bash", tool_kind: "shell", tool_id: "t1", input: null });
const unread = () => {
  throw new Error("The log was read without need");
};

describe("nameResults()", () => {
  it("takes name and kind from the call in the same batch, without reading the log", () => {
    expect(nameResults([call, result("t1")], unread)[1]?.kind).toMatchObject({ tool_name: "Bash", tool_kind: "shell" });
  });

  it("takes them from the last call with that id in the log", () => {
    const lines = linesInMemory([
      logLine(1, { type: "tool_call", tool_name: "Old", tool_kind: "other", tool_id: "t2" }),
      logLine(2, { type: "tool_call", tool_name: "Read", tool_kind: "file_read", tool_id: "t2" }),
    ]);
    expect(nameResults([result("t2")], () => lines.backward("s", Infinity))[0]?.kind).toMatchObject({ tool_name: "Read", tool_kind: "file_read" });
  });

  it("leaves named results and those without a call as they are", () => {
    expect(nameResults([result("t1", "Mine"), result(null)], unread)).toEqual([result("t1", "Mine"), result(null)]);
    expect(nameResults([result("t9")], () => [])).toEqual([result("t9")]);
  });
});
