import { boundedRaw } from "../bounded-text.js";
import type { ParseResult } from "../provider.js";
import { lineKey } from "../record-key.js";
import { type PlacedProblem, readRecordLines } from "../read-record-lines.js";
import { readDocument } from "./document.js";
import { isJournalRecord, readRecord } from "./journal.js";
import { Output, Reading } from "./output.js";
import { boundHeld, releaseStart, sayResumed } from "./start.js";
import { freeze, type GeminiState, thaw } from "./state.js";

/**
 * Reads a chat file of Gemini CLI, in either of its containers, a sub-agent's included.
 * `provider_status` is named by the fact: `title`, `workspace`, `session_context`, `rewind`, `history_replaced`…; of unknown records by their type.
 * @see Provider.parse
 */
export function parse(state: GeminiState, chunk: Buffer, { final }: { final: boolean }): ParseResult<GeminiState> {
  const working = thaw(state);
  const out = new Output(working);
  const { plain } = working;
  const consumedBytes = plain.isDocument ? readDocument(out, chunk, { final }) : readLines(out, chunk, { final });
  plain.offsetBytes += consumedBytes;
  if (final) {
    releaseStart(out);
    sayResumed(out, undefined);
  }
  return { state: freeze(working), events: out.events, consumedBytes, agents: out.agents };
}

/** How much of a pretty-printed conversation in a journal's place is waited for. */
const maxPrettyBytes = 16 * 1024 * 1024;

/** Whether the file is a conversation in the old form under the new name: its first line is a lone brace. The tool reads it, too. */
function isPretty(out: Output, chunk: Buffer): boolean {
  const isBrace = out.state.plain.offsetBytes === 0 && chunk[0] === 0x7b && (chunk[1] === 0x0a || (chunk[1] === 0x0d && chunk[2] === 0x0a));
  return isBrace && chunk.length <= maxPrettyBytes;
}

function readLines(out: Output, chunk: Buffer, { final }: { final: boolean }): number {
  if (isPretty(out, chunk)) return readDocument(out, chunk, { final });
  return readRecordLines(chunk, { offsetBytes: out.state.plain.offsetBytes, final }, {
    isRecord: isJournalRecord,
    onRecord: ({ value, text, offsetBytes }) => {
      readRecord(out, value, { text, offsetBytes });
      boundHeld(out);
    },
    onProblem: (problem) => warn(out, problem),
  });
}

function warn(out: Output, { problem, text, offsetBytes }: PlacedProblem): void {
  const reading = new Reading(out, {}, { key: lineKey(text, out.state.lines), offsetBytes });
  reading.say({ type: "parse_warning", message: problem, raw: boundedRaw(text) }, "0");
  boundHeld(out);
}
