import { fileURLToPath } from "node:url";
import { boundedDepth } from "../bounded-depth.js";
import { boundedData, type DataBounds, statusBounds } from "../bounded-data.js";
import { arrayAt, isObject, type JsonObject, numberAt, objectAt, stringAt } from "../json.js";
import { mcpText } from "./tool-text.js";

/** A tool that ended, as an item (paginated history) or an `…_end` event (legacy) tells it. */
export interface EndedTool {
  id: string | undefined;
  name: string;
  input: unknown;
  success: boolean;
  output: string | null;
  data: { [field: string]: unknown };
  isDeclined: boolean;
}

/** Milliseconds of `{secs, nanos}`; undefined for anything else. */
function durationMs(value: unknown): number | undefined {
  const secs = isObject(value) ? numberAt(value, "secs") : undefined;
  if (secs === undefined || !isObject(value)) return undefined;
  return Math.round(secs * 1000 + (numberAt(value, "nanos") ?? 0) / 1e6);
}

function withoutUndefined(fields: { [field: string]: unknown }): { [field: string]: unknown } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A path, which 0.169 writes as a `file:` address. */
function plainPath(path: string | undefined): string | undefined {
  if (!path?.startsWith("file:///")) return path;
  try {
    return fileURLToPath(path);
  } catch (error) {
    if (error instanceof TypeError || error instanceof URIError) return path;
    throw error;
  }
}

/** The command of `["/bin/bash", "-lc", "ls"]`, else all words. */
function commandText(command: readonly unknown[]): string {
  const words = command.filter((word) => typeof word === "string");
  const isShell = words.length === 3 && /^-l?i?c$|^-Command$|^\/c$/i.test(words[1] ?? "");
  return isShell ? (words[2] ?? "") : words.join(" ");
}

/** Status words that say no more than `success` does. */
const plainStatuses = new Set(["completed", "failed", "success", "error"]);

function statusOf(source: JsonObject): { status?: string } {
  const status = stringAt(source, "status");
  return status === undefined || plainStatuses.has(status) ? {} : { status };
}

/** `CommandExecution`, or `exec_command_end` (whose output is cut to 10,000 bytes). */
export function endedCommand(source: JsonObject, id: string | undefined): EndedTool {
  const code = numberAt(source, "exit_code");
  const workdir = plainPath(stringAt(source, "cwd"));
  const output = stringAt(source, "aggregated_output") || stringAt(source, "formatted_output") || "";
  return {
    id,
    name: "exec_command",
    input: { cmd: commandText(arrayAt(source, "command")), ...(workdir === undefined ? {} : { workdir }) },
    success: code === undefined ? stringAt(source, "status") === "completed" : code === 0,
    output,
    data: withoutUndefined({ exit_code: code, ...statusOf(source), duration_ms: durationMs(source["duration"]) }),
    isDeclined: stringAt(source, "status") === "declined",
  };
}

/** Which files a change touched, and how: never their contents. */
function changedFiles(changes: JsonObject): { path: string; change: string; moved_to?: string }[] {
  return Object.entries(changes).slice(0, 200).map(([path, value]) => {
    const change = isObject(value) ? (stringAt(value, "type") ?? Object.keys(value)[0] ?? "update") : "update";
    const moved = isObject(value) ? stringAt(value, "move_path") : undefined;
    return { path: plainPath(path) ?? path, change, ...(moved ? { moved_to: moved } : {}) };
  });
}

const changeBounds: DataBounds = { maxStringChars: 256 * 1024, maxTotalChars: 1024 * 1024, maxItems: 2000, maxDepth: 6, omit: new Set() };

/** `FileChange`, or `patch_apply_end`. The input of a change that code mode made is the change itself. */
export function endedChange(source: JsonObject, id: string | undefined): EndedTool {
  const changes = objectAt(source, "changes") ?? {};
  const status = stringAt(source, "status");
  const told = source["success"];
  const texts = [stringAt(source, "stdout") ?? "", stringAt(source, "stderr") ?? ""].filter((text) => text !== "");
  return {
    id,
    name: "apply_patch",
    input: { changes: boundedData(changes, changeBounds) ?? {} },
    success: typeof told === "boolean" ? told : status === undefined || status === "completed",
    output: texts.join("\n"),
    data: { ...statusOf(source), files: changedFiles(changes) },
    isDeclined: status === "declined",
  };
}

/** Structured results are kept where the text does not say the same. */
function structured(result: JsonObject | undefined, text: string): { [field: string]: unknown } {
  const value = result?.["structuredContent"] ?? result?.["structured_content"];
  if (!isObject(value)) return {};
  const json = JSON.stringify(boundedDepth(value));
  const isSaid = text.includes(json) || text.replace(/\s/g, "") === json.replace(/\s/g, "");
  return isSaid ? {} : { structured: boundedData(value, statusBounds) };
}

/** `McpToolCall`, or `mcp_tool_call_end` (`invocation`, and `result` as `Ok` or `Err`). */
export function endedMcpCall(source: JsonObject, id: string | undefined): EndedTool {
  const invocation = objectAt(source, "invocation") ?? source;
  const outcome = objectAt(source, "result");
  const result = objectAt(outcome, "Ok") ?? outcome;
  const error = outcome?.["Err"] ?? source["error"];
  const errorText = typeof error === "string" ? error : isObject(error) ? (stringAt(error, "message") ?? JSON.stringify(boundedDepth(error))) : undefined;
  const output = errorText ?? mcpText(arrayAt(result, "content"));
  const server = stringAt(invocation, "server") ?? "unknown";
  const isError = result?.["isError"] === true || result?.["is_error"] === true || stringAt(source, "status") === "failed";
  return {
    id,
    name: `mcp__${server}__${stringAt(invocation, "tool") ?? "unknown"}`,
    input: invocation["arguments"] ?? null,
    success: errorText === undefined && !isError,
    output,
    data: withoutUndefined({ ...statusOf(source), ...structured(result, output), duration_ms: durationMs(source["duration"]) }),
    isDeclined: false,
  };
}

function foundText(results: readonly unknown[]): string {
  const lines = results.filter(isObject).map((one) => {
    const head = [stringAt(one, "title"), stringAt(one, "url")].filter((text) => text).join(" ");
    return [head, stringAt(one, "snippet") ?? stringAt(one, "text") ?? ""].filter((text) => text !== "").join("\n");
  });
  return lines.filter((line) => line !== "").join("\n\n");
}

/** `WebSearch` and `Extension` items: a search or a page, with what was found where that is told. */
export function endedSearch(source: JsonObject, id: string | undefined): EndedTool {
  const results = arrayAt(source, "results");
  const kind = stringAt(source, "kind");
  const action = objectAt(source, "action");
  return {
    id,
    name: "web_search",
    input: action ?? { query: stringAt(source, "query") ?? null },
    success: stringAt(source, "status") !== "failed",
    output: results.length === 0 ? null : foundText(results),
    data: withoutUndefined({ ...statusOf(source), kind, results: results.length === 0 ? undefined : results.length }),
    isDeclined: false,
  };
}

/** `ImageView`: code mode looked at an image. */
export function endedImageView(source: JsonObject, id: string | undefined): EndedTool {
  return { id, name: "view_image", input: { path: plainPath(stringAt(source, "path")) ?? null }, success: true, output: null, data: {}, isDeclined: false };
}
