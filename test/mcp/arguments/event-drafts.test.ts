import { describe, expect, it } from "vitest";
import { CoreError } from "../../../src/errors.js";
import { emittableTypes, eventDrafts, eventKindsText } from "../../../src/mcp/arguments/event-drafts.js";
import { eventKinds, eventTypes, serializeEvent } from "../../../src/schema/event.js";

const drafts = (...events: Record<string, unknown>[]) => eventDrafts(events, { sourceKind: "wrapper", place: (index) => `events[${index}]` });
const one = (event: Record<string, unknown>) => drafts(event)[0];

/** The words of the `INVALID_EVENT` that these events meet. */
function refusal(...events: Record<string, unknown>[]): string {
  try {
    drafts(...events);
  } catch (error) {
    if (error instanceof CoreError && error.code === "INVALID_EVENT") return error.message;
    throw error;
  }
  throw new Error("Nothing was refused");
}

describe("eventDrafts()", () => {
  it("makes missing options null, leaves omittable fields out and fills in role and tool_kind", () => {
    expect(one({ type: "user_message", content: "hi" })).toEqual({ sourceKind: "wrapper", kind: { type: "user_message", role: "user", content: "hi", message_id: null } });
    expect(one({ type: "tool_call", tool_name: "Bash" })?.kind).toEqual({ type: "tool_call", tool_name: "Bash", tool_kind: "shell", tool_id: null, input: null });
    expect(one({ type: "tool_call", tool_name: "Bash", tool_kind: "web" })?.kind).toMatchObject({ tool_kind: "web" });
    expect(one({ type: "usage", input_tokens: 1, output_tokens: 2, model: null })?.kind).toEqual({ type: "usage", input_tokens: 1, output_tokens: 2 });
    expect(one({ type: "tool_result" })?.kind).not.toHaveProperty("tool_kind");
  });

  it("takes ts in any RFC 3339 form, and the fields that any event may carry", () => {
    expect(one({ type: "stderr", message: "x", ts: "2026-01-05T12:00:00.123456789+02:00", agent_id: "a", parent_tool_id: "t", key: "k" })).toEqual({
      sourceKind: "wrapper",
      kind: { type: "stderr", message: "x" },
      ts: "2026-01-05T10:00:00.123Z",
      extras: { agent_id: "a", parent_tool_id: "t", key: "k" },
    });
  });

  it.each([
    [{ type: "user_message" }, "events[0].content"],
    [{ type: "user_message", content: 1 }, "events[0].content"],
    [{ type: "user_message", content: "x", extra: 1 }, '"extra"'],
    [{ type: "user_message", content: "x", seq: 1 }, '"seq"'],
    [{ type: "user_message", content: "x", ts: "yesterday" }, "events[0].ts"],
    [{ type: "user_message", content: "x", key: "" }, "events[0].key"],
    [{ type: "tool_call", tool_name: "T", tool_kind: "magic" }, "events[0].tool_kind"],
    [{ type: "usage", input_tokens: -1, output_tokens: 1 }, "events[0].input_tokens"],
    [{ type: "no_kind" }, "events[0].type"],
    [{ content: "x" }, "events[0].type"],
    [{ type: "session_started", command: "x" }, "start_session"],
    [{ type: "session_ended", success: true }, "end_session"],
    [{ type: "heartbeat" }, "heartbeat"],
    [{ type: "toString" }, 'events[0].type is "toString". Give one of'],
  ])("refuses %j naming %s", (event, name) => expect(refusal(event)).toContain(name));

  it("names the event that is wrong, and says nothing of what it holds", () => {
    const message = refusal({ type: "stderr", message: "fine" }, { type: "stderr", message: { private: "words" } });
    expect(message).toContain("events[1].message");
    expect(message).not.toContain("words");
  });

  it("refuses what is nested too deep to be read again", () => {
    const nested = (levels: number): unknown => (levels === 0 ? [] : [nested(levels - 1)]);
    expect(refusal({ type: "provider_status", message: "x", data: nested(300) })).toContain("events[0] is nested");
    expect(one({ type: "provider_status", message: "x", data: nested(100) })).toBeDefined();
  });

  it("takes every kind with its required fields only, in the order of the line", () => {
    const values: Record<string, unknown> = { granted: true, input_tokens: 1, output_tokens: 1 };
    for (const type of emittableTypes) {
      const names = Object.entries(eventKinds[type].shape).filter(([name, field]) => name !== "type" && !field.safeParse(undefined).success);
      const event = { type, ...Object.fromEntries(names.map(([name]) => [name, values[name] ?? "x"])) };
      const draft = one(event);
      const head = { seq: 1, ts: "t", provider: "p", wrapper_session_id: "s", provider_session_id: null, source_kind: "wrapper", completeness: "full" } as const;
      const line = JSON.parse(serializeEvent({ ...head, ...draft!.kind })) as object;
      expect(line).toMatchObject(event);
    }
  });
});

describe("eventKindsText", () => {
  it("names every kind that may be emitted with each of its fields", () => {
    expect(emittableTypes).toHaveLength(eventTypes.length - 3);
    for (const type of emittableTypes) {
      const said = new RegExp(`\\b${type}\\(([^)]*)\\)`).exec(eventKindsText)?.[1]?.split(" ").map((word) => word.replace("?", ""));
      expect(said).toEqual(Object.keys(eventKinds[type].shape).filter((name) => name !== "type"));
    }
  });
});
