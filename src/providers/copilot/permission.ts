import { boundedText } from "../bounded-text.js";
import { type JsonObject, objectAt, stringAt } from "../json.js";
import type { RecordReading } from "./output.js";
import { type Asked, maxNameChars } from "./state.js";

const describing = ["intention", "fullCommandText", "fileName", "path", "url", "toolName"];

function askedFor(request: JsonObject | undefined): string {
  const text = describing.map((name) => stringAt(request, name)).find((value) => value !== undefined && value !== "");
  return boundedText(text ?? stringAt(request, "kind") ?? "", 1000);
}

/** Reads a `permission.requested` (0.0.421 and later): it is said when it is answered. */
export function readPermissionRequested({ data, state }: RecordReading): void {
  const request = objectAt(data, "permissionRequest");
  const toolId = boundedText(stringAt(request, "toolCallId") ?? "", maxNameChars);
  const name = stringAt(request, "toolName") ?? stringAt(request, "kind") ?? "unknown";
  const asked: Asked = { toolId, name: boundedText(name, maxNameChars), description: askedFor(request) };
  state.permissions.set(boundedText(stringAt(data, "requestId") ?? "", maxNameChars), asked);
}

/** Reads a `permission.completed`: granted where the result's kind begins with `approved`. */
export function readPermissionCompleted(reading: RecordReading): void {
  const { data, state } = reading;
  const requestId = boundedText(stringAt(data, "requestId") ?? "", maxNameChars);
  const asked = state.permissions.get(requestId);
  state.permissions.delete(requestId);
  const toolId = stringAt(data, "toolCallId") ?? asked?.toolId ?? "";
  const call = state.calls.get(toolId);
  if (call) state.calls.set(toolId, { ...call, permitted: true });
  const result = stringAt(objectAt(data, "result"), "kind") ?? "unknown";
  const granted = result.startsWith("approved");
  const description = asked?.description || call?.asked || result;
  reading.say({ type: "permission", tool_name: call?.name ?? asked?.name ?? "unknown", description, granted });
}
