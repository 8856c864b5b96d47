import { boundedText } from "../bounded-text.js";
import { shortHash } from "../record-key.js";
import { type JsonObject, stringAt } from "../json.js";
import type { RecordReading } from "./output.js";

const maxTitleChars = 500;

/** A name as it is shown; "" where there is none. */
export function titleText(name: string | undefined): string {
  return boundedText((name ?? "").trim(), maxTitleChars);
}

/**
 * Origin of a title: the same wherever the name is told (the rollout, `session_index.jsonl`, the state database), so that a log
 * takes it once. @param times How often the thread got this name: a thread may be renamed back.
 */
export function titleOrigin(title: string, times: number): string {
  return `name-${shortHash(title)}${times === 1 ? "" : `~${times}`}/title`;
}

/** Says a new name of the thread (`thread_name_updated`, 0.9x and later). */
export function readThreadName(reading: RecordReading): void {
  const { payload, state } = reading;
  const title = titleText(nameOf(payload));
  const other = stringAt(payload, "thread_id");
  if (title === "" || (other !== undefined && other !== state.plain.threadId && state.plain.threadId !== "")) {
    reading.status("thread_name_updated", { thread_id: boundedText(other ?? "", 200), thread_name: title });
    return;
  }
  const hash = shortHash(title);
  const times = (state.titles.get(hash) ?? 0) + 1;
  state.titles.set(hash, times);
  const [key = "", part = ""] = titleOrigin(title, times).split("/");
  reading.out.sayAt({ ...reading.place, key }, part, { type: "provider_status", message: "title", data: title });
}

function nameOf(payload: JsonObject): string | undefined {
  return stringAt(payload, "thread_name") ?? stringAt(payload, "name");
}
