import { boundedText } from "../bounded-text.js";
import { countAt, isObject, type JsonObject, numberAt, objectAt, stringAt } from "../json.js";
import type { RecordReading, SayOptions, Thread } from "./output.js";
import { maxNameChars, type SaidTokens, type Tokens, type UsageState } from "./state.js";
import { threadModel } from "./thread.js";

/** How many models are told apart; the tokens of any others are counted as those of a model without a name. */
const maxModels = 32;
const fields = ["input", "output", "cacheRead", "cacheWrite"] as const;

function tokensOf(usage: JsonObject): Tokens {
  return {
    input: countAt(usage, "inputTokens"),
    output: countAt(usage, "outputTokens"),
    cacheRead: countAt(usage, "cacheReadTokens"),
    cacheWrite: countAt(usage, "cacheWriteTokens"),
  };
}

function addTo(list: [string, SaidTokens][], model: string, said: SaidTokens): void {
  const known = list.find(([name]) => name === model);
  if (!known && list.length >= maxModels && model !== "") return addTo(list, "", said);
  if (!known) {
    list.push([model, { ...said }]);
    return;
  }
  const [, sum] = known;
  for (const field of fields) sum[field] += said[field];
  if (sum.thread !== said.thread) sum.thread = "*";
}

function note({ segment, all }: UsageState, model: string, said: SaidTokens): void {
  addTo(segment, model, said);
  addTo(all, model, said);
}

function sayTokens(reading: RecordReading, tokens: Tokens, model: string, options: SayOptions): void {
  if (fields.every((field) => tokens[field] === 0)) return;
  reading.say(
    {
      type: "usage",
      input_tokens: Math.max(0, tokens.input - tokens.cacheRead - tokens.cacheWrite),
      output_tokens: tokens.output,
      cache_read_tokens: tokens.cacheRead,
      cache_creation_tokens: tokens.cacheWrite,
      ...(model ? { model } : {}),
    },
    options,
  );
}

/**
 * Reads a `session.usage_record` (1.0.95 and later), one for each model call. `inputTokens` includes what was read from and written to
 * caches, `outputTokens` the thoughts. `cost` counts no money. `(sourceSessionId, sequence)` tells copies.
 */
export function readUsageRecord(reading: RecordReading): void {
  const { state, data } = reading;
  const source = objectAt(data, "usage");
  if (!source) return;
  const accounting = objectAt(source, "accounting");
  const sequence = numberAt(accounting, "sequence");
  const key = sequence === undefined ? undefined : boundedText(`${stringAt(accounting, "sourceSessionId") ?? ""}:${sequence}`, maxNameChars);
  const { usage } = state.plain;
  usage.hasRecords = true;
  usage.segmentHasRecords = true;
  if (key !== undefined && state.usageRecords.has(key)) return;
  if (key !== undefined) state.usageRecords.set(key, true);
  const tokens = tokensOf(source);
  const model = boundedText(stringAt(source, "model") ?? "", maxNameChars) || threadModel(reading);
  note(usage, model, { ...tokens, thread: reading.agentId });
  sayTokens(reading, tokens, model, { part: "tokens", ...(key === undefined ? {} : { onceKey: `usage:${key}` }) });
}

/**
 * Says the `outputTokens` of a message, in files without usage records (before 1.0.95). They are said at once, so that a session whose
 * process was killed has them too; what the totals at its end tell is said as the difference.
 */
export function noteOutputTokens(reading: RecordReading): void {
  const { usage } = reading.state.plain;
  const output = countAt(reading.data, "outputTokens");
  if (usage.hasRecords || output === 0) return;
  const model = threadModel(reading);
  const tokens: Tokens = { input: 0, output, cacheRead: 0, cacheWrite: 0 };
  note(usage, model, { ...tokens, thread: reading.agentId });
  sayTokens(reading, tokens, model, { part: "tokens" });
}

function totalsOf(data: JsonObject): [string, Tokens][] {
  const metrics = Object.entries(objectAt(data, "modelMetrics") ?? {}).slice(0, maxModels);
  return metrics.flatMap(([model, metric]): [string, Tokens][] => {
    const usage = isObject(metric) ? objectAt(metric, "usage") : undefined;
    return usage ? [[boundedText(model, maxNameChars), tokensOf(usage)]] : [];
  });
}

/**
 * Whether totals count from the session's begin (1.0.102) or from the last start or resume (to 1.0.7x): the former write an
 * accounting snapshot, and no number is below that of the shutdown before.
 */
function areCumulative(data: JsonObject, totals: readonly [string, Tokens][], last: UsageState["lastTotals"]): boolean {
  if (!objectAt(data, "accountingSnapshot") && !objectAt(data, "usageAccountingWatermarks")) return false;
  const now = new Map(totals);
  return (last ?? []).every(([model, before]) => fields.every((field) => (now.get(model)?.[field] ?? 0) >= before[field]));
}

/** What was said under other models' names, or under none: it goes off the totals of those that lack it. */
function spareTokens(said: readonly [string, SaidTokens][], totals: readonly [string, Tokens][]): Tokens {
  const now = new Map(totals);
  const spare: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  for (const [model, sum] of said) {
    for (const field of fields) spare[field] += Math.max(0, sum[field] - (now.get(model)?.[field] ?? 0));
  }
  return spare;
}

/** A model that only one sub-agent used, and whose answers were all read: the rest of its tokens is that agent's too. */
function ownerOf(reading: RecordReading, said: SaidTokens | undefined, total: Tokens): Thread {
  const agentId = said?.thread ?? "";
  if (agentId === "" || agentId === "*" || said?.output !== total.output) return reading;
  return { agentId, parentToolId: reading.state.agentParents.get(agentId) ?? "" };
}

/**
 * Says what the totals of a `session.shutdown` (on disk since 0.0.422) tell beyond what was said of the same time, never less than
 * nothing. Where a segment has usage records, they say it all.
 */
export function sayTotals(reading: RecordReading): void {
  const { usage } = reading.state.plain;
  const totals = totalsOf(reading.data);
  const base = areCumulative(reading.data, totals, usage.lastTotals) ? usage.all : usage.segment;
  const said = new Map(structuredClone(base));
  const spare = spareTokens([...said], totals);
  for (const [index, [model, total]] of usage.segmentHasRecords ? [] : totals.entries()) {
    const before = said.get(model);
    const rest: Tokens = { ...total };
    for (const field of fields) {
      rest[field] = Math.max(0, total[field] - (before?.[field] ?? 0));
      const taken = Math.min(rest[field], spare[field]);
      rest[field] -= taken;
      spare[field] -= taken;
    }
    const thread = ownerOf(reading, before, total);
    addTo(usage.all, model, { ...rest, thread: thread.agentId });
    sayTokens(reading, rest, model, { part: `tokens:${index}`, thread });
  }
  usage.lastTotals = totals;
  beginSegment(usage);
}

/** A process began to write the file, or ended. */
export function beginSegment(usage: UsageState): void {
  usage.segment = [];
  usage.segmentHasRecords = false;
}
