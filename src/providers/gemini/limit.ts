import { formatTime, parseTime } from "../../schema/time.js";

export interface UsageLimit {
  /** `daily` or `minute` where the quota's name or the words tell the window, else `global`. */
  scope: "daily" | "minute" | "global";
  /** RFC 3339 in UTC. */
  reset_at?: string;
}

const errorWords = /RESOURCE_EXHAUSTED|RATE_LIMIT_EXCEEDED|QUOTA_EXHAUSTED|\bquota\b|usage limit reached|(?:code|status)\W{0,4}429\b|\(429\)|\b429 Too Many/i;
const noticeWords = /\breached your [^\n]{0,60}\bquota\b|\busage limit reached\b|\bexhausted your [^\n]{0,40}\b(?:quota|capacity)\b/i;
const otherQuotas = /\bdisk quota\b/i;
const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const span = "((?:\\d+(?:\\.\\d+)?\\s?(?:ms|d|h|m|s)\\s?)+)";
/** `"retryDelay":"34.07s"`, `Your quota will reset after 5h3m.`, `Please retry in 23h1m5.2s.` */
const waits = [
  new RegExp(`retryDelay\\W{1,6}${span}`, "i"),
  new RegExp(`\\bresets? (?:after|in) ${span}`, "i"),
  new RegExp(`\\bretry (?:after|in) ${span}`, "i"),
];

function spanMs(text: string): number {
  let total = 0;
  for (const [, amount, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)\s?(ms|d|h|m|s)/gi)) {
    total += Number(amount) * (unitMs[unit.toLowerCase()] ?? 0);
  }
  return total;
}

function resetAt(text: string, at: string): string | undefined {
  const fromMs = parseTime(at);
  if (fromMs === undefined) return undefined;
  const totals = waits.map((words) => spanMs(words.exec(text)?.[1] ?? ""));
  // A daily quota's `retryDelay` may be seconds while its words say hours: the longest wait is the one that helps.
  const longest = Math.round(Math.max(...totals));
  const isUsable = longest > 0 && longest < 400 * 86_400_000;
  return isUsable ? formatTime(fromMs + longest) : undefined;
}

function scopeOf(text: string): UsageLimit["scope"] {
  if (/per_?day|\bdaily\b|\bper day\b/i.test(text)) return "daily";
  return /per_?minute|\bper minute\b/i.test(text) ? "minute" : "global";
}

/**
 * Reads a usage limit out of a notice: API errors with `RESOURCE_EXHAUSTED`, `RATE_LIMIT_EXCEEDED`, 429 or a quota, and the words of the
 * terminal ("You have reached your daily gemini-2.5-pro quota limit.").
 * @param level `error` notices count by any of these signs, others by the words alone.
 * @param at Time of the record, RFC 3339: waits count from it. A time of day without a zone cannot be told and is left out.
 * @returns undefined for any other text.
 */
export function readUsageLimit(text: string, { level, at }: { level: string; at: string }): UsageLimit | undefined {
  const isLimit = noticeWords.test(text) || (level === "error" && errorWords.test(text) && !otherQuotas.test(text));
  if (!isLimit) return undefined;
  const reset = resetAt(text, at);
  return { scope: scopeOf(text), ...(reset === undefined ? {} : { reset_at: reset }) };
}
