import { isBase64, boundedData, type DataBounds } from "../bounded-data.js";
import { boundedDepth } from "../bounded-depth.js";
import { isObject, type JsonObject, numberAt } from "../json.js";

/**
 * Fields of `toolUseResult` (section 5 of the format) that hold whole files, or what stands in the call's input or in the output:
 * contents and base64 of files, both sides of an edit, a sub-agent's prompt and answer, a fetched page, to-do lists; and notes
 * of the terminal to itself.
 */
const droppedFields = new Set([
  "content", "base64", "cells", "originalFile", "originalFileContents", "original_file", "updated_file",
  "oldString", "newString", "old_string", "new_string", "old_source", "new_source", "edits",
  "prompt", "result", "fullOutput", "oldTodos", "newTodos", "questions", "persistedOutputPath",
  "exitCode", "isImage", "noOutputExpected",
]);

/** Fields that hold an output, or a part of it. */
const outputFields = new Set(["stdout", "stderr", "output"]);

/** Fields that are kept even if the output holds them: which file it was, and which sub-agent. */
const keptFields = new Set(["filePath", "notebook_path", "agentId"]);

/** Strings of fewer characters are kept even if the output holds them: statuses, names, numbers as text. */
const shortChars = 16;

const dataBounds: DataBounds = {
  maxStringChars: 16_000,
  maxTotalChars: 128_000,
  maxItems: 2000,
  maxDepth: 8,
  omit: droppedFields,
};

/** Leaves out of a value what `output` says in the same words; undefined where nothing is left. */
function unsaid(value: unknown, output: string, field: string): unknown {
  if (typeof value === "string") {
    if (outputFields.has(field)) return value.trim() === "" || output.includes(value.trim()) ? undefined : value;
    const isSaid = value.length >= shortChars && !keptFields.has(field) && output.includes(value);
    return isSaid || isBase64(value) ? undefined : value;
  }
  if (Array.isArray(value)) {
    if (field === "structuredPatch") return value;
    const items = value.map((item) => unsaid(item, output, "")).filter((item) => item !== undefined);
    return items.length === 0 && value.length > 0 ? undefined : items;
  }
  return isObject(value) ? unsaidFields(value, output) : value;
}

function unsaidFields(source: JsonObject, output: string): JsonObject | undefined {
  const kept: [string, unknown][] = [];
  for (const [name, field] of Object.entries(source)) {
    if (droppedFields.has(name)) continue;
    const value = unsaid(field, output, name);
    if (value !== undefined) kept.push([name, value]);
  }
  return kept.length === 0 && Object.keys(source).length > 0 ? undefined : Object.fromEntries(kept);
}

/** The exit code, which a failed shell block says at its head, and BashOutput in a field. */
function exitCode(source: JsonObject | undefined, output: string, failed: boolean): number | undefined {
  const named = failed ? /^(?:Error: )?Exit code (-?\d{1,10})(?:\s|$)/.exec(output) : null;
  return named ? Number(named[1]) : numberAt(source, "exitCode");
}

/** Of an output that lies in a file of its own, `stdout` is a part (29,999 characters in 2.1.330). */
function withoutCutOutput(source: JsonObject): JsonObject {
  if (source["persistedOutputPath"] === undefined) return source;
  const { stdout: _, ...rest } = source;
  return rest;
}

/**
 * What a `toolUseResult` tells beyond the output: exit code, status, paths, counts, patch.
 * @returns null where it tells nothing more. A plain string, and the block list of an MCP tool, repeat the output.
 */
export function toolData(source: unknown, { output, failed }: { output: string; failed: boolean }): JsonObject | null {
  const shallow = boundedDepth(source);
  const object = isObject(shallow) ? withoutCutOutput(shallow) : undefined;
  const code = exitCode(object, output, failed);
  const kept = object ? unsaidFields(object, output) : undefined;
  const data = kept ? boundedData(kept, dataBounds) : undefined;
  if (code === undefined) return isObject(data) && Object.keys(data).length > 0 ? data : null;
  return { exit_code: code, ...(isObject(data) ? data : {}) };
}
