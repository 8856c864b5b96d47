import { describe, expect, test } from "vitest";
import { wordedReset } from "../../../src/providers/codex/limit.js";

const ts = "2026-11-20T17:14:40.000Z";

describe("wordedReset()", () => {
  test.each([
    ["You’ve hit your usage limit. … or try again at Nov 30th, 2026 12:53 AM.", "UTC", "2026-11-30T00:53:00.000Z"],
    ["… try again at Mar 20th, 2027 3:36 PM.", "America/New_York", "2027-03-20T19:36:00.000Z"],
    ["… try again at 7:58 PM.", "Europe/Berlin", "2026-11-20T18:58:00.000Z"],
    ["… try again at 6:00 AM.", "UTC", "2026-11-21T06:00:00.000Z"],
    ["… try again at Dec 1st, 2026 12:00 PM.", "UTC", "2026-12-01T12:00:00.000Z"],
    ["… Try again in 3 days 4 hours 5 minutes.", "", "2026-11-23T21:19:40.000Z"],
    ["… try again in 1 hour.", "", "2026-11-20T18:14:40.000Z"],
  ])("reads %s in the zone %s", (text, zone, expected) => {
    expect(wordedReset(text, { ts, zone })).toBe(expected);
  });

  test.each([
    ["a time of day without a zone", "try again at 7:58 PM.", ""],
    ["a month that is none", "try again at Foo 3rd, 2026 7:58 PM.", "UTC"],
    ["a zone that nobody knows", "try again at 7:58 PM.", "Mars/Olympus"],
    ["no time at all", "try again later.", "UTC"],
  ])("tells nothing for %s", (_, text, zone) => {
    expect(wordedReset(text, { ts, zone })).toBe("");
  });
});
