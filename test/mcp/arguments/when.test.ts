import { describe, expect, it } from "vitest";
import { whenArgument } from "../../../src/mcp/arguments/when.js";

const nowMs = Date.UTC(2026, 0, 10);

describe("whenArgument()", () => {
  it.each([
    ["2026-01-05T12:00:00+02:00", Date.UTC(2026, 0, 5, 10)],
    ["2026-01-05", Date.UTC(2026, 0, 5)],
    ["3d", nowMs - 3 * 864e5],
    ["30m", nowMs - 18e5],
    [" 1w ", nowMs - 7 * 864e5],
  ])("reads %j", (text, ms) => expect(whenArgument("since", text, { nowMs })).toBe(ms));

  it("gives nothing for nothing", () => expect(whenArgument("since", undefined, { nowMs })).toBeUndefined());

  it.each(["yesterday", "2026-13-01", "3y", "-1d", "2026-01-05T12:00:00"])("refuses %j with name, value and forms", (text) => {
    expect(() => whenArgument("until", text, { nowMs })).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.stringMatching(`until "${text}".*RFC 3339`) as string }));
  });
});
