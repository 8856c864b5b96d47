import { arrayAt, isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { boundedDepth } from "../bounded-depth.js";
import { typedText } from "./user.js";

/** The text of a chat message, whose `content` is a text or a list of blocks. */
function contentText(message: JsonObject): string {
  const text = stringAt(message, "content");
  if (text !== undefined) return text;
  return arrayAt(message, "content").filter(isObject).map((block) => stringAt(block, "text") ?? "").filter((part) => part !== "").join("\n");
}

/** What one message of the chat (OpenAI's form) says, as entries of a timeline; without ids and times, which it has none of. */
function entriesOf(message: unknown): JsonObject[] {
  if (!isObject(message)) return [];
  const role = stringAt(message, "role");
  const text = contentText(message);
  if (role === "user") return [{ type: "user", text: typedText(text) }];
  if (role === "tool") return [{ type: "tool_result", callId: message["tool_call_id"], text }];
  if (role !== "assistant") return [{ type: role ?? "message", text }];
  const calls = arrayAt(message, "tool_calls").filter(isObject).map((call): JsonObject => {
    const asked = objectAt(call, "function");
    return { type: "tool_call", callId: call["id"], name: asked?.["name"], arguments: asked?.["arguments"] };
  });
  return [...(text.trim() === "" ? [] : [{ type: "copilot", text }]), ...calls];
}

/** What an entry says, for comparison: a call and its result go by the call's id, texts by themselves. */
function saying(entry: unknown): string {
  if (!isObject(entry)) return "";
  const callId = stringAt(entry, "callId");
  if (callId !== undefined) return `call|${callId}`;
  const text = stringAt(entry, "text") ?? "";
  return `${stringAt(entry, "type") ?? ""}|${(stringAt(entry, "type") === "user" ? typedText(text) : text).trim()}`;
}

/**
 * The entries of a timeline, with those of the chat that it lacks behind what they follow in the chat.
 * Each entry of the timeline stands for one equal one of the chat; one with a call stands for the call and its result.
 */
export function mergeChat(timeline: readonly unknown[], chat: readonly unknown[]): unknown[] {
  const places = new Map<string, number[]>();
  for (const [at, entry] of timeline.entries()) places.set(saying(entry), [...(places.get(saying(entry)) ?? []), at]);
  const lacking = new Map<number, JsonObject[]>();
  let last = -1;
  for (const entry of chat.flatMap(entriesOf)) {
    const key = saying(entry);
    const known = places.get(key);
    const isCall = key.startsWith("call|");
    const at = isCall ? known?.[0] : known?.shift();
    if (at !== undefined) last = Math.max(last, at);
    else lacking.set(last, [...(lacking.get(last) ?? []), entry]);
  }
  const merged = timeline.flatMap((entry, at) => [entry, ...(lacking.get(at) ?? [])]);
  return [...(lacking.get(-1) ?? []), ...merged].map((entry) => boundedDepth(entry));
}
