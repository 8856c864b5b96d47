import { boundedData } from "../bounded-data.js";
import { boundedText } from "../bounded-text.js";
import { arrayAt, type JsonObject, stringAt } from "../json.js";
import { shortHash } from "../record-key.js";
import { originKey } from "./message-key.js";
import type { Reading } from "./output.js";
import { noteFolder } from "./start.js";

const maxTitleChars = 500;

/** Fields of a header that say nothing of their own, or are read elsewhere. */
const readFields = new Set(["sessionId", "projectHash", "startTime", "lastUpdated", "kind", "summary", "directories", "memoryScratchpad", "messages"]);

/**
 * Says what a header, or a later `$set`, tells of the session: `summary` (0.21) is its title, written by a later start of the tool;
 * `directories` (0.28), `memoryScratchpad` (0.41) and fields that nobody knows are statuses. The same fact has the same origin wherever it stands.
 * @param isNews False for a header: the folders it names are those that the session began with.
 */
export function sayFacts(reading: Reading, fields: JsonObject, { isNews }: { isNews: boolean }): void {
  sayTitle(reading, fields);
  if (isNews && arrayAt(fields, "directories").length > 0) {
    sayFact(reading, "directories", fields["directories"]);
    const [first] = arrayAt(fields, "directories");
    if (typeof first === "string" && first !== "" && !reading.state.plain.folder) noteFolder(reading, first);
  }
  if (fields["memoryScratchpad"]) sayFact(reading, "memory_scratchpad", fields["memoryScratchpad"]);
  const unknown = Object.entries(fields).filter(([name, value]) => !readFields.has(name) && value !== null);
  if (unknown.length > 0) sayFact(reading, "session_fields", Object.fromEntries(unknown));
}

function sayFact(reading: Reading, name: string, value: unknown): void {
  const data = boundedData(value);
  reading.status(name, data, `${name}:${shortHash(JSON.stringify(data) ?? "")}`, { key: factKey(reading) });
}

/** A sub-agent's summary is its result as JSON: no title. */
function sayTitle(reading: Reading, fields: JsonObject): void {
  const text = stringAt(fields, "summary")?.trim() ?? "";
  if (text === "") return;
  const { plain } = reading.state;
  const isTitle = plain.role === "main" && !plain.isFlatAgent;
  const data = isTitle ? boundedText(text, maxTitleChars) : { text: boundedText(text, 4000) };
  reading.status(isTitle ? "title" : "summary", data, `${isTitle ? "title" : "summary"}:${shortHash(text)}`, { key: factKey(reading) });
}

function factKey({ state: { plain }, key }: Reading): string {
  return originKey(plain.session || plain.agentId || key);
}
