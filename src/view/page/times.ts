const dayMs = 86_400_000;

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** A day as a heading: `Today`, `Yesterday`, a weekday within the week, else a date. */
export function dayName(ts: string, nowMs: number): string {
  const ms = Date.parse(ts);
  if (Number.isNaN(ms)) return "Undated";
  const days = Math.round((startOfDay(nowMs) - startOfDay(ms)) / dayMs);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days < 7) return new Date(ms).toLocaleDateString("en", { weekday: "long" });
  const year = new Date(ms).getFullYear() === new Date(nowMs).getFullYear() ? undefined : "numeric";
  return new Date(ms).toLocaleDateString("en", { day: "numeric", month: "long", year });
}

/** `14:05`, in the time of the reader. */
export function clock(ts: string): string {
  const ms = Date.parse(ts);
  return Number.isNaN(ms) ? "" : new Date(ms).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** `18 November, 14:05`. */
export function dateAndClock(ts: string, nowMs: number): string {
  return Number.isNaN(Date.parse(ts)) ? "" : `${dayName(ts, nowMs)}, ${clock(ts)}`;
}

/** `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `950`, `12.3k`, `4.1M`. */
export function amount(count: number): string {
  if (count < 10_000) return count.toLocaleString("en");
  if (count < 1_000_000) return `${(count / 1000).toFixed(count < 100_000 ? 1 : 0)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}
