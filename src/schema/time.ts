/** `YYYY-MM-DDTHH:MM:SS.mmmZ`, the one form we write. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** The form we write, and nearly all that is read. */
const written = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
/** As `written`, and of a moment that there is, whatever the year. The last days of months are left out, which not every month has. */
const certain = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:?\d{2})$/;

/**
 * Milliseconds since the epoch of any RFC 3339 time (`Z` or offset, any number of fraction digits), or undefined.
 */
export function parseTime(text: string): number | undefined {
  const own = written.test(text) ? text : inOurForm(text);
  const ms = own === undefined ? Number.NaN : Date.parse(own);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whether `text` is an RFC 3339 time. */
export function isTime(text: string): boolean {
  return certain.test(text) || parseTime(text) !== undefined;
}

/** Any RFC 3339 time in the form we write, or undefined. What has that form already is not worked out. */
export function writtenTime(text: string): string | undefined {
  if (certain.test(text)) return text;
  const ms = parseTime(text);
  return ms === undefined ? undefined : formatTime(ms);
}

function inOurForm(text: string): string | undefined {
  return rfc3339.test(text) ? text.replace(/(\.\d{3})\d+/, "$1").replace(" ", "T").toUpperCase() : undefined;
}

const ageUnitsMs = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 } as const;

/**
 * A point in time as people give it: RFC 3339, `YYYY-MM-DD` (midnight UTC) or an age such as `30m`, `2h`, `3d`, `1w`.
 * @returns Milliseconds since the epoch, or undefined where `text` is none of these.
 */
export function parseWhen(text: string, nowMs: number): number | undefined {
  const age = /^(\d{1,6})([smhdw])$/.exec(text);
  if (age) return nowMs - Number(age[1]) * ageUnitsMs[age[2] as keyof typeof ageUnitsMs];
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return parseTime(`${text}T00:00:00Z`);
  return parseTime(text);
}

/**
 * Whether `thenMs` is less than `limitMs` away from now, before or behind: clocks are set back, and what bears a time far ahead is not new for ever.
 */
export function isRecent(thenMs: number, nowMs: number, limitMs: number): boolean {
  return Math.abs(nowMs - thenMs) < limitMs;
}

/** By so much more than the time between two questions an age may have moved on. */
const slackMs = 2000;

/**
 * Whether two points in time, asked for one after the other, may be the same `parseWhen` text: they are equal, or an age that moved on.
 * @param elapsedMs Time between the two questions.
 */
export function isSameMoment(then: number | undefined, now: number | undefined, elapsedMs: number): boolean {
  if (then === undefined || now === undefined) return then === now;
  const moved = now - then;
  return moved === 0 || (moved > 0 && moved <= elapsedMs + slackMs);
}
