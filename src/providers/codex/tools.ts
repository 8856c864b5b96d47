import { boundedDepth } from "../bounded-depth.js";
import { boundedText } from "../bounded-text.js";
import { isObject, stringAt } from "../json.js";
import { isRecordId } from "../record-key.js";
import type { Output, RecordReading } from "./output.js";
import { sayPendingThoughts } from "./reasoning.js";
import type { Call, RecordPlace } from "./state.js";
import { codexToolKind } from "./tool-kind.js";

const maxNameChars = 200;
const tellingFields = ["cmd", "command", "path", "query", "url", "message", "prompt", "task_name"];

/** What a call asks for, in at most 200 characters: its telling argument, else its input. */
function askedFor(input: unknown): string {
  const fields = isObject(input) ? input : undefined;
  const telling = tellingFields.map((name) => stringAt(fields, name)).find((text) => text !== undefined && text !== "");
  return boundedText(telling ?? (typeof input === "string" ? input : JSON.stringify(input ?? null)), 200);
}

/** The call of that id, where it was read and is not yet forgotten. Placeholders of redacted files are no ids. */
export function callOf({ state }: RecordReading, id: string | undefined): Call | undefined {
  return isRecordId(id) ? state.calls.get(id) : undefined;
}

/** A call as a record tells it. */
export interface CallFacts {
  /** undefined where the record has none. */
  id: string | undefined;
  name: string;
  input: unknown;
}

/** Says a tool_call and remembers it for its result. @param part Of its origin; the number of the event in the record where absent. */
export function sayCall(reading: RecordReading, { id, name, input: given }: CallFacts, part?: string): Call {
  const { plain, calls } = reading.state;
  const input = boundedDepth(given ?? null);
  const kind = codexToolKind(name, input);
  const call: Call = { name: boundedText(name, maxNameChars), kind, asked: askedFor(input), key: reading.key, answeredBy: "" };
  if (isRecordId(id)) calls.set(id, call);
  sayPendingThoughts(reading.out);
  plain.conversed = true;
  plain.began = true;
  reading.say({ type: "tool_call", tool_name: call.name, tool_kind: kind, tool_id: id ?? null, input }, part);
  return call;
}

/** What is told of a result. */
export interface ResultFacts {
  success: boolean;
  output: string | null;
  data: { [field: string]: unknown };
  by: "output" | "item" | "abort";
}

/**
 * Says the result of a call, with name and kind of the call. Its origin hangs on the record of the call, whatever tells the
 * result (the output item, the item that ended, the end of the turn): a call has one.
 */
export function sayResult(reading: RecordReading, id: string | undefined, call: Call | undefined, facts: ResultFacts): void {
  const { plain } = reading.state;
  plain.conversed = true;
  plain.began = true;
  if (call) noteAnswer(reading.out, id, call, facts.by);
  sayResultAt(reading.out, { ...reading.place, ...(call ? { key: call.key } : {}) }, id, call, facts);
}

function noteAnswer({ state }: Output, id: string | undefined, call: Call, by: ResultFacts["by"]): void {
  call.answeredBy = by;
  call.asked = "";
  delete call.failure;
  if (isRecordId(id)) state.calls.set(id, call);
}

function sayResultAt(out: Output, place: RecordPlace, id: string | undefined, call: Call | undefined, facts: ResultFacts): void {
  const { success, output, data } = facts;
  out.sayAt(place, "result", {
    type: "tool_result",
    tool_name: call?.name ?? null,
    ...(call ? { tool_kind: call.kind } : {}),
    tool_id: id ?? null,
    success,
    output,
    error: success ? null : output,
    data: Object.keys(data).length > 0 ? data : null,
  });
}

/** Says that the user, or the guardian, did not let a call run. */
export function sayDenial(reading: RecordReading, call: Call | undefined, description: string): void {
  if (call?.isDenied) return;
  if (call) call.isDenied = true;
  const asked = call?.asked || boundedText(description, 200);
  reading.say({ type: "permission", tool_name: call?.name ?? "unknown", description: asked, granted: false });
}

/** How many records an aborted turn's open calls wait for their outputs. */
const maxAbortedRecords = 8;

/** A turn was aborted: calls that are open get their outputs in the next records, or a failed result. */
export function abortOpenCalls(reading: RecordReading, reason: string): void {
  sayAborted(reading.out);
  const open = reading.state.calls.entries().filter(([, call]) => call.answeredBy === "" && !call.isLeft);
  if (open.length === 0) return;
  for (const [, call] of open) call.isAborted = true;
  reading.state.plain.aborted = { ...reading.place, reason, age: 0 };
}

/** A turn begins: calls that are still open were left by a process that was killed, and what ends this turn does not end them. */
export function leaveOpenCalls({ state }: RecordReading): void {
  for (const call of state.calls.values()) if (call.answeredBy === "") call.isLeft = true;
}

/** A record came after an aborted turn. */
export function ageAborted(out: Output): void {
  const { aborted } = out.state.plain;
  if (!aborted) return;
  aborted.age += 1;
  if (aborted.age > maxAbortedRecords) sayAborted(out);
}

/** Says the failed results of calls that an aborted turn left open. */
export function sayAborted(out: Output): void {
  const { plain, calls } = out.state;
  const { aborted } = plain;
  if (!aborted) return;
  plain.aborted = null;
  for (const [id, call] of calls.entries()) {
    if (call.answeredBy !== "" || !call.isAborted) continue;
    noteAnswer(out, id, call, "abort");
    const facts: ResultFacts = { success: false, output: null, data: { status: "aborted", reason: aborted.reason }, by: "abort" };
    sayResultAt(out, { ...aborted, key: call.key }, id, call, facts);
  }
}
