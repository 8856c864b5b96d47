import { type JsonObject, stringAt } from "../json.js";
import { parseTime } from "../../schema/time.js";
import type { NativeHead } from "../provider.js";
import { readLine } from "../line-values.js";
import { recordLines } from "../record-lines.js";

interface Facts {
  startedAt?: string;
  cwd?: string;
  nativeSessionId?: string;
  /** The first record of the parent chain was met. */
  isChained: boolean;
  continues: boolean;
}

/** Any record of a fork may be the first to tell; all else is known after a few. */
const formerSession = '"session_id"';

/**
 * What the first bytes of a transcript say. `continues`: its first chained record hangs on one of another file (1.0.x resumes
 * copy records into a new file), or records name another session as theirs (`session_id` of a fork, 2.1.270).
 */
export function readHead(firstBytes: Buffer): NativeHead {
  const facts: Facts = { isChained: false, continues: false };
  const { lines } = recordLines(firstBytes, { final: true });
  for (const { start, end } of lines) {
    if (isKnown(facts) && !firstBytes.subarray(start, end).includes(formerSession)) continue;
    for (const { value } of readLine(firstBytes.toString("utf8", start, end), () => false).values) takeIn(facts, value);
  }
  const { isChained: _, ...head } = facts;
  return head;
}

function isKnown({ isChained, startedAt, cwd, nativeSessionId }: Facts): boolean {
  return isChained && startedAt !== undefined && cwd !== undefined && nativeSessionId !== undefined;
}

function takeIn(facts: Facts, record: JsonObject): void {
  const ts = stringAt(record, "timestamp");
  if (facts.startedAt === undefined && ts !== undefined && parseTime(ts) !== undefined) facts.startedAt = ts;
  const cwd = stringAt(record, "cwd");
  if (facts.cwd === undefined && cwd) facts.cwd = cwd;
  const session = stringAt(record, "sessionId");
  if (facts.nativeSessionId === undefined && session) facts.nativeSessionId = session;
  const former = stringAt(record, "session_id");
  if (former !== undefined && session !== undefined && former !== session) facts.continues = true;
  if (facts.isChained || !("parentUuid" in record)) return;
  facts.isChained = true;
  if (stringAt(record, "parentUuid") !== undefined) facts.continues = true;
}
