import { stringAt } from "../json.js";
import { type EndedTool, endedCommand } from "./ended-tool.js";
import type { RecordReading } from "./output.js";
import { ownFields } from "./status.js";
import { callOf, sayCall, sayDenial, sayResult } from "./tools.js";

/**
 * Says the result of a tool that ended. Where its call was said it is that call's result, if it has none yet; a command that went
 * on in the background after its first output is a status with its exit code. A fresh id is a call of its own: what a script of
 * code mode ran, which stands nowhere else (0.149 and later).
 */
export function sayEnded(reading: RecordReading, ended: EndedTool): void {
  const { id, success, output, data } = ended;
  const call = callOf(reading, id) ?? sayCall(reading, ended, "call");
  if (call.answeredBy === "") {
    if (ended.isDeclined) sayDenial(reading, call, output ?? "");
    sayResult(reading, id, call, { success, output, data, by: "item" });
  } else if (call.isRunning) {
    reading.status("background_command_ended", ownFields({ tool_id: id, ...data }));
    call.isRunning = false;
  }
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
