import { boundedText } from "../bounded-text.js";
import { boundedData } from "../bounded-data.js";
import { formatTime, parseTime } from "../../schema/time.js";
import { isObject, type JsonObject, numberAt, objectAt, stringAt } from "../json.js";
import { derivedUuid, shortHash } from "../record-key.js";
import { nextZonedTime } from "../zoned-time.js";
import type { Output, RecordReading } from "./output.js";
import type { ReachedWindow, RecordPlace } from "./state.js";

const maxRawChars = 4000;

function windowScope(minutes: number | undefined): ReachedWindow["scope"] {
  if (minutes === undefined || minutes <= 0) return "global";
  return minutes >= 7 * 24 * 60 ? "weekly" : "session";
}

/** When a window starts anew: `resets_at` (seconds), or `resets_in_seconds` (0.4x, 0.5x) from the record on. */
function resetOf(window: JsonObject, ts: string): string {
  const at = numberAt(window, "resets_at");
  const inSeconds = numberAt(window, "resets_in_seconds");
  const from = parseTime(ts);
  const ms = at !== undefined ? at * 1000 : inSeconds !== undefined && from !== undefined ? from + inSeconds * 1000 : undefined;
  return ms !== undefined && ms > 0 && ms < 8e15 ? formatTime(ms) : "";
}

/** The window that is used up, the longer one first; undefined where none is. 0.4x wrote the percentages flat. */
function reachedWindow(limits: JsonObject, ts: string): ReachedWindow | undefined {
  for (const name of ["secondary", "primary"]) {
    const window = objectAt(limits, name);
    const used = numberAt(window, "used_percent") ?? numberAt(limits, `${name}_used_percent`);
    if (used === undefined || used < 100) continue;
    const minutes = numberAt(window, "window_minutes") ?? numberAt(limits, `${name}_window_minutes`);
    return { scope: windowScope(minutes), resetAt: window ? resetOf(window, ts) : "" };
  }
  return undefined;
}

/**
 * Takes note of `token_count.rate_limits`: a status `rate_limits` where they changed by a tenth or in another way; a new
 * `rate_limit_reached_type` is a limit that was hit, and waits for the turn's error to be said with its words.
 */
export function noteRateLimits(reading: RecordReading): void {
  const { limit, rateLimits } = reading.state.plain;
  const limits = objectAt(reading.payload, "rate_limits");
  if (!limits) return;
  const kept = withoutNulls(limits);
  const id = boundedText(stringAt(limits, "limit_id") ?? "", 100);
  const print = shortHash(JSON.stringify(kept, (name, value: unknown) => coarse(name, value)));
  const isNew = rateLimits[id] !== print;
  if (isNew && Object.keys(kept).some((name) => name !== "limit_id" && name !== "limit_name")) reading.status("rate_limits", kept, "limits");
  if (id in rateLimits || Object.keys(rateLimits).length < maxLimits) rateLimits[id] = print;
  limit.reached = reachedWindow(limits, reading.ts) ?? null;
  const isReached = typeof limits["rate_limit_reached_type"] === "string";
  if (isNew && isReached && !limit.said && !limit.pending) limit.pending = { ...reading.place, raw: boundedText(JSON.stringify(kept), maxRawChars) };
}

/** How many limits (`codex`, and such of single models) are told apart. */
const maxLimits = 8;

/** Percentages count by tenths, and times of a sliding window not at all. */
function coarse(name: string, value: unknown): unknown {
  if (name.endsWith("used_percent") && typeof value === "number") return Math.floor(value / 10);
  return name === "resets_at" || name === "resets_in_seconds" || name === "balance" ? undefined : value;
}

function withoutNulls(source: JsonObject): JsonObject {
  const data = boundedData(source);
  if (!isObject(data)) return {};
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
}

const limitWords = /\b(?:usage limit|hit your (?:[\w-]+ ){0,3}limit|reached your (?:[\w-]+ ){0,3}limit|out of credits|rate limit reached)\b/i;
/** `try again at Nov 30th, 2026 12:53 AM.`, or only `try again at 7:58 PM.`: the user's local time. */
const atWords = /try again at (?:([A-Z][a-z]{2,8})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}),? )?(\d{1,2}):(\d{2}) ?([AP]M)\b/i;
/** `try again in 3 days 4 hours 5 minutes` (2025). */
const inWords = /try again in ((?:\d+ (?:day|hour|minute|second)s?(?:,? (?:and )?)?)+)/i;
const unitMs: Readonly<Record<string, number>> = { day: 864e5, hour: 36e5, minute: 6e4, second: 1e3 };
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function clockReset(text: string, ts: string, zone: string): string {
  const found = atWords.exec(text);
  const afterMs = parseTime(ts);
  if (!found || afterMs === undefined || zone === "") return "";
  const [, monthName, dayText, , hourText, minuteText, half = ""] = found;
  const month = monthName === undefined ? undefined : months.indexOf(monthName.slice(0, 3).toLowerCase()) + 1;
  if (month === 0) return "";
  const hour = (Number(hourText) % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  const date = month === undefined ? {} : { month, day: Number(dayText) };
  const ms = nextZonedTime({ ...date, hour, minute: Number(minuteText), zone }, afterMs);
  return ms === undefined ? "" : formatTime(ms);
}

function delayReset(text: string, ts: string): string {
  const from = parseTime(ts);
  const words = inWords.exec(text)?.[1];
  if (words === undefined || from === undefined) return "";
  const parts = [...words.matchAll(/(\d{1,6}) (day|hour|minute|second)/gi)];
  return formatTime(from + parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (unitMs[unit.toLowerCase()] ?? 0), 0));
}

/**
 * When a limit ends, by the words that Codex tells the user (0.5x to 0.169). The time is local and names no zone.
 * @param zone IANA name from a turn_context; without it a time of day cannot be told.
 * @returns RFC 3339 in UTC, "" where it cannot be told.
 */
export function wordedReset(text: string, { ts, zone }: { ts: string; zone: string }): string {
  return delayReset(text, ts) || clockReset(text, ts, zone);
}

/** Whether a window that was used up has begun anew: an error after that has to do with something else. */
function isOver({ resetAt }: ReachedWindow, ts: string): boolean {
  const reset = parseTime(resetAt);
  const now = parseTime(ts);
  return reset !== undefined && now !== undefined && reset <= now;
}

/** Whether an error says that a usage limit was hit: by its code, by its words, or by a used up window before it. */
function isLimit({ message, code }: { message: string; code: string }, reached: ReachedWindow | null): boolean {
  return code.includes("usage_limit") || limitWords.test(message) || reached !== null;
}

function codeOf(error: JsonObject): string {
  const info = error["codex_error_info"];
  return typeof info === "string" ? info : isObject(info) ? (Object.keys(info)[0] ?? "") : "";
}

/**
 * Reads the error of a failed turn (`task_complete.error`, or an `error` event).
 * @returns Whether it was a usage limit: it is said once in a turn.
 */
export function readLimitError(reading: RecordReading, error: JsonObject): boolean {
  const { plain } = reading.state;
  const { limit } = plain;
  const message = stringAt(error, "message") ?? "";
  if (limit.reached && isOver(limit.reached, reading.ts)) limit.reached = null;
  if (!isLimit({ message, code: codeOf(error) }, limit.reached)) return false;
  if (limit.said) return true;
  sayLimit(reading.out, limit.pending ?? reading.place, { text: message, ts: reading.ts });
  return true;
}

/** Says a reached limit that no error followed. */
export function sayPendingLimit(out: Output): void {
  const { pending } = out.state.plain.limit;
  if (pending) sayLimit(out, pending, { text: pending.raw, ts: pending.ts });
}

/** A turn begins: the next limit is another one. */
export function forgetLimit(out: Output): void {
  sayPendingLimit(out);
  out.state.plain.limit.said = false;
}

function sayLimit(out: Output, place: RecordPlace, { text, ts }: { text: string; ts: string }): void {
  const { limit, timeZone } = out.state.plain;
  const reset = limit.reached?.resetAt || wordedReset(text, { ts, zone: timeZone });
  limit.pending = null;
  limit.said = true;
  out.sayAt(place, "limit", {
    type: "usage_limit_hit",
    scope: limit.reached?.scope ?? "global",
    ...(reset ? { reset_at: reset } : {}),
    fallback_used: false,
    incident_id: derivedUuid(`codex:${place.key}`),
    raw: boundedText(text, maxRawChars),
  });
}
