import { isObject, type JsonObject, objectAt, stringAt } from "../json.js";
import { boundedText } from "../bounded-text.js";
import { type EndedTool, endedChange, endedCommand, endedImageView, endedMcpCall, endedSearch } from "./ended-tool.js";
import type { RecordReading } from "./output.js";
import { readUserMessageItem } from "./prompt.js";
import { readReasoningItem } from "./reasoning.js";
import { sayEnded } from "./say-ended.js";
import { ownFields } from "./status.js";
import { callOf } from "./tools.js";

const tools: ReadonlyMap<string, (item: JsonObject, id: string | undefined) => EndedTool> = new Map([
  ["CommandExecution", endedCommand],
  ["FileChange", endedChange],
  ["McpToolCall", endedMcpCall],
  ["WebSearch", endedSearch],
  ["Extension", endedSearch],
  ["ImageView", endedImageView],
]);

/**
 * Reads `item_completed` (all kinds since 0.149; Plan and Sleep before). The items of messages repeat response items; those of
 * tools are results, or calls of their own (see `sayEnded`); all others are a status `item_completed/<type>`.
 */
export function readItem(reading: RecordReading): void {
  const item = objectAt(reading.payload, "item") ?? {};
  const type = stringAt(item, "type") ?? "unknown";
  const id = stringAt(item, "id");
  if (type === "AgentMessage") return;
  if (type === "UserMessage") return readUserMessageItem(reading, item);
  if (type === "Reasoning") return readReasoningItem(reading, item);
  const ended = tools.get(type);
  if (ended) return readEndedTool(reading, item, ended(item, id));
  if (type === "SubAgentActivity") return sayActivity(reading, item);
  // The answer that follows holds the plan whole.
  if (type === "Plan") return reading.status("plan", { text: boundedText(stringAt(item, "text") ?? "", 1000) });
  if (type === "CollabAgentToolCall" && callOf(reading, id) && isEmpty(item["agents_states"])) return;
  reading.status(`item_completed/${boundedText(type, 100)}`, ownFields({ ...item, tool_id: callOf(reading, id) ? id : undefined }));
}

const isEmpty = (value: unknown) => !isObject(value) || Object.keys(value).length === 0;

function readEndedTool(reading: RecordReading, item: JsonObject, ended: EndedTool): void {
  if (stringAt(item, "source") === "user_shell") return;
  // An open call that looks at an image has it in its output.
  const isShown = stringAt(item, "type") === "ImageView" && callOf(reading, ended.id) !== undefined;
  if (!isShown) sayEnded(reading, ended);
}

/** A sub-agent began, ended or was spoken to; `id` is the parent's call, `agent_thread_id` the session of the sub-agent. */
function sayActivity(reading: RecordReading, item: JsonObject): void {
  const id = stringAt(item, "id");
  const isCall = callOf(reading, id) !== undefined;
  const { agent_thread_id: thread, agent_path: path, kind } = item;
  const named = { tool_id: isCall ? id : undefined, agent_session_id: thread, agent_path: path, kind };
  const told = Object.entries(named).filter(([, value]) => typeof value === "string");
  reading.status("sub_agent_activity", ownFields(Object.fromEntries(told)));
}
