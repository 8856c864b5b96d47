import { boundedText } from "../bounded-text.js";
import { countAt, isObject, type JsonObject, numberAt, objectAt, stringAt } from "../json.js";
import type { RecordReading, SayOptions, Thread } from "./output.js";
import { maxNameChars, type SaidTokens, type Tokens, type UsageState } from "./state.js";
import { threadModel } from "./thread.js";

/** How many pairs of model and agent are told apart; the tokens of any others are counted as the main agent's, of a model without a name. */
const maxSaid = 64;
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

function addTo(list: SaidTokens[], said: SaidTokens): void {
  const known = list.find(({ model, thread }) => model === said.model && thread === said.thread);
  if (known) for (const field of fields) known[field] += said[field];
  else if (list.length < maxSaid || (said.model === "" && said.thread === "")) list.push({ ...said });
  else addTo(list, { ...said, model: "", thread: "" });
}

function note({ segment, all }: UsageState, said: SaidTokens): void {
  addTo(segment, said);
  addTo(all, said);
}

function sayTokens(reading: RecordReading, tokens: Tokens, model: string, options: SayOptions): void {
  if (fields.every((field) => tokens[field] === 0)) return;
  reading.say(
    {
      type: "usage",
      input_tokens: Math.max(0, tokens.input - tokens.cacheRead - tokens.cacheWrite),
      output_tokens: tokens.output,
      ...(tokens.input + tokens.cacheRead + tokens.cacheWrite === 0 ? {} : { cache_read_tokens: tokens.cacheRead, cache_creation_tokens: tokens.cacheWrite }),
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
  if (!source) return reading.status(reading.type);
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
  note(usage, { ...tokens, model, thread: reading.agentId });
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
  note(usage, { ...tokens, model, thread: reading.agentId });
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

const sumOf = (said: readonly SaidTokens[], field: keyof Tokens) => said.reduce((sum, tokens) => sum + tokens[field], 0);

/** What was said of models beyond their totals, of others, or of none: it goes off the totals of those that lack it. */
function spareTokens(said: readonly SaidTokens[], totals: readonly [string, Tokens][]): Tokens {
  const spare: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  for (const field of fields) {
    const covered = totals.map(([model, total]) => Math.min(total[field], sumOf(said.filter((tokens) => tokens.model === model), field)));
    spare[field] = sumOf(said, field) - covered.reduce((sum, tokens) => sum + tokens, 0);
  }
  return spare;
}

/** A model that only one sub-agent used, and whose answers were all read (some before the model was known): what is left of its tokens is that agent's too. */
function ownerOf(reading: RecordReading, { said, model, total }: { said: readonly SaidTokens[]; model: string; total: Tokens }): Thread {
  const [first, ...others] = said.filter((tokens) => tokens.model === model);
  if (!first || first.thread === "" || others.length > 0) return reading;
  const own = said.filter((tokens) => tokens.thread === first.thread && (tokens.model === model || tokens.model === ""));
  if (sumOf(own, "output") !== total.output) return reading;
  return { agentId: first.thread, parentToolId: reading.state.agentParents.get(first.thread) ?? "" };
}

/**
 * Says what the totals of a `session.shutdown` (on disk since 0.0.422) tell beyond what was said of the same time, never less than
 * nothing. Where a segment has usage records, they say it all.
 */
export function sayTotals(reading: RecordReading): void {
  const { usage } = reading.state.plain;
  const totals = totalsOf(reading.data);
  const said = structuredClone(areCumulative(reading.data, totals, usage.lastTotals) ? usage.all : usage.segment);
  const spare = spareTokens(said, totals);
  for (const [index, [model, total]] of usage.segmentHasRecords ? [] : totals.entries()) {
    const before = said.filter((tokens) => tokens.model === model);
    const rest: Tokens = { ...total };
    for (const field of fields) {
      const lacking = Math.max(0, total[field] - sumOf(before, field));
      const taken = Math.min(lacking, spare[field]);
      rest[field] = lacking - taken;
      spare[field] -= taken;
    }
    const thread = ownerOf(reading, { said, model, total });
    addTo(usage.all, { ...rest, model, thread: thread.agentId });
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
