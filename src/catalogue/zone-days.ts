import { CoreError } from "../errors.js";
import { quarterMs } from "./session-stats.js";

const dayMs = 86_400_000;
const quartersPerDay = dayMs / quarterMs;
const minutesPerQuarter = 15;
/** Keeps the division of SQL, which rounds towards 0, among positive numbers. */
const farBackDays = 1_000_000;

/** From that quarter of an hour on (counted since the epoch) clocks are so many quarters ahead of UTC. */
interface OffsetPeriod {
  fromQuarter: number;
  offsetQuarters: number;
}

/** The calendar days of a time zone, as far as they are asked for: numbered since 1970-01-01. */
export class ZoneDays {
  readonly #periods: readonly OffsetPeriod[];

  /**
   * @param timeZone IANA name. @param utcDays The days in UTC, since the epoch and ascending, of all times that will be asked for.
   * @throws {CoreError} `INVALID_ARGUMENT` for a time zone that nobody knows.
   */
  constructor(timeZone: string, utcDays: readonly number[]) {
    this.#periods = offsetPeriods(offsetsOf(timeZone), utcDays);
  }

  /** Number of the day in which that time lies. */
  dayOf(ms: number): number {
    const quarter = Math.floor(ms / quarterMs);
    const period = this.#periods.findLast(({ fromQuarter }) => fromQuarter <= quarter) ?? this.#periods[0];
    return Math.floor((quarter + (period?.offsetQuarters ?? 0)) / quartersPerDay);
  }

  /** The first quarter after `ms` that belongs to another day, in milliseconds since the epoch. */
  nextDayMs(ms: number): number {
    const day = this.dayOf(ms);
    let next = (Math.floor(ms / quarterMs) + 1) * quarterMs;
    while (this.dayOf(next) === day) next += quarterMs;
    return next;
  }

  /** SQL for the number of the day in which a quarter of an hour lies. @param quarter SQL for the quarter. */
  sql(quarter: string): string {
    const cases = this.#periods.slice(1).map(({ fromQuarter }, nth) => `WHEN ${quarter} < ${fromQuarter} THEN ${this.#periods[nth]?.offsetQuarters ?? 0}`);
    const last = this.#periods.at(-1)?.offsetQuarters ?? 0;
    const offset = cases.length === 0 ? String(last) : `CASE ${cases.join(" ")} ELSE ${last} END`;
    return `(${quarter} + ${offset} + ${farBackDays * quartersPerDay}) / ${quartersPerDay} - ${farBackDays}`;
  }
}

/** `YYYY-MM-DD` of a numbered day. */
export function dayText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** SQL for the number of the UTC day of a quarter. @param quarter SQL for the quarter. */
export function utcDaySql(quarter: string): string {
  return `(${quarter} + ${farBackDays * quartersPerDay}) / ${quartersPerDay} - ${farBackDays}`;
}

function offsetPeriods(offsetAt: (quarter: number) => number, utcDays: readonly number[]): OffsetPeriod[] {
  const periods: OffsetPeriod[] = [];
  const add = (fromQuarter: number, offsetQuarters: number): void => {
    if (periods.at(-1)?.offsetQuarters !== offsetQuarters) periods.push({ fromQuarter, offsetQuarters });
  };
  for (const day of utcDays) {
    const [first, next] = [day * quartersPerDay, (day + 1) * quartersPerDay];
    add(first, offsetAt(first));
    if (offsetAt(next) !== offsetAt(first)) add(firstWithOffsetOf(next, first, offsetAt), offsetAt(next));
  }
  return periods;
}

/** The first quarter after `from` that has the offset of `to`: clocks change at most once a day. */
function firstWithOffsetOf(to: number, from: number, offsetAt: (quarter: number) => number): number {
  const wanted = offsetAt(to);
  let other = from;
  let found = to;
  while (found - other > 1) {
    const middle = (found + other) >> 1;
    if (offsetAt(middle) === wanted) found = middle;
    else other = middle;
  }
  return found;
}

function offsetsOf(timeZone: string): (quarter: number) => number {
  const format = formatOf(timeZone);
  const known = new Map<number, number>();
  const ask = (quarter: number): number => {
    const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(format.format(quarter * quarterMs)) ?? [];
    const offset = Math.round((Number(hours ?? 0) * 60 + Number(minutes ?? 0)) / minutesPerQuarter);
    return sign === "-" ? -offset : offset;
  };
  return (quarter) => {
    const offset = known.get(quarter) ?? ask(quarter);
    known.set(quarter, offset);
    return offset;
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    // The cheapest form that tells the offset: "1/31/2026, GMT+05:30", or "GMT" alone.
    return new Intl.DateTimeFormat("en-US", { timeZoneName: "longOffset", timeZone });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const shown = JSON.stringify(timeZone.slice(0, 64));
    throw new CoreError("INVALID_ARGUMENT", `timezone ${shown} is not known. Give an IANA name, such as Europe/Berlin or UTC.`, { cause: error });
  }
}
