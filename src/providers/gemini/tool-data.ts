import { boundedData, type DataBounds } from "../bounded-data.js";
import { isObject, type JsonObject, stringAt } from "../json.js";

/** Fields of a `resultDisplay` that hold whole files, or what stands in the call's input, in the output, or in the sub-agent's own file. */
const droppedFields = new Set([
  "originalContent", "newContent", "fileDiff", "fileName", "filePath", "todos", "matches", "files", "recentActivity", "result", "isSubagentProgress",
]);

const bounds: DataBounds = { maxStringChars: 4000, maxTotalChars: 32_000, maxItems: 500, maxDepth: 6, omit: droppedFields };
const patchBounds: DataBounds = { maxStringChars: 64_000, maxTotalChars: 64_000, maxItems: 1, maxDepth: 1, omit: new Set() };

/** Longer descriptions are a tool's manual page (until 0.35, and of failed calls). */
const maxDescriptionChars = 200;

/** What stands in another text need not be said again. */
function isUnsaid(text: string, said: string): boolean {
  return text !== "" && !said.includes(text);
}

function descriptionOf(call: JsonObject, said: string): string | undefined {
  const text = stringAt(call, "description") ?? "";
  const isOwn = text.length <= maxDescriptionChars && !text.includes("\n");
  return isOwn && isUnsaid(text, said) ? text : undefined;
}

/** A change of a file: where, and as a patch; the patch of a new file would be its content, which the call's input has. */
function changeOf(display: JsonObject): JsonObject {
  const patch = display["isNewFile"] === true ? undefined : boundedData(stringAt(display, "fileDiff"), patchBounds);
  const path = stringAt(display, "filePath");
  return { ...(path === undefined ? {} : { file_path: path }), ...(patch === undefined ? {} : { patch }) };
}

function displayOf(call: JsonObject, said: string): JsonObject {
  const display = call["resultDisplay"];
  if (!isObject(display)) return {};
  const kept = boundedData(display, bounds);
  const fields = Object.entries(isObject(kept) ? kept : {}).filter(([, value]) => typeof value !== "string" || isUnsaid(value, said));
  return { ...changeOf(display), ...Object.fromEntries(fields) };
}

/**
 * What a call's record tells beyond input and output: its status, exit code, file and patch, counts, the sub-agent.
 * @param notes Of the shell; `exit_code` first among them.
 * @param said Texts that need not be said again.
 */
export function toolData(call: JsonObject, { notes, said }: { notes: object; said: string }): JsonObject | null {
  const status = stringAt(call, "status");
  const description = descriptionOf(call, said);
  const agentId = stringAt(call, "agentId");
  const data: JsonObject = {
    ...notes,
    ...(status === undefined ? {} : { status }),
    ...(description === undefined ? {} : { description }),
    ...(agentId === undefined ? {} : { agent_id: agentId }),
    ...displayOf(call, said),
  };
  return Object.keys(data).length > 0 ? data : null;
}
