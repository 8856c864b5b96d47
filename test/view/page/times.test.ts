import { expect, it } from "vitest";
import { amount, clock, dateAndClock, dayName, span } from "../../../src/view/page/times.js";

const now = new Date(2026, 10, 23, 12, 0).getTime();
const at = (...parts: [number, number, number, number?, number?]) => new Date(...parts).toISOString();

it("names days by how far they are", () => {
  expect(dayName(at(2026, 10, 23, 0, 1), now)).toBe("Today");
  expect(dayName(at(2026, 10, 22, 23, 59), now)).toBe("Yesterday");
  expect(dayName(at(2026, 10, 18), now)).toBe("Wednesday");
  expect(dayName(at(2026, 10, 10), now)).toBe("November 10");
  expect(dayName(at(2025, 10, 10), now)).toBe("November 10, 2025");
  expect(dayName("never", now)).toBe("Undated");
});

it("shows times of the reader's day, and nothing for none", () => {
  expect(clock(at(2026, 10, 23, 9, 5))).toBe("09:05");
  expect(dateAndClock(at(2026, 10, 22, 0, 0), now)).toBe("Yesterday, 00:00");
  expect([clock("never"), dateAndClock("never", now)]).toEqual(["", ""]);
});

it("keeps spans and amounts short", () => {
  expect([0, 59_000, 60_000, 3_600_000, 12_000_000, 200_000_000].map(span)).toEqual(["0 s", "59 s", "1 min", "1 h", "3 h 20 min", "2 d 7 h"]);
  expect([950, 9_999, 12_340, 123_400, 4_100_000].map(amount)).toEqual(["950", "9,999", "12.3k", "123k", "4.1M"]);
});
