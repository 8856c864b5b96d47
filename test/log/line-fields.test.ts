import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leadingSeq, leadingType, lineKeys } from "../../src/log/line-fields.js";
import { serializeEvent, type AgentLogEvent } from "../../src/schema/event.js";

const tricky = fc.oneof(
  fc.string(),
  fc.constantFrom('","origin":"x"', ',"key":"k"}', '{"seq":1,"type":"session_ended"}', '\\","type":"heartbeat', "\n", "€"),
);
const nested = fc.oneof(tricky, fc.record({ type: tricky, origin: tricky, key: tricky }), fc.array(fc.record({ key: tricky })));
const optional = (arbitrary: fc.Arbitrary<string>) => fc.option(arbitrary, { nil: undefined });

const events = fc
  .record({
    seq: fc.nat(),
    provider_session_id: fc.option(tricky),
    content: tricky,
    input: nested,
    isCall: fc.boolean(),
    extras: fc.record({ origin: optional(tricky), key: optional(tricky), agent_id: optional(tricky), parent_tool_id: optional(tricky), truncated: fc.option(fc.nat(), { nil: undefined }) }),
  })
  .map(({ seq, provider_session_id, content, input, isCall, extras }) => {
    const kind = isCall
      ? { type: "tool_call", tool_name: content, tool_kind: "other", tool_id: null, input }
      : { type: "user_message", role: "user", content, message_id: null };
    const head = { seq, ts: "2026-01-05T10:11:12.013Z", provider: "acme", wrapper_session_id: "s", provider_session_id };
    return { ...head, source_kind: "wrapper", completeness: "full", ...kind, ...extras } as AgentLogEvent;
  });

describe("The cheap looks at a line", () => {
  it("say what parsing the line says, whatever stands in its texts and inputs", () => {
    fc.assert(
      fc.property(events, (event) => {
        const line = Buffer.from(serializeEvent(event));
        expect(leadingSeq(line, 0)).toBe(event.seq);
        expect(leadingType(line)).toBe(event.type);
        const { origin, key } = event;
        expect(lineKeys(line)).toEqual({ ...(origin === undefined ? {} : { origin }), ...(key === undefined ? {} : { key }) });
      }),
      { numRuns: 500 },
    );
  });

  it("fall back to parsing for lines of another shape", () => {
    const line = Buffer.from('{ "type": "stderr", "seq": 7, "key": "k", "origin": "o" }');
    expect(leadingSeq(line, 0)).toBe(-1);
    expect(leadingType(line)).toBe("stderr");
    expect(lineKeys(line)).toEqual({ origin: "o", key: "k" });
    const newer = Buffer.from('{"seq":7,"ts":"t","type":"stderr","message":"","origin":"o","newer":{"a":1}}');
    expect(lineKeys(newer)).toEqual({ origin: "o" });
    for (const broken of ['{"seq":7', '{"seq":x,', '{"seq":99999999999999999999,', "", "[]"]) {
      expect(leadingSeq(Buffer.from(broken), 0)).toBe(-1);
      expect(leadingType(Buffer.from(broken))).toBe("");
    }
  });
});
