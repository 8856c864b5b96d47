import { LogCompleteness } from "../../schema/event.js";
import { parseTime } from "../../schema/time.js";

/** One line's object. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a log's lines say that indexes repeat, gathered the plain way: the code that keeps those indexes is what is checked. */
export interface LineFacts {
  /** Lines that hold an event. */
  events: number;
  provider: string;
  startedAt: string;
  endedAt: string | null;
  providerSessionId: string | null;
  completeness: LogCompleteness;
  workspace: string | null;
  command: string | null;
  sourcePaths: Set<string>;
}

const ranks = LogCompleteness.options;

export function noLineFacts(): LineFacts {
  return { events: 0, provider: "", startedAt: "", endedAt: null, providerSessionId: null, completeness: "full", workspace: null, command: null, sourcePaths: new Set() };
}

/** Takes in one more event, in log order. One without a time or a provider counts, and says nothing. */
export function addLineFacts(facts: LineFacts, fields: Fields): void {
  facts.events += 1;
  const [ts, provider] = [textOf(fields["ts"]), textOf(fields["provider"])];
  if (ts === undefined || provider === undefined) return;
  if (facts.startedAt === "") [facts.startedAt, facts.provider] = [ts, provider];
  facts.providerSessionId = textOf(fields["provider_session_id"]) ?? facts.providerSessionId;
  lower(facts, fields["completeness"]);
  if (fields["type"] === "session_ended") facts.endedAt = ts;
  if (fields["type"] === "session_started") addStart(facts, fields);
  if (fields["type"] === "provider_status") addStatus(facts, fields["message"], fields["data"]);
}

/** Whether two times are the same moment, however they are written. */
export function isSameTime(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "string" || typeof other !== "string") return false;
  const ms = parseTime(one);
  return ms !== undefined && ms === parseTime(other);
}

function addStart(facts: LineFacts, fields: Fields): void {
  facts.workspace = textOf(fields["cwd"]) ?? facts.workspace;
  facts.command = textOf(fields["command"]) ?? facts.command;
  const paths = fields["source_paths"];
  for (const path of Array.isArray(paths) ? paths : []) if (typeof path === "string") facts.sourcePaths.add(path);
}

function addStatus(facts: LineFacts, message: unknown, data: unknown): void {
  if (message === "provider_session_id" && data === null) facts.providerSessionId = null;
  const value = textOf(data);
  if (value === undefined) return;
  if (message === "source_path") facts.sourcePaths.add(value);
  if (message === "provider_session_id") facts.providerSessionId = value;
  if (message === "workspace") facts.workspace = value;
  if (message === "completeness") lower(facts, value);
}

function lower(facts: LineFacts, value: unknown): void {
  const rank = ranks.findIndex((known) => known === value);
  if (rank > ranks.indexOf(facts.completeness)) facts.completeness = ranks[rank] as LogCompleteness;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
