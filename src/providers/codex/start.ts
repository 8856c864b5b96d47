import { boundedText } from "../bounded-text.js";
import type { ParsedEvent } from "../provider.js";
import type { Output, RecordReading } from "./output.js";

/** How long the events at the head of a rollout wait for the model and the working folder. */
const maxHeldRecords = 24;
const maxHeldChars = 256 * 1024;

/** Takes note of the first record of a file, which gives session_started its place. */
export function noteFirst(reading: RecordReading): void {
  const { start } = reading.state.plain;
  if (start.first.key === "") start.first = reading.place;
}

/**
 * Says session_started with what was held back, as soon as folder and model are known: the folder stands in session_meta (in
 * the bare era in the environment text), the model in the first turn_context. What the model does, and the bounds, end the waiting.
 */
export function settleStart(out: Output, lineChars: number): void {
  const { plain } = out.state;
  const { start } = plain;
  if (start.said || start.first.key === "") return;
  start.heldRecords += 1;
  start.heldChars += lineChars;
  const isKnown = plain.cwd !== "" && (plain.model !== "" || plain.isBare);
  if (isKnown || plain.modelSpoke || start.heldRecords >= maxHeldRecords || start.heldChars > maxHeldChars) releaseStart(out);
}

/** Says session_started and what was held back. */
export function releaseStart(out: Output): void {
  const { start } = out.state.plain;
  start.said = true;
  const { held } = start;
  start.held = [];
  out.push(startEvent(out, held[0]));
  for (const event of held) out.push(event);
  if (start.first.ts === "") start.first.ts = out.state.plain.ts;
  if (start.first.ts) for (const event of out.events) event.ts ??= start.first.ts;
}

/** @param held Gives the place where no record could be read. */
function startEvent(out: Output, held: ParsedEvent | undefined): ParsedEvent {
  const { plain } = out.state;
  const { start } = plain;
  const { first } = start;
  const event: ParsedEvent = {
    origin: first.key ? `${first.key}/start` : (held?.origin.replace(/\/[^/]*$/, "/start") ?? "none/start"),
    kind: {
      type: "session_started",
      command: "codex",
      model: plain.model || null,
      cwd: start.cwd || null,
      resumed: start.continued,
      backfilled: false,
      ...(start.parentSessionId ? { parent_session_id: start.parentSessionId } : {}),
    },
    offsetBytes: first.key ? first.offsetBytes : (held?.offsetBytes ?? 0),
  };
  if (first.ts) event.ts = first.ts;
  return event;
}

/** Takes note of the working folder; a change behind session_started is a status `workspace`. */
export function noteCwd(reading: RecordReading, cwd: string | undefined): void {
  const { plain } = reading.state;
  if (!cwd || cwd === plain.cwd) return;
  plain.cwd = boundedText(cwd, 4096);
  if (plain.start.cwd === "" && !plain.start.said) plain.start.cwd = plain.cwd;
  else reading.status("workspace", plain.cwd, "workspace");
}

/** Takes note of the model that answers from here on. */
export function noteModel(reading: RecordReading, model: string | undefined): void {
  if (model) reading.state.plain.model = boundedText(model, 200);
}
