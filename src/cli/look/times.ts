import { parseTime } from "../../schema/time.js";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long ago a time was, such as `5 min ago`; the day where that is over a month, and a text that is no time as it is. */
export function ago(time: string, nowMs: number): string {
  const ms = parseTime(time);
  if (ms === undefined) return time;
  const pastMs = nowMs - ms;
  if (pastMs < minuteMs) return pastMs < -minuteMs ? dayOf(ms) : "now";
  if (pastMs < hourMs) return `${Math.floor(pastMs / minuteMs)} min ago`;
  if (pastMs < dayMs) return `${Math.floor(pastMs / hourMs)} h ago`;
  return pastMs < 31 * dayMs ? `${Math.floor(pastMs / dayMs)} d ago` : dayOf(ms);
}

/** Day and time of this machine, `2026-11-22 17:05:07`; a text that is no time as it is. */
export function clock(time: string): string {
  const ms = parseTime(time);
  return ms === undefined ? time : `${dayOf(ms)} ${timeOf(ms)}`;
}

/** The time of this machine alone, `17:05:07`. */
export function timeOfDay(time: string): string {
  const ms = parseTime(time);
  return ms === undefined ? time : timeOf(ms);
}

function dayOf(ms: number): string {
  const date = new Date(ms);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

function timeOf(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}
