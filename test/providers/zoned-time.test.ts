import { describe, expect, test } from "vitest";
import { nextZonedTime, type ZonedTime } from "../../src/providers/zoned-time.js";

const after = (at: string, time: ZonedTime) => {
  const ms = nextZonedTime(time, Date.parse(at));
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

describe("nextZonedTime()", () => {
  test("takes today's time where it is still to come, else tomorrow's", () => {
    const time = { hour: 15, minute: 0, zone: "America/Bogota" };
    expect(after("2026-03-02T19:59:59Z", time)).toBe("2026-03-02T20:00:00.000Z");
    expect(after("2026-03-02T20:00:00Z", time)).toBe("2026-03-03T20:00:00.000Z");
  });

  test("takes the day of the zone, not of UTC", () => {
    expect(after("2026-03-02T20:00:00Z", { hour: 1, minute: 30, zone: "Asia/Dhaka" })).toBe("2026-03-03T19:30:00.000Z");
    expect(after("2026-03-02T01:00:00Z", { hour: 23, minute: 0, zone: "America/Los_Angeles" })).toBe("2026-03-02T07:00:00.000Z");
  });

  test("knows zones that are not whole hours away", () => {
    expect(after("2026-03-02T00:00:00Z", { hour: 11, minute: 30, zone: "Asia/Calcutta" })).toBe("2026-03-02T06:00:00.000Z");
    expect(after("2026-03-02T00:00:00Z", { hour: 12, minute: 0, zone: "Asia/Kathmandu" })).toBe("2026-03-02T06:15:00.000Z");
  });

  test("is right on both sides of a change of clocks", () => {
    const time = { hour: 9, minute: 0, zone: "America/New_York" };
    expect(after("2026-03-07T15:00:00Z", time)).toBe("2026-03-08T13:00:00.000Z");
    expect(after("2026-03-06T15:00:00Z", time)).toBe("2026-03-07T14:00:00.000Z");
    expect(after("2026-10-31T14:00:00Z", time)).toBe("2026-11-01T14:00:00.000Z");
  });

  test("takes the earlier of two equal times, and moves one that no clock shows behind the gap", () => {
    const zone = "America/New_York";
    expect(after("2026-11-01T00:00:00Z", { hour: 1, minute: 30, zone })).toBe("2026-11-01T05:30:00.000Z");
    expect(after("2026-03-08T05:00:00Z", { hour: 2, minute: 30, zone })).toBe("2026-03-08T07:30:00.000Z");
  });

  test("takes the next such date, over the turn of the year", () => {
    const zone = "America/New_York";
    expect(after("2026-04-30T00:00:00Z", { month: 5, day: 5, hour: 21, minute: 0, zone })).toBe("2026-05-06T01:00:00.000Z");
    expect(after("2026-12-31T00:00:00Z", { month: 1, day: 2, hour: 9, minute: 0, zone })).toBe("2027-01-02T14:00:00.000Z");
  });

  test("gives nothing for a zone or a time that there is not", () => {
    expect(after("2026-03-02T00:00:00Z", { hour: 9, minute: 0, zone: "Middle/Earth" })).toBeUndefined();
    expect(after("2026-03-02T00:00:00Z", { hour: 25, minute: 0, zone: "UTC" })).toBeUndefined();
  });
});
