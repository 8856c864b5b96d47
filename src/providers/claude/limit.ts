import { formatTime, parseTime } from "../../schema/time.js";
import { nextZonedTime } from "../zoned-time.js";

export interface UsageLimit {
  /** `session` (the window of a few hours), `weekly`, or `global` (the whole account: an API key's rate limit too). */
  scope: "session" | "weekly" | "global";
  /** RFC 3339 in UTC. */
  reset_at?: string;
}

const limitWords = /\b(?:usage limit|limit reached|hit your (?:[\w-]+ ){0,3}limit|reached your (?:[\w-]+ ){0,3}limit)\b/i;
/** Other limits that Claude Code reports in the same words. */
const otherLimits = /\b(?:context|image|file|token|size|length|turn)s?\b[^.·|]{0,24}\blimit\b/i;
/** `resets 3pm`, `reset at 11:30am (Asia/Calcutta)`, `resets May 5 at 9pm (America/New_York)`, `resets Oct 6, 1pm (UTC)`. */
const resetWords =
  /\bresets?(?: at| on)?\s+(?:([A-Z][a-z]{2,8})\.?\s+(\d{1,2})(?:,\s*|\s+)(?:at\s+)?)?(\d{1,2})(?::(\d{2}))?\s*([ap]m)?\s*\(([^()]+)\)/i;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function scopeOf(text: string): UsageLimit["scope"] {
  if (/\bweek(?:ly)?\b/i.test(text)) return "weekly";
  return /\bglobal\b/i.test(text) ? "global" : "session";
}

function epochReset(text: string): string | undefined {
  const digits = /\|\s*(\d{10,13})\b/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  return formatTime(digits.length > 10 ? value : value * 1000);
}

function wordReset(text: string, at: string): string | undefined {
  const found = resetWords.exec(text);
  const afterMs = parseTime(at);
  if (!found || afterMs === undefined) return undefined;
  const [, monthName, dayText, hourText, minuteText, half, zone = ""] = found;
  const given = Number(hourText);
  const hour = half === undefined ? given : (given % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  const month = monthName === undefined ? undefined : months.indexOf(monthName.slice(0, 3).toLowerCase()) + 1;
  if (month === 0 || (half === undefined && minuteText === undefined)) return undefined;
  const date = month === undefined ? {} : { month, day: Number(dayText) };
  const ms = nextZonedTime({ ...date, hour, minute: Number(minuteText ?? 0), zone: zone.trim() }, afterMs);
  return ms === undefined ? undefined : formatTime(ms);
}

/**
 * Reads a usage limit out of the text of a synthetic message: `Claude AI usage limit reached|<epoch seconds>` (1.0.x),
 * `Claude usage limit reached. Your limit will reset at 3pm (America/Bogota).`, `Limit reached · resets 11:30am (Asia/Calcutta)`
 * (2.0.64), `You've hit your limit · resets 1:30am (Asia/Dhaka)` (2.1.123), also with a date; and the 429 of an API key
 * (2.1.330), whose scope is `global` as it holds for the whole account and names no window.
 * A time without a zone cannot be told and is left out.
 * @param at Time of the record, RFC 3339: the reset is the next such time after it.
 * @returns undefined for any other text.
 */
export function readUsageLimit(
  text: string,
  { at, status, error }: { at: string; status?: number | undefined; error?: string | undefined },
): UsageLimit | undefined {
  const isWorded = limitWords.test(text) && !otherLimits.test(text);
  const isRejected = status === 429 || error === "rate_limit" || /\(429\)/.test(text);
  if (!isWorded && !isRejected) return undefined;
  const reset = epochReset(text) ?? wordReset(text, at);
  return { scope: isWorded ? scopeOf(text) : "global", ...(reset === undefined ? {} : { reset_at: reset }) };
}
