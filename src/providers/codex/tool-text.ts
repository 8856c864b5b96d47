import { boundedDepth } from "../bounded-depth.js";
import { arrayAt, isObject, jsonObject, jsonValue, type JsonObject, numberAt, objectAt, stringAt } from "../json.js";
import { mediaText, base64Bytes } from "../media-text.js";
import { contentText } from "./message-parts.js";

/** What a tool's output says: its text without the header that Codex puts before it, and the facts of that header. */
export interface ToolOutput {
  text: string;
  /** `exit_code`, times, ids; empty where nothing is told. */
  data: { [field: string]: unknown };
  /** undefined where nothing tells. */
  success?: boolean;
  /** The user, or the guardian for the user, said no. */
  isRejected?: boolean;
}

/** `shell_command` and `apply_patch` (0.7x and later). */
const exitHeader = /^Exit code: (-?\d{1,10})\nWall time: ([\d.]+) seconds?\n(?:Total output lines: (\d+)\n)?Output:\n?/;
/** `exec_command` and `write_stdin` (0.9x and later): the process ended, or goes on in the background. */
const processHeader =
  /^(?:Chunk ID: \S*\n)?Wall time: ([\d.]+) seconds?\n(?:Process exited with code (-?\d{1,10})\n|Process running with session ID (\d+)\n)(?:Original token count: (\d+)\n)?(?:Output:\n?|$)/;
/** `exec` of code mode (0.149 and later). */
const scriptHeader = /^Script (completed|failed|terminated|running with cell ID (\S+))\nWall time:? ([\d.]+) seconds?\n(?:Output:\n?|$)/;

/** How outputs begin that only their words mark as failed (0.2x to 0.169). */
const failures = [
  "unsupported call: ", "unsupported custom tool call", "apply_patch verification failed", "apply_patch failed", "patch rejected",
  "invalid patch", "execution error: ", "failed in sandbox ", "sandbox denied", "sandbox error", "aborted by user", "aborted",
  "tool call error: ", "error: ", "err: ", "exec_command failed", "write_stdin failed", "failed to parse function arguments",
  "failed to parse exec arguments", "exec command rejected", "command timed out", "user rejected MCP tool call",
  "user cancelled MCP tool call", "This action was rejected", "unable to locate image", "collab spawn failed", "Script error",
];
const rejections = ["exec command rejected by user", "patch rejected by user", "user rejected MCP tool call", "This action was rejected"];

const startsWithAny = (text: string, words: readonly string[]) => words.some((word) => text.startsWith(word));

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function withoutUndefined(fields: { [field: string]: unknown }): { [field: string]: unknown } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** `{"output": …, "metadata": {exit_code, duration_seconds}}` as a text (to 0.10x). */
function fromJson(text: string): ToolOutput | undefined {
  if (!text.startsWith('{"output"')) return undefined;
  const source = jsonObject(text);
  const metadata = objectAt(source, "metadata");
  const output = stringAt(source, "output");
  if (output === undefined || !metadata) return undefined;
  const code = numberAt(metadata, "exit_code");
  const data = withoutUndefined({ exit_code: code, duration_seconds: numberAt(metadata, "duration_seconds") });
  return { text: output, data, ...(code === undefined ? {} : { success: code === 0 }) };
}

function fromHeader(text: string): ToolOutput | undefined {
  const exit = exitHeader.exec(text);
  if (exit) {
    const data = { exit_code: number(exit[1]), wall_time_seconds: number(exit[2]), total_output_lines: number(exit[3]) };
    return { text: text.slice(exit[0].length), data: withoutUndefined(data), success: data.exit_code === 0 };
  }
  const ran = processHeader.exec(text);
  if (ran) {
    const data = { exit_code: number(ran[2]), wall_time_seconds: number(ran[1]), session_id: number(ran[3]) };
    return { text: text.slice(ran[0].length), data: withoutUndefined(data), success: data.exit_code === undefined || data.exit_code === 0 };
  }
  const script = scriptHeader.exec(text);
  if (!script) return undefined;
  const [status = ""] = (script[1] ?? "").split(" ");
  const isEnded = status === "completed" || status === "failed";
  const data = withoutUndefined({ status: isEnded ? undefined : status, cell_id: script[2], wall_time_seconds: number(script[3]) });
  return { text: text.slice(script[0].length), data, success: status === "completed" || status === "running" };
}

/** Content blocks of an MCP result, which 2025 versions wrote as the JSON of a list. */
function fromMcpList(text: string): ToolOutput | undefined {
  if (!text.startsWith("[{")) return undefined;
  const list = jsonValue(text);
  if (!Array.isArray(list) || !list.every((block) => isObject(block) && typeof block["type"] === "string")) return undefined;
  return { text: mcpText(list), data: {} };
}

/** Text of the content blocks of an MCP result; images and resources become placeholders. */
export function mcpText(content: readonly unknown[]): string {
  const texts = content.filter(isObject).map((block) => {
    const data = stringAt(block, "data") ?? stringAt(objectAt(block, "resource"), "blob");
    const resource = objectAt(block, "resource");
    if (data !== undefined) return mediaText(stringAt(block, "mimeType") ?? stringAt(resource, "mimeType") ?? "file", base64Bytes(data));
    return stringAt(block, "text") ?? stringAt(resource, "text") ?? stringAt(block, "uri") ?? "";
  });
  return texts.filter((text) => text !== "").join("\n");
}

function fromText(text: string): ToolOutput {
  const known = fromJson(text) ?? fromHeader(text) ?? fromMcpList(text);
  if (known) return known;
  if (!startsWithAny(text, failures)) return { text, data: {} };
  const code = /^failed in sandbox .{0,200}?exit code: (-?\d{1,10})/s.exec(text)?.[1];
  const data = code === undefined ? {} : { exit_code: Number(code) };
  return { text, data, success: false, ...(startsWithAny(text, rejections) ? { isRejected: true } : {}) };
}

/** Lists of parts: the header stands in the first text, the output in the others. */
function fromParts(parts: readonly unknown[]): ToolOutput {
  const [first, ...rest] = parts;
  const head = isObject(first) ? fromHeader(stringAt(first, "text") ?? "") : undefined;
  if (!head) return fromText(contentText(parts));
  return { ...head, text: [head.text, contentText(rest)].filter((text) => text !== "").join("\n") };
}

function fromObject(source: JsonObject): ToolOutput {
  const content = source["content"] ?? source["text"] ?? source["output"];
  const read = Array.isArray(content) ? fromParts(content) : fromText(typeof content === "string" ? content : JSON.stringify(boundedDepth(source)));
  const success = source["success"];
  return typeof success === "boolean" ? { ...read, success } : read;
}

/** Reads `output` of a call's output item: a text, a list of parts, or an object that holds one of them. */
export function readToolOutput(output: unknown): ToolOutput {
  if (typeof output === "string") return fromText(output);
  if (Array.isArray(output)) return fromParts(output);
  return isObject(output) ? fromObject(output) : { text: "", data: {} };
}

/** Names of the tools that a `tool_search_output` found, one to a line. */
export function foundToolNames(tools: readonly unknown[]): string {
  const names = tools.filter(isObject).flatMap((tool) => {
    const inner = arrayAt(tool, "tools").filter(isObject).map((one) => stringAt(one, "name") ?? "");
    return [stringAt(tool, "name") ?? "", ...inner.map((name) => `  ${name}`)];
  });
  return names.filter((name) => name.trim() !== "").join("\n");
}
