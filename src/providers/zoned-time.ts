/** A time of day on a wall clock in a named zone, with a date where one was given. */
export interface ZonedTime {
  /** 1 to 12. */
  month?: number;
  day?: number;
  /** 0 to 23. */
  hour: number;
  minute: number;
  /** IANA name, such as `Europe/Berlin`. */
  zone: string;
}

const dayMs = 86_400_000;

function formatter(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined; // no such zone
    throw error;
  }
}

/** What a clock of the zone shows at `ms`, as if that were UTC. */
function wallClock(format: Intl.DateTimeFormat, ms: number): number {
  const parts = new Map(format.formatToParts(ms).map((part) => [part.type, Number(part.value)]));
  const at = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(at("year"), at("month") - 1, at("day"), at("hour"), at("minute"), at("second"));
}

/**
 * The instant at which the zone's clock shows `wallMs`; of two (clocks set back) the earlier, and for none (set forward) the
 * instant that the offset before the change gives.
 */
function instantOf(format: Intl.DateTimeFormat, wallMs: number): number {
  const offsets = [wallMs - dayMs, wallMs + dayMs].map((ms) => wallClock(format, ms) - ms);
  const candidates = offsets.map((offset) => wallMs - offset).sort((a, b) => a - b);
  const [before = wallMs] = offsets;
  return candidates.find((ms) => wallClock(format, ms) === wallMs) ?? wallMs - before;
}

/**
 * The next instant after `afterMs` at which a clock in that zone shows the given time; with month and day, on that date.
 * @returns Milliseconds since the epoch; undefined for a zone that nobody knows, or a time that no clock shows.
 */
export function nextZonedTime({ month, day, hour, minute, zone }: ZonedTime, afterMs: number): number | undefined {
  const format = formatter(zone);
  if (!format || hour > 23 || minute > 59) return undefined;
  const today = new Date(wallClock(format, afterMs));
  const hasDate = month !== undefined && day !== undefined;
  for (let step = -1; step <= 2; step++) {
    const wallMs = hasDate
      ? Date.UTC(today.getUTCFullYear() + step, month - 1, day, hour, minute)
      : Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + step, hour, minute);
    if (hasDate && new Date(wallMs).getUTCDate() !== day) continue; // 29 February
    const ms = instantOf(format, wallMs);
    if (ms > afterMs) return ms;
  }
  return undefined;
}
