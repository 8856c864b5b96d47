import { expect, it } from "vitest";
import { ProgressLine } from "../../src/cli/progress-line.js";

function lineOn(isErrTerminal: boolean, columns = 80) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const line = new ProgressLine({ err: (text) => void written.push(text), isErrTerminal, columns }, { now: () => clock.ms });
  return { line, written, clock };
}

it("says nothing of work that takes less than a second, then writes over one line on a terminal", () => {
  const { line, written, clock } = lineOn(true);
  clock.ms = 999;
  line.show({ done: 1, total: 4, unit: "sessions" });
  line.clear();
  expect(written).toEqual([]);
  clock.ms = 2000;
  line.show({ title: "catalogue", done: 1, total: 4, unit: "sessions" });
  clock.ms = 2050;
  line.show({ title: "catalogue", done: 2, total: 4, unit: "sessions" });
  clock.ms = 4000;
  line.show({ title: "catalogue", done: 2, total: 4, unit: "sessions" });
  line.clear();
  line.clear();
  expect(written).toEqual([
    "\r\u001b[K[#####---------------] catalogue: 25 %, 1 of 4 sessions, 0 s left",
    "\r\u001b[K[##########----------] catalogue: 50 %, 2 of 4 sessions, 2 s left",
    "\r\u001b[K",
  ]);
});

it("says bytes in MB with their rate, and ends at 100 %", () => {
  const { line, written, clock } = lineOn(true);
  clock.ms = 2000;
  line.show({ done: 30e6, total: 30e6, unit: "bytes", more: "2 of 2 files" });
  expect(written).toEqual(["\r\u001b[K[####################] 100 %, 30.0 of 30.0 MB, 15.0 MB/s, 2 of 2 files"]);
});

it("keeps to one line of the terminal, the time left before what may be cut", () => {
  const { line, written, clock } = lineOn(true, 60);
  clock.ms = 2000;
  line.show({ done: 30e6, total: 60e6, unit: "bytes", more: "2 of 4 files, 1,234 events" });
  expect(written).toEqual(["\r\u001b[K[##########----------] 50 %, 30.0 of 60.0 MB, 15.0 MB/s, 2…"]);
});

it("writes a whole line every ten seconds where nobody could write over it", () => {
  const { line, written, clock } = lineOn(false);
  for (clock.ms = 0; clock.ms <= 25_000; clock.ms += 1000) line.show({ done: clock.ms, total: 100_000, unit: "sessions" });
  line.clear();
  expect(written).toEqual(["10 %, 10000 of 100000 sessions, 90 s left\n", "20 %, 20000 of 100000 sessions, 80 s left\n"]);
});
