// One row of the table: what was measured, and whether its budget is held.
import { quantile } from "./timing.mjs";

/** @param values One value, or those of all rounds. */
function summary(values) {
  const samples = [values].flat();
  const at = (share) => Number(quantile(samples, share).toPrecision(4));
  return { median: at(0.5), q1: at(0.25), q3: at(0.75), samples: samples.length };
}

/**
 * @param measured.ours One number, or those of all rounds.
 * @param measured.floor The same of the floor or peer called `floorName`; may be missing.
 * @param budget `most`: greatest median. `times`: greatest ratio to the floor; without a floor nothing is said of it. None: nothing is held.
 */
export function row(what, { ours, floor, floorName, unit = "ms", note }, budget = {}) {
  const [mine, other] = [summary(ours), floor === undefined ? undefined : { name: floorName, ...summary(floor) }];
  const ratio = other && other.median > 0 ? Number((mine.median / other.median).toPrecision(3)) : null;
  const { most, times } = budget;
  const held = most !== undefined ? mine.median <= most : times !== undefined && ratio !== null ? ratio <= times : null;
  return { what, unit, ours: mine, floor: other ?? null, ratio, budget: most !== undefined || times !== undefined ? budget : null, held, ...(note !== undefined && { note }) };
}

/** A row of what must be so. @param found What was found, in words. */
export function check(what, isSo, found) {
  return { what, unit: "", ours: null, floor: null, ratio: null, budget: { equal: true }, held: isSo, note: found };
}
