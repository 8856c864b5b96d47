import { boundedText } from "../bounded-text.js";
import { stringAt } from "../json.js";
import type { RecordReading } from "./output.js";

/** Sources of a title, best first, with the field that holds it. */
const sources = [
  ["agent-name", "agentName"],
  ["custom-title", "customTitle"],
  ["ai-title", "aiTitle"],
  ["summary", "summary"],
] as const;

const maxTitleChars = 500;

/** Whether the record is one of those that give titles. */
export function isTitleRecord(type: string): boolean {
  return sources.some(([source]) => source === type);
}

/**
 * Says provider_status `title` when the title that counts has changed: agent-name before custom-title before ai-title before
 * summary. A summary counts only if the leaf that it names was read in this file; often it is about another session.
 * A title that does not count is a status of its record's type; one that is only repeated says nothing.
 */
export function sayTitle(reading: RecordReading): void {
  const { record, type, state } = reading;
  const field = sources.find(([source]) => source === type)?.[1];
  const title = field && boundedText(stringAt(record, field) ?? "", maxTitleChars);
  if (!title) return;
  const leaf = stringAt(record, "leafUuid");
  const isForeign = type === "summary" && (leaf === undefined || !state.records.has(leaf));
  if (isForeign) {
    reading.status(type, { title });
    return;
  }
  if (state.plain.titles[type] === title) return;
  state.plain.titles[type] = title;
  const best = sources.map(([source]) => state.plain.titles[source]).find((known) => known !== undefined);
  if (best === undefined || best === state.plain.saidTitle) {
    reading.status(type, { title });
    return;
  }
  state.plain.saidTitle = best;
  reading.status("title", best);
}
