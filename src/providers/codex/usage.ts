import { countAt, type JsonObject, objectAt } from "../json.js";
import type { RecordReading } from "./output.js";
import { noteRateLimits } from "./limit.js";
import type { TokenTotals } from "./state.js";

function readCounts(source: JsonObject): TokenTotals {
  return {
    input: countAt(source, "input_tokens"),
    cached: countAt(source, "cached_input_tokens"),
    written: countAt(source, "cache_write_input_tokens"),
    output: countAt(source, "output_tokens"),
  };
}

/** The running totals of the thread, and the counts of the last request, that a record holds. */
function countsOf({ record, payload, type }: RecordReading): { totals: TokenTotals | undefined; last: TokenTotals | undefined } {
  const info = objectAt(payload, "info");
  const isRecord = record.type === "token_usage_record";
  if (!isRecord && type !== "token_count") return { totals: undefined, last: undefined };
  const totals = isRecord ? objectAt(payload, "thread_token_usage") : objectAt(info, "total_token_usage");
  const last = isRecord ? objectAt(payload, "usage") : objectAt(info, "last_token_usage");
  return { totals: totals && readCounts(totals), last: last && readCounts(last) };
}

/** Takes the totals of a copied record as those from which the own ones go on. */
export function noteTotals(reading: RecordReading): void {
  const { totals } = countsOf(reading);
  if (totals) reading.state.plain.totals = totals;
}

const add = (a: TokenTotals, b: TokenTotals, sign: 1 | -1): TokenTotals => ({
  input: Math.max(0, a.input + sign * b.input),
  cached: Math.max(0, a.cached + sign * b.cached),
  written: Math.max(0, a.written + sign * b.written),
  output: Math.max(0, a.output + sign * b.output),
});
const sumOf = ({ input, output }: TokenTotals) => input + output;

/**
 * What a record adds to the totals. The first totals of a file that are not those of one request go on from what is not in the
 * file (it was cut): only the request counts. Totals that became smaller were reset, and count as they are.
 */
function added(totals: TokenTotals, last: TokenTotals | undefined, before: TokenTotals | null): TokenTotals {
  if (!before) return last && sumOf(last) < sumOf(totals) ? last : totals;
  return sumOf(totals) < sumOf(before) ? totals : add(totals, before, -1);
}

/**
 * Reads `token_count`, which 0.6x to 0.14x writes twice and more for one request, and `token_usage_record` (0.149 and later),
 * which stands beside it with the same numbers: usage is only what the totals of the thread grew by.
 */
export function readUsage(reading: RecordReading): void {
  const { plain } = reading.state;
  const { totals, last } = countsOf(reading);
  const now = totals ?? (reading.record.type === "token_usage_record" && last ? add(plain.totals ?? zero, last, 1) : undefined);
  if (now) {
    const grown = added(now, totals ? last : undefined, plain.totals);
    plain.totals = now;
    sayUsage(reading, grown);
  }
  noteRateLimits(reading);
}

const zero: TokenTotals = { input: 0, cached: 0, written: 0, output: 0 };

function sayUsage(reading: RecordReading, { input, cached, written, output }: TokenTotals): void {
  if (input + cached + written + output === 0) return;
  const { model } = reading.state.plain;
  reading.say(
    {
      type: "usage",
      input_tokens: Math.max(0, input - cached - written),
      output_tokens: output,
      cache_read_tokens: cached,
      cache_creation_tokens: written,
      ...(model ? { model } : {}),
    },
    "tokens",
  );
}
