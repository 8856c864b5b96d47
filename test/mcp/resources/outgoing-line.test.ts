import { expect, test } from "vitest";
import { maskSecrets } from "../../../src/mask/mask-secrets.js";
import { maxLineBytes, outgoingLine } from "../../../src/mcp/resources/outgoing-line.js";

const same = (text: string): string => text;
const mask = (text: string): string => text.replaceAll(/sk-\w+/g, "[secret:key]");

function line(fields: Record<string, unknown>): string {
  return JSON.stringify({ seq: 1, ts: "2026-11-22T17:00:00.000Z", provider: "claude", wrapper_session_id: "s", type: "tool_result", ...fields });
}

test("a line without secrets leaves as it was logged", () => {
  const raw = line({ output: "a\nb \"quoted\" ä😀", data: { n: 1.5 } }).replace("1.5", "12345678901234567890");
  expect(outgoingLine(raw, mask)).toBe(raw);
});

test("secrets go from strings at any depth, and the line still parses", () => {
  const raw = line({ output: 'say "sk-abc"\n', data: { list: [{ deep: "x sk-def y" }] } });
  const event = JSON.parse(outgoingLine(raw, mask)) as { output: string; data: unknown };
  expect(event.output).toBe('say "[secret:key]"\n');
  expect(event.data).toEqual({ list: [{ deep: "x [secret:key] y" }] });
});

test("a secret goes that only its key tells, and one that is a key itself", () => {
  const raw = line({ type: "tool_call", input: { password: "hunter2hunter2XY", env: { [`ghp_${"a1B2".repeat(9)}`]: 1 } } });
  const { input } = JSON.parse(outgoingLine(raw, maskSecrets)) as { input: unknown };
  expect(input).toEqual({ password: "[secret:password]", env: { "[secret:github-token]": 1 } });
});

test("a secret goes even where its replacement is as long", () => {
  expect(outgoingLine(line({ output: "key abc" }), (text) => text.replace("abc", "***"))).toContain("key ***");
});

test.each([
  ["one long string", { output: "x".repeat(200_000) }],
  ["code points of four bytes", { output: "😀".repeat(60_000) }],
  ["characters that JSON escapes", { output: "\u0001".repeat(100_000) }],
  ["many strings", { data: Array.from({ length: 5000 }, (_, index) => `part ${index} of the output`) }],
  ["many parts without strings", { data: Array.from({ length: 60_000 }, (_, index) => index) }],
  ["a line that was cut before", { output: "x".repeat(100_000), truncated: 1000 }],
])("a line over 64 KiB with %s is cut and says by how many bytes", (_what, fields) => {
  const raw = line(fields);
  const outgoing = outgoingLine(raw, same);
  expect(Buffer.byteLength(outgoing)).toBeLessThanOrEqual(maxLineBytes);
  expect(Buffer.from(outgoing).toString()).toBe(outgoing);
  const event = JSON.parse(outgoing) as Record<string, unknown>;
  expect(event).toMatchObject({ seq: 1, type: "tool_result", wrapper_session_id: "s" });
  const before = (fields as { truncated?: number }).truncated ?? 0;
  expect(event["truncated"]).toBeGreaterThan(before + 1000);
});

test("a secret does not come out through a cut", () => {
  const secret = `sk-${"a".repeat(40)}`;
  for (let at = maxLineBytes - 400; at < maxLineBytes; at += 3) {
    expect(outgoingLine(line({ output: `${"-".repeat(at)}${secret}${"-".repeat(50_000)}` }), mask)).not.toContain("aaaa");
  }
});
