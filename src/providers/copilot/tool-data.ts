import { boundedData, type DataBounds, statusBounds } from "../bounded-data.js";
import { boundedText } from "../bounded-text.js";
import { arrayAt, isObject, type JsonObject, numberAt, objectAt, stringAt } from "../json.js";
import { base64Bytes, mediaText } from "../media-text.js";
import type { Call } from "./state.js";

const maxPatchChars = 64_000;
const maxDetailChars = 2000;
const dataBounds: DataBounds = { ...statusBounds, maxStringChars: 4000, maxTotalChars: 32_000, maxItems: 500 };

/** Their `detailedContent` repeats the call: an intent, a sub-agent's prompt, a skill's text, the file that was written or read. */
const repeating: ReadonlySet<string> = new Set(["report_intent", "task", "skill", "create", "view", "fetch_copilot_cli_documentation"]);

/** How shells end their text, `<exited with exit code 1>` (2026-03) or `<shellId: 0 completed with exit code 1>` (1.0.95). */
const exitText = /<(?:shellId: \S+ )?(?:exited|completed) with exit code (-?\d{1,10})>\s*$/;

/** Blocks of a result that tell how a shell ended: `shell_exit`, and `terminal` before it (copilot-sdk, 2026-08). Their texts are parts of `content`. */
const shellBlocks: ReadonlySet<string> = new Set(["shell_exit", "terminal"]);

const blockType = (block: unknown) => (isObject(block) ? (stringAt(block, "type") ?? "") : "");

function exitCode(data: JsonObject, { kind }: Pick<Call, "kind">, output: string): number | undefined {
  const blocks = arrayAt(objectAt(data, "result"), "contents").filter((block) => shellBlocks.has(blockType(block))).filter(isObject);
  const named = [objectAt(data, "shellExecution"), ...blocks].map((source) => numberAt(source, "exitCode")).find((code) => code !== undefined);
  if (named !== undefined) return named;
  const text = kind === "shell" ? exitText.exec(output.slice(-200)) : null;
  return text ? Number(text[1]) : undefined;
}

/** What `detailedContent` says beyond call and output: the patch of an edit; or a short text that neither holds the output nor lies in it. */
function details(result: JsonObject | undefined, call: Call, output: string): JsonObject {
  const text = stringAt(result, "detailedContent") ?? "";
  if (text.trim() === "" || repeating.has(call.name) || output.includes(text)) return {};
  if (text.trimStart().startsWith("diff --git ")) return call.kind === "file_edit" ? { patch: boundedText(text.trim(), maxPatchChars) } : {};
  const isSaid = text.length > maxDetailChars || (output !== "" && text.includes(output));
  return isSaid ? {} : { detail: text };
}

/**
 * What a result tells beyond its output: exit code, error code, edited files, patch, structured content.
 * `toolTelemetry` is left out. @returns null where it tells nothing more.
 */
export function toolData(data: JsonObject, call: Call, output: string): JsonObject | null {
  const result = objectAt(data, "result");
  const code = exitCode(data, call, output);
  const errorCode = stringAt(objectAt(data, "error"), "code");
  const edits = arrayAt(data, "fileEdits");
  const structured = boundedData(objectAt(result, "structuredContent"), dataBounds);
  const told: JsonObject = {
    ...(code === undefined ? {} : { exit_code: code }),
    ...(errorCode === undefined ? {} : { error_code: boundedText(errorCode, 200) }),
    ...(edits.length === 0 ? {} : { fileEdits: boundedData(edits, dataBounds) }),
    ...(structured === undefined || output.includes(JSON.stringify(structured)) ? {} : { structuredContent: structured }),
    ...(data["isUserRequested"] === true ? { isUserRequested: true } : {}),
    ...(data["sandboxed"] === true ? { sandboxed: true } : {}),
    ...details(result, call, output),
  };
  return Object.keys(told).length > 0 ? told : null;
}

function blockText(block: unknown): string {
  if (!isObject(block)) return "";
  const media = stringAt(block, "mimeType");
  const base64 = stringAt(block, "data");
  if (media !== undefined && base64 !== undefined) return mediaText(boundedText(media, 100), base64Bytes(base64));
  if (media !== undefined && numberAt(block, "byteLength") !== undefined) return mediaText(boundedText(media, 100), numberAt(block, "byteLength") ?? 0);
  return stringAt(block, "text") ?? stringAt(block, "outputPreview") ?? "";
}

/** What the model saw of a result; images as placeholders. Where it tells only what was shown, that. null where there is none. */
export function outputOf(result: JsonObject | undefined): string | null {
  const content = stringAt(result, "content");
  const isRepeated = (block: unknown) => content !== undefined && (blockType(block) === "text" || shellBlocks.has(blockType(block)));
  const blocks = arrayAt(result, "contents").filter((block) => !isRepeated(block));
  const parts = [...blocks, ...arrayAt(result, "binaryResultsForLlm")].map(blockText).filter((text) => text !== "" && !content?.includes(text));
  const all = [...(content === undefined ? [] : [content]), ...new Set(parts)];
  return all.length === 0 ? (stringAt(result, "detailedContent") ?? null) : all.filter((text, at) => text !== "" || at === 0).join("\n");
}
