import { expect, test } from "vitest";
import { callProgress } from "../../src/mcp/call-progress.js";

function tell() {
  const told: number[] = [];
  let nowMs = 0;
  const progress = callProgress(({ progress: far }) => void told.push(far), { now: () => nowMs });
  return { told, at: (ms: number, far: number, total?: number) => ((nowMs = ms), progress({ progress: far, ...(total !== undefined && { total }) })) };
}

test("the first progress is told at once, later ones ten times a second at most", () => {
  const { told, at } = tell();
  for (let ms = 0; ms <= 300; ms += 10) at(ms, ms + 1);
  expect(told).toEqual([1, 101, 201, 301]);
});

test("what does not go on is not told, as where a search begins anew elsewhere", () => {
  const { told, at } = tell();
  for (const [nth, far] of [0, 50, 50, 0, 49, 51].entries()) at(nth * 1_000, far);
  expect(told).toEqual([0, 50, 51]);
});

test("the whole is left to the answer, however late it comes", () => {
  const { told, at } = tell();
  at(0, 1, 3);
  at(1, 2, 3);
  at(2_000, 3, 3);
  expect(told).toEqual([1]);
});
