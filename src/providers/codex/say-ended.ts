import { boundedData, type DataBounds, statusBounds } from "../bounded-data.js";
import { boundedText } from "../bounded-text.js";
import { isObject, type JsonObject, stringAt } from "../json.js";
import { type EndedTool, endedCommand } from "./ended-tool.js";
import type { RecordReading } from "./output.js";
import { ownFields } from "./status.js";
import { callOf, sayCall, sayDenial, sayResult } from "./tools.js";

/**
 * Says the result of a tool that ended. Where its call was said it is that call's result, if it has none yet; a command that went
 * on in the background after its first output is a status with its exit code. A fresh id is a call of its own: what a script of
 * code mode ran, which stands nowhere else (0.149 and later). One that failed without a word waits for its output item, which says why.
 */
export function sayEnded(reading: RecordReading, ended: EndedTool): void {
  const { id, success, output, data } = ended;
  const known = callOf(reading, id);
  const call = known ?? sayCall(reading, ended, "call");
  if (call.answeredBy === "") {
    if (ended.isDeclined) sayDenial(reading, call, output ?? "");
    if (known && isWordless(ended)) call.failure = failureFacts(data);
    else sayResult(reading, id, call, { success, output, data, by: "item" });
  } else if (call.isRunning) {
    reading.status("background_command_ended", ownFields({ tool_id: id, ...data }));
    call.isRunning = false;
  } else if (call.name === "web_search") sayFound(reading, id, output);
}

/** How much of a failure waits for its words: there may be as many as open calls. */
const failureBounds: DataBounds = { ...statusBounds, maxTotalChars: 600 };

function failureFacts(data: EndedTool["data"]): JsonObject {
  const facts = boundedData(data, failureBounds);
  return isObject(facts) ? facts : {};
}

/** It failed without an output and without an exit code of its own (-1 is that of a command that did not run). */
function isWordless({ success, output, data }: EndedTool): boolean {
  const code = data["exit_code"];
  return !success && !output && !(typeof code === "number" && code >= 0);
}

/** Says what a search found, where its call was said before without it. */
export function sayFound(reading: RecordReading, id: string | undefined, output: string | null): void {
  if (output) reading.status("web_search_results", { tool_id: id ?? null, text: boundedText(output, 16_000) });
}

/**
 * Takes in `exec_command_end`: its output is cut, so that of the output item counts; only the facts are kept for it.
 * Commands that the user ran (`!ls`) are told by the response item.
 */
export function noteEndedCommand(reading: RecordReading): void {
  const { payload } = reading;
  if (stringAt(payload, "source") === "user_shell") return;
  const ended = endedCommand(payload, stringAt(payload, "call_id"));
  const call = callOf(reading, ended.id);
  if (!call || call.answeredBy !== "") return sayEnded(reading, ended);
  const { exit_code: code, duration_ms: duration } = ended.data;
  if (typeof code === "number") call.exitCode = code;
  if (typeof duration === "number") call.durationMs = duration;
}
