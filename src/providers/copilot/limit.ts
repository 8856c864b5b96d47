import { formatTime, parseTime } from "../../schema/time.js";
import { type JsonObject, numberAt, stringAt } from "../json.js";

export interface UsageLimit {
  /** A window (`session`, `weekly`, `monthly`), or `global`: the account, without a window named. */
  scope: "session" | "weekly" | "monthly" | "global";
  /** RFC 3339 in UTC. */
  reset_at?: string;
}

/** How much of a message is searched, in UTF-16 units. */
const maxSearchedChars = 2000;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const unitMs = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;
/** `try again in 2 hours`, `retry after 2733 seconds`, `resets in 1 hour and 30 minutes`. */
const waitWords =
  /\b(?:again|retry|resets?|wait)\s+(?:in|after|for)?\s*(?:about\s+)?((?:\d{1,7}(?:\.\d+)?\s*(?:second|minute|hour|day|week)s?(?:,|\s+and|\s)*)+)/i;
const waitPart = /(\d+(?:\.\d+)?)\s*(second|minute|hour|day|week)/gi;
/** `reset on April 20, 2026 at 2:00 AM`, also with `UTC` or `GMT`. */
const dateWords =
  /\b(?:reset|again|until|available)\w*\s+(?:on\s+)?([A-Z][a-z]{2,8})\.?\s+(\d{1,2}),?\s+(\d{4}),?\s+(?:at\s+)?(\d{1,2}):(\d{2})(?::\d{2})?\s*([AP]M)?\s*\(?(UTC|GMT)?/i;

function waitReset(text: string, atMs: number): number | undefined {
  const wait = waitWords.exec(text)?.[1];
  if (wait === undefined) return undefined;
  const parts = [...wait.matchAll(waitPart)];
  return parts.reduce((ms, [, count, unit]) => ms + Number(count) * unitMs[(unit ?? "second").toLowerCase() as keyof typeof unitMs], atMs);
}

function dateReset(text: string, zoneMinutes: number): number | undefined {
  const found = dateWords.exec(text);
  if (!found) return undefined;
  const [, monthName = "", day, year, hourText, minute, half, utc] = found;
  const month = months.indexOf(monthName.slice(0, 3).toLowerCase());
  const given = Number(hourText);
  const hour = half === undefined ? given : (given % 12) + (half.toUpperCase() === "PM" ? 12 : 0);
  if (month === -1 || hour > 23) return undefined;
  return Date.UTC(Number(year), month, Number(day), hour, Number(minute)) - (utc === undefined ? zoneMinutes : 0) * 60_000;
}

function scopeOf(type: string, code: string, text: string): UsageLimit["scope"] {
  if (/week/i.test(code) || (code === "" && /\bweek(?:ly)?\b/i.test(text))) return "weekly";
  if (/month/i.test(code) || type === "quota") return "monthly";
  return /session/i.test(code) ? "session" : "global";
}

/**
 * Reads a usage limit out of the data of a `session.error`: `errorType` `rate_limit` (HTTP 429) or `quota` (402), with an `errorCode` such
 * as `user_weekly_rate_limited`, which own providers do not give (1.0.102). The fields are flat; the time of the reset stands in the text.
 * @param at Time of the record, RFC 3339, which waits count from.
 * @param zoneMinutes Offset of the user's clock from UTC, in which dates are written; null where it is not known: then UTC is taken.
 * @returns undefined for any other error.
 */
export function readUsageLimit(data: JsonObject, { at, zoneMinutes }: { at: string; zoneMinutes: number | null }): UsageLimit | undefined {
  const type = stringAt(data, "errorType") ?? "";
  const status = numberAt(data, "statusCode");
  const isLimit = type === "rate_limit" || type === "quota" || status === 429 || status === 402;
  if (!isLimit) return undefined;
  const text = (stringAt(data, "message") ?? "").slice(0, maxSearchedChars);
  const atMs = parseTime(at);
  const ms = (atMs === undefined ? undefined : waitReset(text, atMs)) ?? dateReset(text, zoneMinutes ?? 0);
  const scope = scopeOf(status === 402 ? "quota" : type, stringAt(data, "errorCode") ?? "", text);
  const isTime = ms !== undefined && Number.isFinite(ms) && Math.abs(ms) < 8e15;
  return { scope, ...(isTime ? { reset_at: formatTime(ms) } : {}) };
}
