import { closeSync } from "node:fs";
import { lineAt } from "../io/lines.js";
import { openIfThere } from "../io/open-if-there.js";
import type { Prepared } from "../io/prepared.js";
import { fieldsOf, textOrNull } from "../log/event-fields.js";
import { parseLine } from "../log/line-fields.js";
import { refOf } from "../log/log-place.js";
import type { SearchHit } from "../schema/ports.js";
import type { Candidate } from "./candidate.js";
import { eventTexts } from "./event-texts.js";
import type { Match } from "./term-finder.js";
import { toIndexedLog } from "./session-rows.js";

/** Finds what matches in the texts of an event: the text in which the first match stands, and where. */
export type Locate = (texts: readonly string[]) => { text: string; match: Match } | undefined;

/** What a line holds that is to be shown. */
export interface HitLine {
  sessionId: string;
  fields: ReturnType<typeof fieldsOf>;
  seq: number;
  texts: string[];
}

/** Reads the line of a candidate; undefined where the log no longer has it. */
export function readHitLine(table: Prepared, { idKey, offsetBytes }: Candidate): HitLine | undefined {
  const row = table.get("SELECT * FROM sessions WHERE id_key = ?", idKey);
  if (!row) return undefined;
  const log = toIndexedLog(row);
  const bytes = readLine(refOf(log).path, offsetBytes);
  const event = bytes && parseLine(bytes);
  if (!event) return undefined;
  const fields = fieldsOf(event);
  return { sessionId: log.id, fields, seq: event.seq, texts: eventTexts(fields) };
}

/** The hit as it is shown; where the match cannot be found again it stands at the start of the first text. */
export function toHit(line: HitLine, { offsetBytes, tool }: Candidate, locate: Locate): SearchHit {
  const { text, match } = locate(line.texts) ?? { text: line.texts[0] ?? "", match: { start: 0, end: 0 } };
  return {
    sessionId: line.sessionId,
    seq: line.seq,
    offsetBytes,
    type: textOrNull(line.fields["type"]) ?? "",
    ...(tool !== "" && { tool }),
    ts: textOrNull(line.fields["ts"]) ?? "",
    text,
    matchStart: match.start,
    matchEnd: match.end,
  };
}

function readLine(path: string, offsetBytes: number): Buffer | undefined {
  const fd = openIfThere(path);
  if (fd === undefined) return undefined;
  try {
    return lineAt(fd, offsetBytes);
  } finally {
    closeSync(fd);
  }
}
